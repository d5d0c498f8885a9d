package dev.cloister.invoke;

import java.time.Duration;

/**
 * Settings of the data plane.
 *
 * @param accountConcurrency invocations that an account may have under way in a region; AWS's
 *     default is 1,000
 * @param maxEnvironments environments on this host at once, of every account
 * @param idleTimeout how long an idle environment is kept for the next invocation
 * @param maxAge after how long an environment takes no more invocations; AWS's lease of a worker
 *     ends after 14 hours ("Security Overview of AWS Lambda"), and credentials live 12 hours
 * @param minFreeMemoryMegabytes a new environment is started only while the host would keep this
 *     much memory available; idle environments are ended first
 */
public record InvokeSettings(
        int accountConcurrency,
        int maxEnvironments,
        Duration idleTimeout,
        Duration maxAge,
        int minFreeMemoryMegabytes) {

    /** Environments that serve tenants, per account and region: AWS gives 2,500 per 1,000. */
    int tenantEnvironments() {
        return (int) Math.min(Integer.MAX_VALUE, accountConcurrency * 5L / 2);
    }

    public static InvokeSettings defaults() {
        return new InvokeSettings(1000, 1000, Duration.ofMinutes(10), Duration.ofHours(8), 512);
    }

    public InvokeSettings {
        if (accountConcurrency < 1 || maxEnvironments < 1) {
            throw new IllegalArgumentException("concurrency limits are at least 1");
        }
        if (idleTimeout.isNegative() || maxAge.isNegative() || minFreeMemoryMegabytes < 0) {
            throw new IllegalArgumentException("durations and sizes are not negative");
        }
    }
}
