package dev.cloister.s3.wire;

import dev.cloister.api.AccessCheck;
import dev.cloister.api.RequestContext;
import dev.cloister.s3.Bucket;
import dev.cloister.s3.Buckets;
import dev.cloister.s3.ObjectVersion;
import dev.cloister.s3.S3Errors;
import dev.cloister.s3.StoredObjects;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * What access to a bucket or an object needs to be allowed, with the owner whose policies count and
 * the condition keys that S3 knows of them. Thread-safe.
 */
public final class ObjectChecks {
    private static final String ARN = "arn:aws:s3:::";

    private final Buckets buckets;
    private final StoredObjects objects;

    public ObjectChecks(Buckets buckets, StoredObjects objects) {
        this.buckets = buckets;
        this.objects = objects;
    }

    static String arn(String bucket) {
        return ARN + bucket;
    }

    /** Whether the caller is the root user of the account that has the bucket. */
    boolean isOwnersRoot(String bucket, RequestContext context) {
        return context.principal().userId().equals(context.account().value())
                && buckets.find(bucket)
                        .filter(found -> found.account().equals(context.account()))
                        .isPresent();
    }

    /** An action on a bucket. */
    AccessCheck bucket(
            String action, String bucket, Map<String, List<String>> keys, RequestContext context) {
        return check(action, bucket, arn(bucket), keys, context);
    }

    /** An action on an object, which need not be there. */
    AccessCheck object(
            String action,
            String bucket,
            String key,
            Map<String, List<String>> keys,
            RequestContext context) {
        return check(action, bucket, arn(bucket) + "/" + key, keys, context);
    }

    private AccessCheck check(
            String action,
            String bucket,
            String arn,
            Map<String, List<String>> keys,
            RequestContext context) {
        Map<String, List<String>> all = new HashMap<>(keys);
        if (!context.principal().isAnonymous()) {
            all.put("s3:signatureversion", List.of("AWS4-HMAC-SHA256"));
        }
        Optional<Bucket> found = buckets.find(bucket);
        if (found.isEmpty()) {
            // The operation will say that there is no such bucket, to those who might use it.
            return new AccessCheck("s3:" + action, arn, Optional.empty(), all);
        }
        String owner = found.get().account().value();
        boolean stranger =
                context.principal().isAnonymous() || !context.account().value().equals(owner);
        if (stranger && found.get().isRestricted()) {
            throw S3Errors.accessDenied();
        }
        all.put("s3:ResourceAccount", List.of(owner));
        return new AccessCheck("s3:" + action, arn, Optional.of(owner), all);
    }

    /**
     * An action on an object that should be there. Who may not list the bucket doesn't learn that
     * one is missing (GetObject, "Permissions").
     *
     * @param action on the latest version; that on a named one is called a little differently
     */
    List<AccessCheck> existing(
            String action,
            String bucket,
            String key,
            Optional<String> versionId,
            Map<String, List<String>> more,
            RequestContext context) {
        Map<String, List<String>> keys = new HashMap<>(more);
        versionId.ifPresent(id -> keys.put("s3:VersionId", List.of(id)));
        Optional<ObjectVersion> version = objects.look(bucket, key, versionId);
        version.ifPresent(
                found ->
                        found.tags()
                                .forEach(
                                        (tag, value) ->
                                                keys.put(
                                                        "s3:ExistingObjectTag/" + tag,
                                                        List.of(value))));
        List<AccessCheck> checks = new ArrayList<>();
        checks.add(
                object(
                        versionId.isPresent() ? action.replace("Object", "ObjectVersion") : action,
                        bucket,
                        key,
                        keys,
                        context));
        if (action.equals("GetObject") && version.isEmpty() && buckets.find(bucket).isPresent()) {
            checks.add(bucket("ListBucket", bucket, Map.of(), context));
        }
        return checks;
    }

    /** What reading an object needs. */
    public List<AccessCheck> read(
            String bucket, String key, Optional<String> versionId, RequestContext context) {
        return existing("GetObject", bucket, key, versionId, Map.of(), context);
    }

    /** What deleting an object needs. */
    List<AccessCheck> deletion(
            String bucket, String key, Optional<String> versionId, RequestContext context) {
        return existing("DeleteObject", bucket, key, versionId, Map.of(), context);
    }

    /** What writing an object needs. */
    public List<AccessCheck> put(
            String bucket,
            String key,
            Map<String, String> tags,
            Map<String, List<String>> more,
            RequestContext context) {
        Map<String, List<String>> keys = new HashMap<>(more);
        keys.putAll(S3Access.requestedTags(tags));
        List<AccessCheck> checks = new ArrayList<>();
        checks.add(object("PutObject", bucket, key, keys, context));
        if (!tags.isEmpty()) {
            checks.add(object("PutObjectTagging", bucket, key, keys, context));
        }
        if (keys.containsKey("s3:x-amz-acl")) {
            checks.add(object("PutObjectAcl", bucket, key, keys, context));
        }
        return checks;
    }

    /**
     * What a copy needs: to read the source and to write the target.
     *
     * @param tags empty if the source's are copied
     */
    List<AccessCheck> copy(
            CopySource source,
            CopySource target,
            Optional<Map<String, String>> tags,
            Map<String, List<String>> keys,
            RequestContext context) {
        List<AccessCheck> checks =
                new ArrayList<>(read(source.bucket(), source.key(), source.versionId(), context));
        Map<String, String> written = tags.orElse(Map.of());
        if (tags.isEmpty()) {
            written =
                    objects.look(source.bucket(), source.key(), source.versionId())
                            .map(ObjectVersion::tags)
                            .orElse(Map.of());
            if (!written.isEmpty()) {
                checks.addAll(
                        existing(
                                "GetObjectTagging",
                                source.bucket(),
                                source.key(),
                                source.versionId(),
                                Map.of(),
                                context));
            }
        }
        checks.addAll(put(target.bucket(), target.key(), written, keys, context));
        return checks;
    }
}
