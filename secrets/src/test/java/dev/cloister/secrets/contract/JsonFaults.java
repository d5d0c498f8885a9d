package dev.cloister.secrets.contract;

import dev.cloister.api.facts.ServiceFacts;
import dev.cloister.api.facts.Shape;
import dev.cloister.api.facts.Shape.Bounds;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Every way to break an input of a JSON service that its model tells, one fault at a time. */
final class JsonFaults {
    private static final int MAX_DEPTH = 4;

    /** Larger values say nothing more than these. */
    private static final int MAX_SIZE = 70_000;

    private final ServiceFacts facts;
    private final List<Fault> found = new ArrayList<>();

    JsonFaults(ServiceFacts facts) {
        this.facts = facts;
    }

    /**
     * An input with one fault.
     *
     * @param what the broken member's path, and how
     * @param member the broken member's own name
     */
    record Fault(String what, String member, Map<String, Object> input) {}

    /** Puts a value in its place in a copy of the whole input. */
    private interface Place {
        Map<String, Object> with(Object value);
    }

    List<Fault> of(String operation, Map<String, Object> valid) {
        Shape.Structure input =
                Optional.ofNullable(facts.operations().get(operation))
                        .flatMap(it -> it.input())
                        .flatMap(facts::structure)
                        .orElseThrow();
        found.clear();
        members(input, "", valid, value -> cast(value), 1);
        return List.copyOf(found);
    }

    @SuppressWarnings("unchecked") // what stands for a structure is a map
    private static Map<String, Object> cast(Object structure) {
        return (Map<String, Object>) structure;
    }

    private void members(
            Shape.Structure shape, String path, Map<String, Object> valid, Place place, int depth) {
        for (Shape.Member member : shape.members().values()) {
            String name = member.name();
            String here = path + name;
            if (shape.required().contains(name)) {
                Map<String, Object> without = new LinkedHashMap<>(valid);
                without.remove(name);
                found.add(new Fault(here + " missing", name, place.with(without)));
            }
            value(
                    facts.shape(member.shape()).orElseThrow(),
                    here,
                    name,
                    valid.get(name),
                    value -> place.with(put(valid, name, value)),
                    depth);
        }
    }

    private static Map<String, Object> put(Map<String, Object> base, String name, Object value) {
        Map<String, Object> copy = new LinkedHashMap<>(base);
        copy.put(name, value);
        return copy;
    }

    private void value(
            Shape shape,
            String path,
            String name,
            @org.jspecify.annotations.Nullable Object valid,
            Place place,
            int depth) {
        wrongTypes(shape).forEach(wrong -> add(path + " of type " + wrong, name, place, wrong));
        switch (shape) {
            case Shape.Text text -> texts(text, path, name, place);
            case Shape.Numeric numeric -> {
                numeric.range()
                        .max()
                        .ifPresent(max -> add(path + " too high", name, place, (long) max + 1));
                numeric.range()
                        .min()
                        .ifPresent(min -> add(path + " too low", name, place, (long) min - 1));
            }
            case Shape.ListOf list -> lists(list, path, name, valid, place, depth);
            case Shape.Structure structure -> {
                if (depth < MAX_DEPTH) {
                    members(
                            structure,
                            path + ".",
                            valid == null ? Map.of() : cast(valid),
                            place,
                            depth + 1);
                }
            }
            case Shape.MapOf _, Shape.Blob _, Shape.Plain _ -> {
                // Wrong types are all that there is to try.
            }
        }
    }

    private void lists(
            Shape.ListOf list,
            String path,
            String name,
            @org.jspecify.annotations.Nullable Object valid,
            Place place,
            int depth) {
        if (list.size().min().orElse(0) >= 1) {
            add(path + " with none", name, place, List.of());
        }
        if (!(valid instanceof List<?> items) || items.isEmpty()) {
            return;
        }
        Object item = items.getFirst();
        double max = list.size().max().orElse(MAX_SIZE);
        if (max < MAX_SIZE) {
            add(path + " too many", name, place, Collections.nCopies((int) max + 1, item));
        }
        value(
                facts.shape(list.member()).orElseThrow(),
                path + "[0]",
                name,
                item,
                value -> place.with(List.of(value)),
                depth);
    }

    private void texts(Shape.Text text, String path, String name, Place place) {
        Bounds length = text.length();
        double max = length.max().orElse(MAX_SIZE);
        if (max < MAX_SIZE) {
            add(path + " too long", name, place, "a".repeat((int) max + 1));
        }
        double min = length.min().orElse(0);
        if (min >= 1) {
            add(path + " too short", name, place, "a".repeat((int) min - 1));
        }
        text.pattern()
                .filter(pattern -> !pattern.matches("\u0001 !*"))
                .ifPresent(pattern -> add(path + " of wrong form", name, place, "\u0001 !*"));
        if (text.values().isPresent()) {
            add(path + " not in its enum", name, place, "NoSuchValue");
        }
    }

    private void add(String what, String name, Place place, Object value) {
        found.add(new Fault(what, name, place.with(value)));
    }

    private static List<Object> wrongTypes(Shape shape) {
        return switch (shape) {
            case Shape.Structure _ -> List.of("text", List.of(), 7, true);
            case Shape.ListOf _ -> List.of("text", Map.of("a", 1), 7, true);
            case Shape.MapOf _ -> List.of("text", List.of(1), 7, true);
            case Shape.Text _ -> List.of(7, 7.5, true, List.of(), Map.of());
            case Shape.Numeric _ -> List.of("7", true, List.of(), Map.of());
            case Shape.Blob _ -> List.of(7, "*no base64*", true, List.of(), Map.of());
            case Shape.Plain _ -> List.of("text", List.of(), Map.of());
        };
    }
}
