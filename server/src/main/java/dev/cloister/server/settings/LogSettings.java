package dev.cloister.server.settings;

/**
 * Functions' logs.
 *
 * @param maximumBytes on disk for all groups together, at least 16 MiB; the oldest events go first
 */
public record LogSettings(long maximumBytes) {}
