package dev.cloister.api.message;

import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.function.BiConsumer;

/** The parameters of a query or form, in order, decoded once. Immutable. */
public final class QueryString {
    /** More parameters than any AWS operation takes. */
    public static final int MAX_PARAMETERS = 20_000;

    public static final QueryString EMPTY = new QueryString(List.of());

    private final List<Parameter> parameters;

    private QueryString(List<Parameter> parameters) {
        this.parameters = parameters;
    }

    /** A name and its value, decoded; the value is empty where there is none. */
    public record Parameter(String name, String value) {}

    /**
     * Reads {@code a=b&c=d}.
     *
     * @throws MalformedRequestException if an escape is malformed or there are too many parameters
     */
    public static QueryString parse(String raw) {
        if (raw.isEmpty()) {
            return EMPTY;
        }
        List<Parameter> parameters = new ArrayList<>(8);
        int start = 0;
        while (start <= raw.length()) {
            int end = raw.indexOf('&', start);
            if (end < 0) {
                end = raw.length();
            }
            if (end > start) {
                parameters.add(parameter(raw, start, end));
            }
            if (parameters.size() > MAX_PARAMETERS) {
                throw new MalformedRequestException(
                        "The request has more than " + MAX_PARAMETERS + " parameters");
            }
            start = end + 1;
        }
        return new QueryString(List.copyOf(parameters));
    }

    private static Parameter parameter(String raw, int start, int end) {
        int equals = raw.indexOf('=', start);
        if (equals < 0 || equals >= end) {
            return new Parameter(Percent.decode(raw.substring(start, end), true), "");
        }
        return new Parameter(
                Percent.decode(raw.substring(start, equals), true),
                Percent.decode(raw.substring(equals + 1, end), true));
    }

    public boolean isEmpty() {
        return parameters.isEmpty();
    }

    public Optional<String> first(String name) {
        for (Parameter parameter : parameters) {
            if (parameter.name.equals(name)) {
                return Optional.of(parameter.value);
            }
        }
        return Optional.empty();
    }

    public List<String> all(String name) {
        List<String> values = new ArrayList<>();
        for (Parameter parameter : parameters) {
            if (parameter.name.equals(name)) {
                values.add(parameter.value);
            }
        }
        return values;
    }

    public boolean contains(String name) {
        return first(name).isPresent();
    }

    public List<String> names() {
        LinkedHashSet<String> names = new LinkedHashSet<>();
        for (Parameter parameter : parameters) {
            names.add(parameter.name);
        }
        return List.copyOf(names);
    }

    public void forEach(BiConsumer<String, String> action) {
        for (Parameter parameter : parameters) {
            action.accept(parameter.name, parameter.value);
        }
    }

    public List<Parameter> parameters() {
        return parameters;
    }
}
