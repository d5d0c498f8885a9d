package dev.cloister.api;

import java.util.List;

/**
 * A service on the endpoint.
 *
 * @param signingName the service part of the credential scope, for example {@code lambda}
 * @param facts the class path resource with Amazon's facts of the service (operations, HTTP
 *     bindings, shapes, constraints, errors), for example {@code /facts/lambda.json}
 * @param operations what this installation serves; any other operation in the facts is answered
 *     with a clear error that it is not available in this version
 * @param access what each operation needs to be allowed
 */
public record ServiceDefinition(
        String signingName, String facts, List<Operation> operations, AccessTable access) {
    public ServiceDefinition {
        operations = List.copyOf(operations);
    }
}
