package dev.cloister.server.runtimes;

import java.util.List;
import java.util.Optional;

/**
 * What an operator should tell the owners of functions, as {@code cloister runtimes notices} shows.
 *
 * @param withdrawals runtimes that are deprecated or will be soon, and have functions
 * @param held functions that do not follow their runtime
 */
public record RuntimeNotices(List<Withdrawal> withdrawals, List<Held> held) {
    public RuntimeNotices {
        withdrawals = List.copyOf(withdrawals);
        held = List.copyOf(held);
    }

    /**
     * A runtime's withdrawal; each date is present if it is scheduled.
     *
     * @param phase what holds today
     * @param functions ARNs of versions of functions
     */
    public record Withdrawal(
            String runtime,
            String phase,
            Optional<String> deprecation,
            Optional<String> blockCreate,
            Optional<String> blockUpdate,
            List<String> functions) {
        public Withdrawal {
            functions = List.copyOf(functions);
        }
    }

    /**
     * A version of a function that keeps its runtime version.
     *
     * @param updateRuntimeOn {@code FunctionUpdate} or {@code Manual}
     * @param runs the runtime version; {@code -} if it is not on this host
     * @param newest what it would run otherwise
     * @param versionsBehind how many newer ones there are on this host
     * @param daysBehind between the two builds
     */
    public record Held(
            String function,
            String updateRuntimeOn,
            String runs,
            String newest,
            int versionsBehind,
            long daysBehind) {}
}
