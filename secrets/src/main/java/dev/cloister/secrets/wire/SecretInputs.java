package dev.cloister.secrets.wire;

import dev.cloister.api.RequestContext;
import dev.cloister.keys.KeyCaller;
import dev.cloister.secrets.manager.Secret;
import dev.cloister.secrets.manager.SecretErrors;
import dev.cloister.secrets.manager.SecretFilter;
import dev.cloister.secrets.manager.SecretValue;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.core.SdkBytes;
import software.amazon.awssdk.services.secretsmanager.model.Filter;
import software.amazon.awssdk.services.secretsmanager.model.Tag;

/** What several requests to Secrets Manager have in common. */
final class SecretInputs {
    private static final String SERVICE = "secretsmanager";

    private SecretInputs() {}

    /** Keys are used by the service for the caller. */
    static KeyCaller caller(RequestContext context) {
        return KeyCaller.of(context).via(SERVICE);
    }

    static Optional<SecretValue> value(@Nullable String text, @Nullable SdkBytes binary) {
        if (text != null && binary != null) {
            throw SecretErrors.invalidParameter(
                    "You can't specify both a binary secret value and a string secret value in the"
                            + " same secret.");
        }
        if (text != null) {
            return Optional.of(SecretValue.text(text));
        }
        return Optional.ofNullable(binary).map(it -> SecretValue.binary(it.asByteArray()));
    }

    static Map<String, String> tags(List<Tag> tags) {
        Map<String, String> map = new HashMap<>();
        for (Tag tag : tags) {
            if (tag.key() == null) {
                throw SecretErrors.invalidParameter("Tag Key can't be null.");
            }
            if (map.put(tag.key(), tag.value() == null ? "" : tag.value()) != null) {
                throw SecretErrors.invalidParameter("Duplicate tag keys: " + tag.key());
            }
        }
        return map;
    }

    static List<Tag> tags(Secret secret) {
        return secret.sortedTags().entrySet().stream()
                .map(entry -> Tag.builder().key(entry.getKey()).value(entry.getValue()).build())
                .toList();
    }

    static List<SecretFilter> filters(List<Filter> filters) {
        return filters.stream().map(SecretInputs::filter).toList();
    }

    private static SecretFilter filter(Filter filter) {
        String name = filter.keyAsString();
        if (name == null || !filter.hasValues()) {
            throw SecretErrors.invalidParameter("A filter needs a Key and Values.");
        }
        return Arrays.stream(SecretFilter.Key.values())
                .filter(key -> key.wireName().equals(name))
                .findFirst()
                .map(key -> new SecretFilter(key, filter.values()))
                .orElseThrow(() -> SecretErrors.invalidParameter("Unknown filter Key: " + name));
    }
}
