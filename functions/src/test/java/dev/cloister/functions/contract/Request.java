package dev.cloister.functions.contract;

import dev.cloister.api.facts.OperationFacts;
import dev.cloister.api.facts.ServiceFacts;
import dev.cloister.api.facts.Shape;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import tools.jackson.databind.json.JsonMapper;

/**
 * A request on the wire, made of an operation's input as a tree of maps, lists and scalars by the
 * model's names.
 */
final class Request {
    private static final JsonMapper JSON = JsonMapper.builder().build();

    private final String operation;
    private final String method;
    private final String pathAndQuery;
    private final byte[] body;

    Request(String operation, String method, String pathAndQuery, byte[] body) {
        this.operation = operation;
        this.method = method;
        this.pathAndQuery = pathAndQuery;
        this.body = body;
    }

    static Request of(ServiceFacts facts, String operation, Map<String, Object> input) {
        OperationFacts shape = Samples.operation(facts, operation);
        Map<String, Shape.Member> members =
                facts.structure(shape.input().orElse(""))
                        .map(Shape.Structure::members)
                        .orElse(Map.of());
        String path = shape.requestUri();
        List<String> query = new ArrayList<>();
        Map<String, Object> body = new LinkedHashMap<>();
        for (Map.Entry<String, Object> entry : input.entrySet()) {
            Shape.Member member = members.get(entry.getKey());
            String location = member == null ? "" : member.location();
            String wireName = member == null ? entry.getKey() : member.wireName();
            switch (location) {
                case "uri" -> path = path.replace("{" + wireName + "}", encoded(entry.getValue()));
                case "querystring" -> {
                    List<?> values =
                            entry.getValue() instanceof List<?> list
                                    ? list
                                    : List.of(entry.getValue());
                    values.forEach(value -> query.add(wireName + "=" + encoded(value)));
                }
                default -> body.put(wireName, entry.getValue());
            }
        }
        String separator = path.contains("?") ? "&" : "?";
        boolean carries = !shape.method().equals("GET") && !shape.method().equals("DELETE");
        return new Request(
                operation,
                shape.method(),
                query.isEmpty() ? path : path + separator + String.join("&", query),
                carries ? JSON.writeValueAsBytes(body) : new byte[0]);
    }

    private static String encoded(Object value) {
        return URLEncoder.encode(value.toString(), StandardCharsets.UTF_8).replace("+", "%20");
    }

    Request withBody(byte[] newBody) {
        return new Request(operation, method, pathAndQuery, newBody);
    }

    String operation() {
        return operation;
    }

    String method() {
        return method;
    }

    String pathAndQuery() {
        return pathAndQuery;
    }

    byte[] body() {
        return body;
    }

    @Override
    public String toString() {
        String text = new String(body, StandardCharsets.UTF_8);
        return operation
                + ": "
                + method
                + " "
                + pathAndQuery
                + " "
                + text.substring(0, Math.min(text.length(), 600));
    }
}
