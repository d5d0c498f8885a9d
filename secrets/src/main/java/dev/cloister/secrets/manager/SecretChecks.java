package dev.cloister.secrets.manager;

import java.util.Collection;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;

/** What Secrets Manager asks of names, values and tags beyond its model's constraints. */
final class SecretChecks {
    /** Quota "Tags per secret". */
    static final int MOST_TAGS = 50;

    private static final Pattern NAME = Pattern.compile("[A-Za-z0-9/_+=.@!-]+");

    private SecretChecks() {}

    static void name(String name) {
        if (!NAME.matcher(name).matches()) {
            throw SecretErrors.of(
                    "ValidationException",
                    "Invalid name. Must be a valid name containing alphanumeric characters, or any"
                            + " of the following: -/_+=.@!");
        }
    }

    static void value(Optional<SecretValue> value) {
        if (value.filter(it -> it.length() > SecretValue.MOST_BYTES).isPresent()) {
            throw SecretErrors.invalidParameter(
                    "The secret value is larger than %d bytes.".formatted(SecretValue.MOST_BYTES));
        }
    }

    static void tags(Map<String, String> tags) {
        if (tags.keySet().stream().anyMatch(key -> key.startsWith("aws:"))) {
            throw SecretErrors.invalidParameter(
                    "Tag keys can't begin with aws:, which is reserved.");
        }
        tagCount(tags.keySet());
    }

    static void tagCount(Collection<String> keys) {
        if (keys.size() > MOST_TAGS) {
            throw SecretErrors.invalidParameter(
                    "A secret has at most %d tags.".formatted(MOST_TAGS));
        }
    }
}
