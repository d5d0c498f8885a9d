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
 * @param publicAccess what is ruled out whatever the policy says; empty if that was deleted
 */
public record Bucket(
        String name,
        AccountId account,
        Region region,
        Instant createdAt,
        Versioning versioning,
        Map<String, String> tags,
        Optional<String> policy,
        Optional<PublicAccessBlock> publicAccess) {

    /** Whether the policy lets in somebody whom it does not name. */
    public boolean isPublic() {
        return BucketPolicy.of(this).filter(BucketPolicy::isPublic).isPresent();
    }

    /** Whether a public policy opens the bucket to its own account alone. */
    public boolean isRestricted() {
        return publicAccess.filter(PublicAccessBlock::restrictBuckets).isPresent() && isPublic();
    }

    Bucket with(Versioning changed) {
        return new Bucket(name, account, region, createdAt, changed, tags, policy, publicAccess);
    }

    Bucket withTags(Map<String, String> changed) {
        return new Bucket(
                name, account, region, createdAt, versioning, changed, policy, publicAccess);
    }

    Bucket withPolicy(Optional<String> changed) {
        return new Bucket(
                name, account, region, createdAt, versioning, tags, changed, publicAccess);
    }

    Bucket withPublicAccess(Optional<PublicAccessBlock> changed) {
        return new Bucket(name, account, region, createdAt, versioning, tags, policy, changed);
    }

    /** Whether puts and deletions keep what was there. */
    public enum Versioning {
        /** Never switched on. */
        OFF,
        ENABLED,
        SUSPENDED
    }
}
