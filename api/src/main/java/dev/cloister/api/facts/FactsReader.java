package dev.cloister.api.facts;

import dev.cloister.api.facts.Shape.Bounds;
import dev.cloister.api.facts.Shape.ErrorFacts;
import dev.cloister.api.facts.Shape.Member;
import java.io.IOException;
import java.io.InputStream;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.Set;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** Reads the files of {@code /facts}. */
final class FactsReader {
    private final String resource;

    FactsReader(String resource) {
        this.resource = resource;
    }

    ServiceFacts read() {
        try (InputStream in = FactsReader.class.getResourceAsStream(resource)) {
            if (in == null) {
                throw new IllegalArgumentException(
                        "no facts at " + resource + " on the class path");
            }
            return service(new JsonMapper().readTree(in));
        } catch (IOException | JacksonException e) {
            throw new IllegalArgumentException("can't read the facts at " + resource, e);
        }
    }

    private ServiceFacts service(JsonNode root) {
        JsonNode metadata = root.path("metadata");
        Map<String, OperationFacts> operations = new HashMap<>();
        root.path("operations")
                .propertyStream()
                .forEach(entry -> operations.put(entry.getKey(), operation(entry.getValue())));
        Map<String, Shape> shapes = new HashMap<>();
        root.path("shapes")
                .propertyStream()
                .forEach(
                        entry ->
                                shapes.put(
                                        entry.getKey(), shape(entry.getKey(), entry.getValue())));
        return new ServiceFacts(
                metadata.path("signingName").asString(metadata.path("endpointPrefix").asString("")),
                metadata.path("protocol").asString(""),
                metadata.path("apiVersion").asString(""),
                metadata.path("jsonVersion").asString(""),
                metadata.path("targetPrefix").asString(""),
                metadata.path("xmlNamespace").asString(""),
                operations,
                shapes);
    }

    private static OperationFacts operation(JsonNode node) {
        List<String> errors = new ArrayList<>();
        node.path("errors").valueStream().forEach(e -> errors.add(e.path("shape").asString()));
        return new OperationFacts(
                node.path("name").asString(),
                node.path("http").path("method").asString("POST"),
                node.path("http").path("requestUri").asString("/"),
                node.path("http").path("responseCode").asInt(200),
                shapeName(node.path("input")),
                shapeName(node.path("output")),
                errors);
    }

    private static Optional<String> shapeName(JsonNode reference) {
        return reference.has("shape")
                ? Optional.of(reference.path("shape").asString())
                : Optional.empty();
    }

    private Shape shape(String name, JsonNode node) {
        boolean sensitive = node.path("sensitive").asBoolean(false);
        Bounds bounds = new Bounds(bound(node, "min"), bound(node, "max"));
        String type = node.path("type").asString("");
        return switch (type) {
            case "structure" -> structure(name, sensitive, node);
            case "list" ->
                    new Shape.ListOf(
                            name, sensitive, bounds, node.path("member").path("shape").asString());
            case "map" ->
                    new Shape.MapOf(
                            name,
                            sensitive,
                            bounds,
                            node.path("key").path("shape").asString(),
                            node.path("value").path("shape").asString());
            case "string", "character" -> text(name, sensitive, bounds, node);
            case "integer", "long", "double", "float", "short", "byte" ->
                    new Shape.Numeric(name, sensitive, bounds);
            case "blob" -> new Shape.Blob(name, sensitive, bounds);
            case "boolean", "timestamp" -> new Shape.Plain(name, sensitive);
            default ->
                    throw new IllegalArgumentException(
                            resource + " has a shape of unknown type " + type + ": " + name);
        };
    }

    private static Shape text(String name, boolean sensitive, Bounds bounds, JsonNode node) {
        List<String> values = new ArrayList<>();
        node.path("enum").valueStream().forEach(value -> values.add(value.asString()));
        return new Shape.Text(
                name,
                sensitive,
                bounds,
                node.has("pattern")
                        ? Optional.of(new TextPattern(node.path("pattern").asString()))
                        : Optional.empty(),
                values.isEmpty() ? Optional.empty() : Optional.of(new EnumValues(values)));
    }

    private static Shape structure(String name, boolean sensitive, JsonNode node) {
        Map<String, Member> members = new LinkedHashMap<>();
        node.path("members")
                .propertyStream()
                .forEach(
                        entry -> {
                            String member = entry.getKey();
                            JsonNode facts = entry.getValue();
                            members.put(
                                    member,
                                    new Member(
                                            member,
                                            facts.path("shape").asString(),
                                            facts.path("location").asString(""),
                                            facts.path("locationName").asString(member)));
                        });
        Set<String> required = new HashSet<>();
        node.path("required").valueStream().forEach(value -> required.add(value.asString()));
        return new Shape.Structure(name, sensitive, members, required, error(node));
    }

    private static Optional<ErrorFacts> error(JsonNode node) {
        if (!node.path("exception").asBoolean(false)) {
            return Optional.empty();
        }
        JsonNode error = node.path("error");
        boolean fault = node.path("fault").asBoolean(false);
        return Optional.of(
                new ErrorFacts(
                        error.path("httpStatusCode").asInt(fault ? 500 : 400),
                        error.path("senderFault").asBoolean(!fault),
                        error.has("code")
                                ? Optional.of(error.path("code").asString())
                                : Optional.empty()));
    }

    private static OptionalDouble bound(JsonNode node, String name) {
        return node.has(name)
                ? OptionalDouble.of(node.path(name).asDouble())
                : OptionalDouble.empty();
    }
}
