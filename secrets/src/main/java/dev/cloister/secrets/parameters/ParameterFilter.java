package dev.cloister.secrets.parameters;

import dev.cloister.secrets.parameters.ParameterReads.Depth;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.Supplier;

/**
 * A filter of lists of parameters: one of its values has to fit (API Reference,
 * ParameterStringFilter).
 *
 * @param tag of {@link Subject#TAG} the tag's key
 * @param values none means any, for tags alone
 */
public record ParameterFilter(Subject key, String tag, Option option, List<String> values) {

    /** What it looks at. */
    public enum Subject {
        NAME,
        TYPE,
        KEY_ID,
        PATH,
        LABEL,
        TIER,
        DATA_TYPE,
        TAG
    }

    /** How it looks. */
    public enum Option {
        EQUALS,
        BEGINS_WITH,
        CONTAINS,
        RECURSIVE,
        ONE_LEVEL
    }

    public ParameterFilter {
        values = List.copyOf(values);
    }

    static ParameterFilter path(String path, Depth depth) {
        return new ParameterFilter(
                Subject.PATH,
                "",
                depth == Depth.ALL_LEVELS ? Option.RECURSIVE : Option.ONE_LEVEL,
                List.of(path));
    }

    /**
     * @param tags read when they are asked for
     */
    boolean fits(Parameter parameter, Supplier<Map<String, String>> tags) {
        return switch (key) {
            case NAME -> any(parameter.key().name());
            case TYPE -> any(parameter.kind().wireName());
            case KEY_ID -> parameter.keyId().filter(this::any).isPresent();
            case PATH -> values.stream().anyMatch(path -> isUnder(parameter.key().name(), path));
            case LABEL -> parameter.labels().stream().anyMatch(this::any);
            case TIER -> any(parameter.tier().wireName());
            case DATA_TYPE -> any(parameter.dataType());
            case TAG -> {
                Map<String, String> all = tags.get();
                yield all.containsKey(tag) && (values.isEmpty() || any(all.getOrDefault(tag, "")));
            }
        };
    }

    private boolean any(String text) {
        return values.stream()
                .anyMatch(
                        value ->
                                switch (option) {
                                    case EQUALS, RECURSIVE, ONE_LEVEL -> text.equals(value);
                                    case BEGINS_WITH -> text.startsWith(value);
                                    case CONTAINS ->
                                            text.toLowerCase(Locale.ROOT)
                                                    .contains(value.toLowerCase(Locale.ROOT));
                                });
    }

    /** Names without a slash are at the root. */
    private boolean isUnder(String name, String path) {
        String under = path.endsWith("/") ? path : path + "/";
        String full = name.startsWith("/") ? name : "/" + name;
        return full.startsWith(under)
                && (option == Option.RECURSIVE || full.indexOf('/', under.length()) < 0);
    }
}
