package dev.cloister.api.validation;

import dev.cloister.api.facts.Shape;
import dev.cloister.api.facts.Shape.Bounds;
import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.List;

/** The constraints of a shape in AWS's words, and whether a value keeps them. */
final class Constraints {
    static final String NOT_NULL = "Member must not be null";

    private Constraints() {}

    /** What a text breaks, in the order in which AWS lists constraints. */
    static List<String> broken(Shape.Text shape, String value) {
        List<String> broken = new ArrayList<>(2);
        size(shape.length(), value.codePointCount(0, value.length()), "length", broken);
        shape.pattern()
                .filter(pattern -> !pattern.matches(value))
                .ifPresent(pattern -> broken.add(pattern(pattern)));
        shape.values()
                .filter(values -> !values.contains(value))
                .ifPresent(values -> broken.add("Member must satisfy enum value set: " + values));
        return broken;
    }

    static List<String> broken(Bounds bounds, double value, String quantity) {
        List<String> broken = new ArrayList<>(1);
        size(bounds, value, quantity, broken);
        return broken;
    }

    private static void size(Bounds bounds, double value, String quantity, List<String> broken) {
        if (bounds.max().isPresent() && value > bounds.max().getAsDouble()) {
            broken.add(atMost(bounds, quantity));
        }
        if (bounds.min().isPresent() && value < bounds.min().getAsDouble()) {
            broken.add(atLeast(bounds, quantity));
        }
    }

    /** All constraints of a list's member or a map's key or value. */
    static List<String> all(Shape shape) {
        List<String> all = new ArrayList<>();
        switch (shape) {
            case Shape.Text text -> {
                bounds(text.length(), "length", all);
                text.pattern().ifPresent(pattern -> all.add(pattern(pattern)));
                text.values()
                        .ifPresent(
                                values -> all.add("Member must satisfy enum value set: " + values));
            }
            case Shape.Numeric numeric -> bounds(numeric.range(), "value", all);
            case Shape.Blob blob -> bounds(blob.length(), "length", all);
            case Shape.ListOf list -> bounds(list.size(), "length", all);
            case Shape.MapOf map -> bounds(map.size(), "length", all);
            case Shape.Structure _, Shape.Plain _ -> {
                // Neither has constraints of its own.
            }
        }
        all.add(NOT_NULL);
        return all;
    }

    private static void bounds(Bounds bounds, String quantity, List<String> all) {
        if (bounds.max().isPresent()) {
            all.add(atMost(bounds, quantity));
        }
        if (bounds.min().isPresent()) {
            all.add(atLeast(bounds, quantity));
        }
    }

    private static String atMost(Bounds bounds, String quantity) {
        return "Member must have "
                + quantity
                + " less than or equal to "
                + number(bounds.max().orElseThrow());
    }

    private static String atLeast(Bounds bounds, String quantity) {
        return "Member must have "
                + quantity
                + " greater than or equal to "
                + number(bounds.min().orElseThrow());
    }

    private static String pattern(Object pattern) {
        return "Member must satisfy regular expression pattern: " + pattern;
    }

    private static String number(double value) {
        return BigDecimal.valueOf(value).stripTrailingZeros().toPlainString();
    }
}
