package dev.cloister.secrets.manager;

import dev.cloister.api.AccountId;
import dev.cloister.api.Region;
import java.time.Instant;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/**
 * A secret without its values.
 *
 * @param kmsKeyId as it was given; empty means the account's {@code aws/secretsmanager}
 * @param changedAt of the secret or a version
 * @param accessedAt the day on which a value was read last
 * @param policy the resource policy, a JSON document
 */
public record Secret(
        String arn,
        AccountId account,
        Region region,
        String name,
        Optional<String> description,
        Optional<String> kmsKeyId,
        Instant createdAt,
        Instant changedAt,
        Optional<Instant> accessedAt,
        Optional<Instant> deletionAt,
        Optional<String> policy,
        Map<String, String> tags,
        Stages stages) {
    static final String DEFAULT_KEY = "alias/aws/secretsmanager";

    public Secret {
        tags = Map.copyOf(tags);
    }

    /** The tags in order of their keys. */
    public Map<String, String> sortedTags() {
        return new TreeMap<>(tags);
    }

    /** The key that new values are sealed by, as its owner's reference. */
    String keyReference() {
        String key = kmsKeyId.orElse(DEFAULT_KEY);
        if (key.startsWith("arn:")) {
            return key;
        }
        return "arn:aws:kms:%s:%s:%s"
                .formatted(region, account, key.startsWith("alias/") ? key : "key/" + key);
    }

    boolean usesDefaultKey() {
        return kmsKeyId.isEmpty() || kmsKeyId.get().endsWith(DEFAULT_KEY);
    }

    /** What the encryption of a version is bound to (User Guide, "Secret encryption"). */
    static Map<String, String> context(String arn, String versionId) {
        return Map.of("SecretARN", arn, "SecretVersionId", versionId);
    }
}
