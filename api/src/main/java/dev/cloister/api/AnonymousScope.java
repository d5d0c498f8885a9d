package dev.cloister.api;

import java.util.Map;
import java.util.Optional;

/**
 * Where requests act that nobody has signed, of a service whose resources' policies may be open to
 * everybody. Implementations are thread-safe.
 */
@FunctionalInterface
public interface AnonymousScope {

    /**
     * @param labels members that host and path tell, such as Bucket; hostile text
     * @return empty if there is nothing that could be open: the request is then one whose signature
     *     is missing
     */
    Optional<Scope> of(Map<String, String> labels);

    /** Whose resource it is, and where. */
    record Scope(AccountId owner, Region region) {}
}
