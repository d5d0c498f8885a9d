package dev.cloister.observe.filter;

import java.util.ArrayList;
import java.util.List;
import java.util.function.Predicate;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * A condition on JSON messages: {@code { ($.level = "ERROR" || $.status >= 500) && $.user EXISTS
 * }}. A message that is not a JSON object or array doesn't match; neither does a comparison with a
 * property that is not there or is an object or array.
 */
final class JsonCondition implements Predicate<String> {
    private static final String STOPS = "(){}&|";

    private final JsonMapper json = new JsonMapper();
    private final Predicate<JsonNode> condition;

    private JsonCondition(Predicate<JsonNode> condition) {
        this.condition = condition;
    }

    static JsonCondition parse(PatternScanner scanner) {
        scanner.expect("{");
        Predicate<JsonNode> condition = alternatives(scanner);
        scanner.expect("}");
        scanner.expectEnd();
        return new JsonCondition(condition);
    }

    @Override
    public boolean test(String message) {
        String text = message.strip();
        if (!text.startsWith("{") && !text.startsWith("[")) {
            return false;
        }
        try {
            return condition.test(json.readTree(text));
        } catch (JacksonException e) {
            return false; // not JSON
        }
    }

    private static Predicate<JsonNode> alternatives(PatternScanner scanner) {
        List<Predicate<JsonNode>> any = new ArrayList<>();
        do {
            any.add(conjunction(scanner));
        } while (scanner.accept("||"));
        return node -> any.stream().anyMatch(each -> each.test(node));
    }

    private static Predicate<JsonNode> conjunction(PatternScanner scanner) {
        List<Predicate<JsonNode>> all = new ArrayList<>();
        do {
            all.add(operand(scanner));
        } while (scanner.accept("&&"));
        return node -> all.stream().allMatch(each -> each.test(node));
    }

    private static Predicate<JsonNode> operand(PatternScanner scanner) {
        if (scanner.accept("(")) {
            Predicate<JsonNode> inner = alternatives(scanner);
            scanner.expect(")");
            return inner;
        }
        scanner.skipSpace();
        JsonSelector selector = JsonSelector.parse(scanner);
        Predicate<JsonNode> test = test(scanner);
        return node -> selector.any(node, test);
    }

    private static Predicate<JsonNode> test(PatternScanner scanner) {
        if (scanner.acceptWord("IS")) {
            return state(scanner);
        }
        if (scanner.acceptWord("EXISTS")) {
            return node -> !node.isMissingNode();
        }
        if (scanner.acceptWord("NOT")) {
            if (!scanner.acceptWord("EXISTS")) {
                throw scanner.invalid();
            }
            return JsonNode::isMissingNode;
        }
        Comparison comparison = Comparison.parse(scanner, STOPS);
        return node -> node.isValueNode() && !node.isNull() && comparison.test(text(node));
    }

    private static Predicate<JsonNode> state(PatternScanner scanner) {
        if (scanner.acceptWord("NULL")) {
            return JsonNode::isNull;
        }
        if (scanner.acceptWord("TRUE")) {
            return node -> node.isBoolean() && node.booleanValue();
        }
        if (scanner.acceptWord("FALSE")) {
            return node -> node.isBoolean() && !node.booleanValue();
        }
        throw scanner.invalid();
    }

    private static String text(JsonNode node) {
        return node.isString() ? node.stringValue() : node.toString();
    }
}
