package dev.cloister.api.facts;

import java.util.List;
import java.util.Optional;

/**
 * An operation of a service's model.
 *
 * @param requestUri path template, perhaps with a literal query
 * @param responseCode status of a success
 */
public record OperationFacts(
        String name,
        String method,
        String requestUri,
        int responseCode,
        Optional<String> input,
        Optional<String> output,
        List<String> errors) {
    public OperationFacts {
        errors = List.copyOf(errors);
    }
}
