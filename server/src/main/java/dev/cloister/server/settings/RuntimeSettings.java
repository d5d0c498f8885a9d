package dev.cloister.server.settings;

import java.time.Duration;
import java.util.Optional;

/**
 * Care of managed runtimes.
 *
 * @param updateEvery how often newer packages are looked for, an hour to 90 days; empty for never
 */
public record RuntimeSettings(Optional<Duration> updateEvery) {}
