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
     */
    record Resolved(VersionSnapshot version, String invokedArn) {}
}
