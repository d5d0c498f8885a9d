package dev.cloister.api.wire;

import dev.cloister.api.AwsError;
import dev.cloister.api.facts.ServiceFacts;
import dev.cloister.api.facts.Shape;
import dev.cloister.api.facts.Shape.Member;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import tools.jackson.core.JsonGenerator;

/** Errors of the JSON protocols, shaped as the model says. */
final class JsonErrors {
    /** How a handler leaves out a Type that the model has: by a Type without text. */
    private static final String TYPE = "Type";

    private final ServiceFacts facts;
    private final JsonPojoWriter writer;

    JsonErrors(ServiceFacts facts, JsonPojoWriter writer) {
        this.facts = facts;
        this.writer = writer;
    }

    WireResponse restJson(AwsError error) {
        Optional<Shape.Structure> shape = facts.error(error.code());
        int status =
                shape.flatMap(Shape.Structure::error).map(e -> e.status()).orElse(error.status());
        Map<String, String> headers = new LinkedHashMap<>();
        headers.put("Content-Type", "application/json");
        headers.put("x-amzn-ErrorType", error.code());
        Map<String, Object> body = new LinkedHashMap<>();
        if (shape.isPresent() && shape.get().members().containsKey(TYPE)) {
            body.put(TYPE, status < 500 ? "User" : "Service");
        }
        error.members().forEach((name, value) -> place(shape, name, value, headers, body));
        if ("".equals(body.get(TYPE))) {
            body.remove(TYPE);
        }
        if (!error.message().isEmpty()) {
            body.put(messageName(shape, error.code()), error.message());
        }
        return new WireResponse(status, headers, print(body));
    }

    private static void place(
            Optional<Shape.Structure> shape,
            String name,
            Object value,
            Map<String, String> headers,
            Map<String, Object> body) {
        Member member = shape.map(s -> s.members().get(name)).orElse(null);
        if (member != null && member.location().equals("header")) {
            headers.put(member.wireName(), value.toString());
        } else {
            body.put(name, value);
        }
    }

    WireResponse awsJson(AwsError error) {
        Optional<Shape.Structure> shape = facts.error(error.code());
        int status =
                shape.flatMap(Shape.Structure::error)
                        .map(e -> e.status())
                        .orElseGet(() -> awsJsonStatus(error.status()));
        Map<String, Object> body = new LinkedHashMap<>();
        body.put("__type", error.code());
        body.putAll(error.members());
        if (!error.message().isEmpty()) {
            body.put(messageName(shape, error.code()), error.message());
        }
        return new WireResponse(
                status,
                Map.of(
                        "Content-Type",
                        AwsJsonCodec.contentType(facts),
                        "x-amzn-ErrorType",
                        error.code()),
                print(body));
    }

    /** These services answer 400 to whatever the caller did wrong, but for its size. */
    private static int awsJsonStatus(int status) {
        return status >= 500 || status == 413 ? status : 400;
    }

    private static String messageName(Optional<Shape.Structure> shape, String code) {
        if (shape.isPresent()) {
            return shape.get().members().containsKey("Message") ? "Message" : "message";
        }
        // Not in the models; recorded with a capital.
        return code.equals("AccessDeniedException") ? "Message" : "message";
    }

    private byte[] print(Map<String, Object> body) {
        return writer.write(generator -> printMap(generator, body));
    }

    private static void printMap(JsonGenerator generator, Map<?, ?> map) {
        generator.writeStartObject();
        for (Map.Entry<?, ?> entry : map.entrySet()) {
            generator.writeName(entry.getKey().toString());
            printValue(generator, entry.getValue());
        }
        generator.writeEndObject();
    }

    private static void printValue(JsonGenerator generator, Object value) {
        switch (value) {
            case Integer number -> generator.writeNumber(number);
            case Long number -> generator.writeNumber(number);
            case Double number -> generator.writeNumber(number);
            case Boolean bool -> generator.writeBoolean(bool);
            case Map<?, ?> map -> printMap(generator, map);
            case List<?> list -> {
                generator.writeStartArray();
                list.forEach(item -> printValue(generator, item));
                generator.writeEndArray();
            }
            default -> generator.writeString(value.toString());
        }
    }
}
