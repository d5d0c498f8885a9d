package dev.cloister.identity.policy;

import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/** The condition keys of a request with their values; names are the same in either case. */
public final class ContextKeys {
    /** No keys. */
    public static final ContextKeys NONE = new ContextKeys(Map.of());

    private final Map<String, List<String>> values;

    private ContextKeys(Map<String, List<String>> values) {
        this.values = values;
    }

    public static Builder builder() {
        return new Builder();
    }

    /** The values of a key; empty if the request has none. */
    public List<String> get(String key) {
        return folded(fold(key));
    }

    List<String> folded(String foldedKey) {
        return values.getOrDefault(foldedKey, List.of());
    }

    /** The names of all keys, in lower case. */
    public java.util.Set<String> names() {
        return Map.copyOf(values).keySet();
    }

    /** Condition keys and actions are compared without regard to case. */
    static String fold(String text) {
        return text.toLowerCase(Locale.ROOT);
    }

    @Override
    public String toString() {
        return values.toString();
    }

    /** Collects keys. Not thread-safe. */
    public static final class Builder {
        private final Map<String, List<String>> values = new HashMap<>();

        private Builder() {}

        /** Sets a key with one value. */
        public Builder put(String key, String value) {
            values.put(fold(key), List.of(value));
            return this;
        }

        /** Sets a key with one value, if there is one. */
        public Builder put(String key, Optional<String> value) {
            value.ifPresent(present -> put(key, present));
            return this;
        }

        /** Sets a key with many values; none make the key absent. */
        public Builder put(String key, List<String> all) {
            if (!all.isEmpty()) {
                values.put(fold(key), List.copyOf(all));
            }
            return this;
        }

        /** Sets one key for each tag, such as {@code aws:PrincipalTag/team}. */
        public Builder putTags(String prefix, Map<String, String> tags) {
            tags.forEach((name, value) -> put(prefix + name, value));
            return this;
        }

        /** Sets all keys of another request. */
        public Builder putAll(ContextKeys other) {
            values.putAll(other.values);
            return this;
        }

        public ContextKeys build() {
            return new ContextKeys(Map.copyOf(values));
        }
    }
}
