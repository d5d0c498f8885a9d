package dev.cloister.observe.filter;

import java.util.ArrayList;
import java.util.List;
import java.util.function.Predicate;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.MissingNode;

/** A path to a property: {@code $.a.b[0].c}, {@code $.a[*].b}, {@code $.['a.b']}. */
final class JsonSelector {
    private static final String NAME_STOPS = ".[]=!<>(){}&|\"'%";

    private final List<Step> steps;

    private JsonSelector(List<Step> steps) {
        this.steps = steps;
    }

    static JsonSelector parse(PatternScanner scanner) {
        if (scanner.take() != '$') {
            throw scanner.invalid();
        }
        List<Step> steps = new ArrayList<>();
        while (scanner.peek() == '.' || scanner.peek() == '[') {
            if (scanner.peek() == '.') {
                scanner.take();
            }
            steps.add(scanner.peek() == '[' ? bracket(scanner) : new Step.Name(name(scanner)));
        }
        return new JsonSelector(steps);
    }

    /**
     * Whether one of the nodes that the path leads to passes; a path that ends early leads to one
     * missing node.
     */
    boolean any(JsonNode root, Predicate<JsonNode> test) {
        return any(root, 0, test);
    }

    private boolean any(JsonNode node, int step, Predicate<JsonNode> test) {
        if (step == steps.size()) {
            return test.test(node);
        }
        return switch (steps.get(step)) {
            case Step.Name(String name) -> any(node.path(name), step + 1, test);
            case Step.Index(int index) -> any(node.path(index), step + 1, test);
            case Step.Every() -> {
                if (!node.isArray() || node.isEmpty()) {
                    yield any(MissingNode.getInstance(), step + 1, test);
                }
                for (JsonNode element : node) {
                    if (any(element, step + 1, test)) {
                        yield true;
                    }
                }
                yield false;
            }
        };
    }

    private static String name(PatternScanner scanner) {
        String name = scanner.until(NAME_STOPS);
        if (name.isEmpty()) {
            throw scanner.invalid();
        }
        return name;
    }

    private static Step bracket(PatternScanner scanner) {
        scanner.expect("[");
        Step step;
        char next = scanner.peek();
        if (next == '\'' || next == '"') {
            step = new Step.Name(scanner.quoted(next));
        } else if (scanner.accept("*")) {
            step = new Step.Every();
        } else {
            step = new Step.Index(index(scanner));
        }
        scanner.expect("]");
        return step;
    }

    private static int index(PatternScanner scanner) {
        String digits = scanner.until("]");
        if (digits.isEmpty()
                || digits.length() > 9
                || !digits.chars().allMatch(c -> c >= '0' && c <= '9')) {
            throw scanner.invalid();
        }
        return Integer.parseInt(digits);
    }

    private sealed interface Step {
        record Name(String name) implements Step {}

        record Index(int index) implements Step {}

        record Every() implements Step {}
    }
}
