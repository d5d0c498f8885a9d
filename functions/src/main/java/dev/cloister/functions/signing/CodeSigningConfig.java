package dev.cloister.functions.signing;

import java.time.Instant;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * A code signing configuration. Immutable.
 *
 * @param description empty text if there is none
 * @param publishers ARNs of signing profile versions, 1 to 20
 */
public record CodeSigningConfig(
        ConfigKey key,
        String description,
        List<String> publishers,
        Policy policy,
        Instant lastModified,
        Map<String, String> tags) {
    public CodeSigningConfig {
        publishers = List.copyOf(publishers);
        tags = Collections.unmodifiableMap(new TreeMap<>(tags));
    }

    /**
     * What happens to a deployment that no publisher has signed (UntrustedArtifactOnDeployment).
     */
    public enum Policy {
        /** It goes on, and is told. */
        WARN("Warn"),
        /** It is refused. */
        ENFORCE("Enforce");

        private final String shown;

        Policy(String shown) {
            this.shown = shown;
        }

        /** As the API writes it. */
        public String shown() {
            return shown;
        }

        /**
         * Reads what the API writes.
         *
         * @throws IllegalArgumentException if it is another text
         */
        public static Policy of(String shown) {
            for (Policy policy : values()) {
                if (policy.shown.equals(shown)) {
                    return policy;
                }
            }
            throw new IllegalArgumentException("the policy is Warn or Enforce, not " + shown);
        }
    }

    CodeSigningConfig withTags(Map<String, String> newTags) {
        return new CodeSigningConfig(key, description, publishers, policy, lastModified, newTags);
    }
}
