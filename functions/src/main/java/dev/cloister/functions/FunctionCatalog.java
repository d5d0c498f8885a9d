package dev.cloister.functions;

import dev.cloister.api.AccountId;
import dev.cloister.api.Region;
import java.util.Optional;
import java.util.function.Consumer;

/**
 * The data plane's view of functions: immutable snapshots, in memory. Thread-safe; no call waits
 * for the database.
 */
public interface FunctionCatalog {

    /**
     * What an invocation of {@code name} with {@code qualifier} runs. A weighted alias chooses by
     * chance at each call.
     *
     * @param qualifier {@code $LATEST}, a version number or an alias; empty means {@code $LATEST}
     */
    Optional<Resolved> resolve(
            AccountId account, Region region, String name, Optional<String> qualifier);

    /** Every version that exists now, for status. */
    java.util.List<VersionSnapshot> versions();

    /**
     * Registers who is told when a version's environments must not be used any more: its code or
     * configuration changed, or it was deleted. Called after the change is durable and visible in
     * {@link #resolve}, with the retired snapshot.
     */
    void onRetired(Consumer<VersionSnapshot> listener);

    /**
     * The outcome of {@link #resolve}.
     *
     * @param invokedArn with the qualifier that the caller used ({@code $LATEST} if none)
     * @param concurrency how many invocations of the function may be under way
     * @param recursion whether the function may invoke itself without an end
     */
    record Resolved(
            VersionSnapshot version,
            String invokedArn,
            Concurrency concurrency,
            RecursiveLoop recursion) {}

    /** The places that a function's invocations take. */
    sealed interface Concurrency {
        /**
         * Its own and no others.
         *
         * @param places 0 stops the function
         */
        record Reserved(int places) implements Concurrency {}

        /**
         * Those of the account that no reservation takes.
         *
         * @param reservedByOthers what all reservations of the account in the region take
         */
        record Shared(int reservedByOthers) implements Concurrency {}
    }
}
