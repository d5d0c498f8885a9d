package dev.cloister.api.facts;

import java.util.Map;
import java.util.Optional;

/**
 * A service's model.
 *
 * @param protocol as the model names it: {@code rest-json}, {@code json}, {@code query}, ...
 * @param jsonVersion {@code 1.0} or {@code 1.1}; empty for other protocols
 * @param targetPrefix what precedes the dot in X-Amz-Target; empty for other protocols
 * @param xmlNamespace of replies in XML; empty for other protocols
 */
public record ServiceFacts(
        String signingName,
        String protocol,
        String apiVersion,
        String jsonVersion,
        String targetPrefix,
        String xmlNamespace,
        Map<String, OperationFacts> operations,
        Map<String, Shape> shapes) {

    public ServiceFacts {
        operations = Map.copyOf(operations);
        shapes = Map.copyOf(shapes);
    }

    /**
     * Reads a facts file.
     *
     * @param resource its name on the class path, for example {@code /facts/lambda.json}
     * @throws IllegalArgumentException if there is none or it can't be read
     */
    public static ServiceFacts load(String resource) {
        return new FactsReader(resource).read();
    }

    public Optional<Shape> shape(String name) {
        return Optional.ofNullable(shapes.get(name));
    }

    /** The structure of that name, if there is one. */
    public Optional<Shape.Structure> structure(String name) {
        return shapes.get(name) instanceof Shape.Structure structure
                ? Optional.of(structure)
                : Optional.empty();
    }

    /** The error shape that an error code names, if the model has it. */
    public Optional<Shape.Structure> error(String code) {
        return structure(code).filter(shape -> shape.error().isPresent());
    }
}
