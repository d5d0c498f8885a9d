package dev.cloister.functions;

import java.util.Optional;

/**
 * An alias. Immutable.
 *
 * @param version the primary version: {@code $LATEST} or a number
 * @param routing the second version and its share, if traffic is split
 */
public record FunctionAlias(
        String name,
        String description,
        String version,
        Optional<Route> routing,
        String revisionId) {

    /**
     * The second version of a weighted alias.
     *
     * @param weight its share of invocations, 0.0 to 1.0
     */
    public record Route(String version, double weight) {}

    boolean refersTo(String number) {
        return version.equals(number) || routing.map(Route::version).equals(Optional.of(number));
    }
}
