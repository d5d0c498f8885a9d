package dev.cloister.worker;

import java.util.List;

/**
 * Owns every execution environment of this host. Thread-safe.
 *
 * <p>Closing shuts every environment down (SIGTERM, then SIGKILL) and returns when no process,
 * mount, cgroup, namespace or socket of theirs is left.
 */
public interface Worker extends AutoCloseable {

    /**
     * Starts an environment and returns at once; its init phase runs meanwhile, and the first
     * {@link ExecutionEnvironment#invoke} waits for it.
     *
     * @throws WorkerException if the sandbox can't be started
     */
    ExecutionEnvironment start(EnvironmentSpec spec);

    /** The environments that exist now, for status pages. */
    List<EnvironmentStatus> environments();

    /** The architectures that functions can run on here, for example {@code x86_64}. */
    List<String> architectures();

    @Override
    void close();

    /**
     * One environment, as status shows it.
     *
     * @param memoryBytes what its cgroup holds now
     */
    record EnvironmentStatus(
            String id,
            String functionName,
            String version,
            ExecutionEnvironment.State state,
            long memoryBytes,
            java.time.Instant startedAt) {}
}
