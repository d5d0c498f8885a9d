package dev.cloister.functions.contract;

import dev.cloister.api.facts.ServiceFacts;
import dev.cloister.api.facts.Shape;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Every way to break an operation's input that the model tells, one fault at a time. */
final class Faults {
    private static final int MAX_DEPTH = 4;

    /** Longer texts and lists say nothing more, and don't fit a request line. */
    private static final int MAX_SIZE = 3_000;

    private final ServiceFacts facts;
    private final Samples samples;
    private final List<Fault> found = new ArrayList<>();

    Faults(ServiceFacts facts, Samples samples) {
        this.facts = facts;
        this.samples = samples;
    }

    /**
     * An input with one fault.
     *
     * @param what the broken member's path, and how
     * @param member the broken member's own name
     * @param location where the broken member travels; empty for the body
     */
    record Fault(String what, String member, String location, Map<String, Object> input) {}

    /** Puts a member's value into a copy of the whole input. */
    private interface Place {
        Map<String, Object> with(Object value);
    }

    List<Fault> of(String operation) {
        Shape.Structure input = samples.input(operation);
        Map<String, Object> base = samples.structure(input);
        for (Shape.Member member : input.members().values()) {
            String location = member.location();
            if (input.required().contains(member.name()) && !location.equals("uri")) {
                Map<String, Object> without = new LinkedHashMap<>(base);
                without.remove(member.name());
                found.add(new Fault(member.name() + " missing", member.name(), location, without));
            }
            member(member, member.name(), location, value -> put(base, member.name(), value), 1);
        }
        return List.copyOf(found);
    }

    private static Map<String, Object> put(Map<String, Object> base, String name, Object value) {
        Map<String, Object> copy = new LinkedHashMap<>(base);
        copy.put(name, value);
        return copy;
    }

    private void member(Shape.Member member, String path, String location, Place place, int depth) {
        if (location.equals("header") || location.equals("headers")) {
            return; // raw operations only
        }
        Shape shape = facts.shape(member.shape()).orElseThrow();
        if (location.isEmpty()) {
            wrongTypes(shape, path, member.name(), place);
        }
        constraints(shape, path, member.name(), location, place);
        if (shape instanceof Shape.Structure structure && depth < MAX_DEPTH) {
            Map<String, Object> base = samples.structure(structure);
            for (Shape.Member inner : structure.members().values()) {
                if (structure.required().contains(inner.name())) {
                    Map<String, Object> without = new LinkedHashMap<>(base);
                    without.remove(inner.name());
                    add(
                            path + "." + inner.name() + " missing",
                            inner.name(),
                            location,
                            place.with(without));
                }
                member(
                        inner,
                        path + "." + inner.name(),
                        location,
                        value -> place.with(put(base, inner.name(), value)),
                        depth + 1);
            }
        }
    }

    private void add(String what, String member, String location, Map<String, Object> input) {
        found.add(new Fault(what, member, location, input));
    }

    private void wrongTypes(Shape shape, String path, String member, Place place) {
        List<Object> wrong =
                switch (shape) {
                    case Shape.Structure _ -> List.of("text", List.of(), 7, true);
                    case Shape.ListOf _ -> List.of("text", Map.of("a", 1), 7, true);
                    case Shape.MapOf _ -> List.of("text", List.of(1), 7, true);
                    case Shape.Text _ -> List.of(7, 7.5, true, List.of(), Map.of());
                    case Shape.Numeric _ -> List.of("7", true, List.of(), Map.of());
                    case Shape.Blob _ -> List.of(7, "*no base64*", true, List.of(), Map.of());
                    case Shape.Plain _ -> List.of("text", List.of(), Map.of());
                };
        for (Object value : wrong) {
            add(path + " of the wrong type: " + value, member, "type", place.with(value));
        }
    }

    private void constraints(
            Shape shape, String path, String member, String location, Place place) {
        switch (shape) {
            case Shape.Text text -> texts(text, path, member, location, place);
            case Shape.Numeric numeric -> {
                numeric.range()
                        .max()
                        .ifPresent(
                                max ->
                                        add(
                                                path + " too high",
                                                member,
                                                location,
                                                place.with(above(max))));
                numeric.range()
                        .min()
                        .ifPresent(
                                min ->
                                        add(
                                                path + " too low",
                                                member,
                                                location,
                                                place.with(below(min))));
            }
            case Shape.ListOf list -> {
                if (list.size().max().orElse(MAX_SIZE) < MAX_SIZE) {
                    add(
                            path + " with too many",
                            member,
                            location,
                            place.with(
                                    samples.items(
                                            list, (int) list.size().max().getAsDouble() + 1)));
                }
                if (list.size().min().orElse(0) >= 1 && location.isEmpty()) {
                    add(path + " with none", member, location, place.with(List.of()));
                }
            }
            case Shape.MapOf map -> {
                if (facts.shape(map.key()).orElseThrow() instanceof Shape.Text key
                        && key.pattern().isPresent()) {
                    Shape value = facts.shape(map.value()).orElseThrow();
                    add(
                            path + " with a bad key",
                            member,
                            location,
                            place.with(Map.of("\u0001 !*", samples.of(value, "Value"))));
                }
                if (facts.shape(map.value()).orElseThrow() instanceof Shape.Numeric value) {
                    Object key = samples.of(facts.shape(map.key()).orElseThrow(), "Key");
                    for (double wrong :
                            List.of(
                                    value.range().max().orElse(1e9) + 0.5,
                                    value.range().min().orElse(0) - 0.5)) {
                        add(
                                path + " with a value of " + wrong,
                                member,
                                location,
                                place.with(Map.of(key.toString(), wrong)));
                    }
                }
            }
            case Shape.Structure _, Shape.Blob _, Shape.Plain _ -> {
                // Their members have constraints, or none has.
            }
        }
    }

    private static Object above(double max) {
        return max == Math.rint(max) && max > 1 ? (Object) ((long) max + 1) : (Object) (max + 1);
    }

    private static Object below(double min) {
        return (long) min - 1;
    }

    private void texts(Shape.Text text, String path, String member, String location, Place place) {
        double max = text.length().max().orElse(MAX_SIZE);
        if (max < MAX_SIZE) {
            add(path + " too long", member, location, place.with("a".repeat((int) max + 1)));
        }
        if (text.length().min().orElse(0) >= 1 && !location.equals("uri")) {
            String tooShort = "a".repeat((int) text.length().min().getAsDouble() - 1);
            if (!(tooShort.isEmpty() && location.equals("querystring"))) {
                add(path + " too short", member, location, place.with(tooShort));
            }
        }
        for (String odd : List.of("\u0001 !*", "a b", "ä", "%", "\u0000")) {
            if (!Samples.fits(text, odd) && text.pattern().isPresent()) {
                add(path + " of the wrong form: " + odd, member, location, place.with(odd));
            }
        }
        if (text.values().isPresent()) {
            add(path + " not in its enum", member, location, place.with("NoSuchValue"));
        }
    }
}
