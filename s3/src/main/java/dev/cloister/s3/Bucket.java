package dev.cloister.s3;

import dev.cloister.api.AccountId;
import dev.cloister.api.Region;
import java.time.Instant;
import java.util.Map;
import java.util.Optional;

/**
 * A bucket; its name is unique in the installation.
 *
 * @param policy the policy document as it was given
 */
public record Bucket(
        String name,
        AccountId account,
        Region region,
        Instant createdAt,
        Versioning versioning,
        Map<String, String> tags,
        Optional<String> policy) {

    /** Whether puts and deletions keep what was there. */
    public enum Versioning {
        /** Never switched on. */
        OFF,
        ENABLED,
        SUSPENDED
    }
}
