package dev.cloister.server.settings;

/**
 * Admission of invocations.
 *
 * @param concurrency concurrent executions of an account, 1 to 1,000,000; AWS's default is 1,000
 */
public record InvokeSettings(int concurrency) {}
