package dev.cloister.worker;

import java.net.InetSocketAddress;
import java.time.Duration;

/**
 * The worker's settings.
 *
 * @param platformEndpoint where connections made inside an environment to 127.0.0.1:4566 are taken:
 *     the platform's own plain HTTP listener on loopback
 * @param maxEnvironments how many environments may exist at once; prepared sandboxes come on top
 * @param preparedPerRuntime how many sandboxes are kept started per runtime in use; 0 turns
 *     preparing off
 * @param preparedUnusedFor after how long without a start a runtime's prepared sandboxes are
 *     dropped
 * @param freezeAfter how long an environment stays unfrozen after an invocation
 * @param initLimit how long the init phase may take (AWS: 10 s)
 * @param shutdownGrace how long a runtime may take between SIGTERM and SIGKILL when its environment
 *     is spun down. AWS gives none without extensions, 500 ms with internal ones
 * @param maxLease how long an environment lives at most; then it ends as soon as it is idle
 * @param runtimeConnections how many connections an environment may hold to the Runtime API
 * @param platformConnections how many connections an environment may hold to the platform's API
 */
public record WorkerSettings(
        InetSocketAddress platformEndpoint,
        int maxEnvironments,
        int preparedPerRuntime,
        Duration preparedUnusedFor,
        Duration freezeAfter,
        Duration initLimit,
        Duration shutdownGrace,
        Duration maxLease,
        int runtimeConnections,
        int platformConnections) {

    public WorkerSettings {
        requireRange("maxEnvironments", maxEnvironments, 1, 100_000);
        requireRange("preparedPerRuntime", preparedPerRuntime, 0, 64);
        requireRange("runtimeConnections", runtimeConnections, 1, 1_024);
        requireRange("platformConnections", platformConnections, 0, 1_024);
        requirePositive("preparedUnusedFor", preparedUnusedFor);
        requirePositive("freezeAfter", freezeAfter);
        requirePositive("initLimit", initLimit);
        requirePositive("maxLease", maxLease);
        if (shutdownGrace.isNegative() || shutdownGrace.compareTo(Duration.ofSeconds(2)) > 0) {
            throw new IllegalArgumentException(
                    "shutdownGrace must be 0 to 2 s, not " + shutdownGrace);
        }
    }

    /** What a host gets that sets nothing. */
    public static WorkerSettings defaults(InetSocketAddress platformEndpoint) {
        return new WorkerSettings(
                platformEndpoint,
                1_000,
                2,
                Duration.ofMinutes(15),
                Duration.ofMillis(100),
                Duration.ofSeconds(10),
                Duration.ofMillis(300),
                Duration.ofHours(4),
                16,
                64);
    }

    public WorkerSettings withPreparedPerRuntime(int count) {
        return new WorkerSettings(
                platformEndpoint,
                maxEnvironments,
                count,
                preparedUnusedFor,
                freezeAfter,
                initLimit,
                shutdownGrace,
                maxLease,
                runtimeConnections,
                platformConnections);
    }

    public WorkerSettings withFreezeAfter(Duration after) {
        return new WorkerSettings(
                platformEndpoint,
                maxEnvironments,
                preparedPerRuntime,
                preparedUnusedFor,
                after,
                initLimit,
                shutdownGrace,
                maxLease,
                runtimeConnections,
                platformConnections);
    }

    public WorkerSettings withMaxLease(Duration lease) {
        return new WorkerSettings(
                platformEndpoint,
                maxEnvironments,
                preparedPerRuntime,
                preparedUnusedFor,
                freezeAfter,
                initLimit,
                shutdownGrace,
                lease,
                runtimeConnections,
                platformConnections);
    }

    private static void requireRange(String name, int value, int least, int most) {
        if (value < least || value > most) {
            throw new IllegalArgumentException(
                    name + " must be " + least + " to " + most + ", not " + value);
        }
    }

    private static void requirePositive(String name, Duration value) {
        if (value.isNegative() || value.isZero()) {
            throw new IllegalArgumentException(name + " must be above 0, not " + value);
        }
    }
}
