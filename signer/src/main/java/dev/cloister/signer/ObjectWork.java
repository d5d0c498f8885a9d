package dev.cloister.signer;

import java.time.Instant;
import java.util.Objects;
import java.util.Optional;

/**
 * What a job does that signs an object in a bucket. Immutable.
 *
 * @param bucket of the object, which has {@code key} and {@code version}
 * @param targetBucket of the signed copy, which has {@code targetKey}
 * @param prefix as the request gave it, of {@code targetKey}
 * @param token of the request: another one with it is the same request
 * @param completedAt empty while it is under way
 * @param failure why there is no signed copy
 */
public record ObjectWork(
        String bucket,
        String key,
        String version,
        String targetBucket,
        String prefix,
        String targetKey,
        String token,
        Optional<Instant> completedAt,
        Optional<String> failure) {
    public ObjectWork {
        completedAt = Objects.requireNonNullElse(completedAt, Optional.empty());
        failure = Objects.requireNonNullElse(failure, Optional.empty());
    }

    ObjectWork ended(Instant at, Optional<String> why) {
        return new ObjectWork(
                bucket, key, version, targetBucket, prefix, targetKey, token, Optional.of(at), why);
    }

    boolean isSameRequest(ObjectWork other) {
        return bucket.equals(other.bucket)
                && key.equals(other.key)
                && version.equals(other.version)
                && targetBucket.equals(other.targetBucket)
                && prefix.equals(other.prefix);
    }
}
