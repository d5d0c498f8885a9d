package dev.cloister.server.admin;

import java.time.Instant;
import java.util.List;

/**
 * The running server, as {@code cloister status} shows it.
 *
 * @param endpoint for example {@code http://127.0.0.1:4566}
 * @param startedAt when this process began to serve
 * @param functions every function version, ordered by name
 * @param environments those that exist now
 * @param workers the hosts that run environments
 * @param queues what waits to be invoked
 */
public record Status(
        String endpoint,
        String region,
        String account,
        Instant startedAt,
        ServerProcess process,
        List<FunctionVersion> functions,
        List<Environment> environments,
        List<WorkerHost> workers,
        List<Queue> queues) {
    public Status {
        functions = List.copyOf(functions);
        environments = List.copyOf(environments);
        workers = List.copyOf(workers);
        queues = List.copyOf(queues);
    }

    /**
     * The server's own memory.
     *
     * @param residentBytes what the kernel counts for the whole process
     * @param heapUsedBytes of which the Java heap
     */
    public record ServerProcess(long id, long residentBytes, long heapUsedBytes) {

        /** This process, now. */
        public static ServerProcess current() {
            return ProcessMemory.current();
        }
    }

    /**
     * One version of a function.
     *
     * @param state as in GetFunctionConfiguration's State
     */
    public record FunctionVersion(
            String name, String version, String runtime, int memoryMegabytes, String state) {}

    /**
     * One execution environment.
     *
     * @param state as the worker names it, for example {@code FROZEN}
     */
    public record Environment(
            String id,
            String functionName,
            String version,
            String state,
            long memoryBytes,
            Instant startedAt) {}

    /**
     * One host that runs environments.
     *
     * @param isolation the backend, for example {@code crun}
     */
    public record WorkerHost(
            String name, List<String> architectures, String isolation, int environments) {
        public WorkerHost {
            architectures = List.copyOf(architectures);
        }
    }

    /** One queue and how many items wait in it. */
    public record Queue(String name, long waiting) {}
}
