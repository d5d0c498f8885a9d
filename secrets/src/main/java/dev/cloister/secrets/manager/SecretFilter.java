package dev.cloister.secrets.manager;

import java.util.List;
import java.util.Locale;
import java.util.stream.Stream;

/**
 * A filter of lists of secrets: one of its values has to fit. A value that begins with {@code !}
 * fits what the rest of it does not (API Reference, Filter).
 */
public record SecretFilter(Key key, List<String> values) {

    /** What it looks at; names are the API's. */
    public enum Key {
        DESCRIPTION,
        NAME,
        TAG_KEY,
        TAG_VALUE,
        PRIMARY_REGION,
        OWNING_SERVICE,
        ALL;

        /** Its name in requests. */
        public String wireName() {
            return name().toLowerCase(Locale.ROOT).replace('_', '-');
        }
    }

    public SecretFilter {
        values = List.copyOf(values);
    }

    boolean fits(Secret secret) {
        return values.stream()
                .anyMatch(
                        value ->
                                value.startsWith("!")
                                        ? !fits(secret, value.substring(1))
                                        : fits(secret, value));
    }

    private boolean fits(Secret secret, String value) {
        return switch (key) {
            case DESCRIPTION ->
                    secret.description().filter(it -> startsWithAnyCase(it, value)).isPresent();
            case NAME -> secret.name().startsWith(value);
            case TAG_KEY -> secret.tags().keySet().stream().anyMatch(it -> it.startsWith(value));
            case TAG_VALUE -> secret.tags().values().stream().anyMatch(it -> it.startsWith(value));
            // No secret is a replica, and none belongs to another service.
            case PRIMARY_REGION, OWNING_SERVICE -> false;
            case ALL -> fitsAnywhere(secret, value);
        };
    }

    /** Each word of the value occurs somewhere. */
    private static boolean fitsAnywhere(Secret secret, String value) {
        return Stream.of(value.trim().split("\\s+"))
                .allMatch(
                        word ->
                                Stream.of(
                                                Stream.of(secret.name()),
                                                secret.description().stream(),
                                                secret.tags().keySet().stream(),
                                                secret.tags().values().stream())
                                        .flatMap(texts -> texts)
                                        .anyMatch(text -> containsAnyCase(text, word)));
    }

    private static boolean startsWithAnyCase(String text, String prefix) {
        return text.regionMatches(true, 0, prefix, 0, prefix.length());
    }

    private static boolean containsAnyCase(String text, String word) {
        return text.toLowerCase(Locale.ROOT).contains(word.toLowerCase(Locale.ROOT));
    }
}
