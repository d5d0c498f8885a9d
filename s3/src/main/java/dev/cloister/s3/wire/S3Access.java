package dev.cloister.s3.wire;

import dev.cloister.api.AccessCheck;
import dev.cloister.api.AccessInput;
import dev.cloister.api.AccessRule;
import dev.cloister.api.AccessTable;
import dev.cloister.api.AnonymousScope.Scope;
import dev.cloister.api.RequestContext;
import dev.cloister.s3.Buckets;
import dev.cloister.s3.StoredObjects;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * What S3's operations need to be allowed (Service Authorization Reference, "Actions, resources,
 * and condition keys for Amazon S3"; "Required permissions for Amazon S3 API operations").
 */
final class S3Access {
    /** Operations on a bucket, and their actions where they are called differently. */
    private static final Map<String, String> OF_BUCKETS =
            Map.ofEntries(
                    Map.entry("HeadBucket", "ListBucket"),
                    Map.entry("DeleteBucket", "DeleteBucket"),
                    Map.entry("GetBucketLocation", "GetBucketLocation"),
                    Map.entry("GetBucketVersioning", "GetBucketVersioning"),
                    Map.entry("PutBucketVersioning", "PutBucketVersioning"),
                    Map.entry("GetBucketTagging", "GetBucketTagging"),
                    Map.entry("PutBucketTagging", "PutBucketTagging"),
                    Map.entry("DeleteBucketTagging", "PutBucketTagging"),
                    Map.entry("GetBucketAcl", "GetBucketAcl"),
                    Map.entry("GetBucketEncryption", "GetEncryptionConfiguration"),
                    Map.entry("GetBucketOwnershipControls", "GetBucketOwnershipControls"),
                    Map.entry("GetPublicAccessBlock", "GetBucketPublicAccessBlock"),
                    Map.entry("PutPublicAccessBlock", "PutBucketPublicAccessBlock"),
                    Map.entry("DeletePublicAccessBlock", "PutBucketPublicAccessBlock"),
                    Map.entry("GetBucketAccelerateConfiguration", "GetAccelerateConfiguration"),
                    Map.entry("GetBucketRequestPayment", "GetBucketRequestPayment"),
                    Map.entry("GetBucketLogging", "GetBucketLogging"),
                    Map.entry("GetBucketNotificationConfiguration", "GetBucketNotification"),
                    Map.entry("GetBucketPolicyStatus", "GetBucketPolicyStatus"),
                    Map.entry("GetBucketCors", "GetBucketCORS"),
                    Map.entry("GetBucketWebsite", "GetBucketWebsite"),
                    Map.entry("GetBucketLifecycleConfiguration", "GetLifecycleConfiguration"),
                    Map.entry("GetBucketReplication", "GetReplicationConfiguration"),
                    Map.entry("GetObjectLockConfiguration", "GetBucketObjectLockConfiguration"));

    /** Operations on the object named, for an action and one for versions of it. */
    private static final Map<String, String> OF_OBJECTS =
            Map.of(
                    "GetObject", "GetObject",
                    "HeadObject", "GetObject",
                    "DeleteObject", "DeleteObject",
                    "GetObjectAcl", "GetObjectAcl",
                    "GetObjectTagging", "GetObjectTagging",
                    "PutObjectTagging", "PutObjectTagging",
                    "DeleteObjectTagging", "DeleteObjectTagging");

    private final Buckets buckets;
    private final ObjectChecks checks;
    private final Map<String, AccessRule> rules = new HashMap<>();

    private S3Access(Buckets buckets, StoredObjects objects) {
        this.buckets = buckets;
        this.checks = new ObjectChecks(buckets, objects);
    }

    /** The service's rules. */
    static AccessTable table(Buckets buckets, StoredObjects objects) {
        S3Access access = new S3Access(buckets, objects);
        OF_BUCKETS.forEach(access::ofBucket);
        access.ofBucketPolicies();
        access.ofService();
        access.ofListings();
        OF_OBJECTS.forEach(access::ofObject);
        access.ofPuts();
        access.ofUploads();
        access.ofCopies();
        return AccessTable.of(access.rules).withAnonymous(access::scope);
    }

    /** An unsigned request acts where its bucket is. */
    private Optional<Scope> scope(Map<String, String> labels) {
        return Optional.ofNullable(labels.get("Bucket"))
                .flatMap(buckets::find)
                .map(bucket -> new Scope(bucket.account(), bucket.region()));
    }

    private void ofBucket(String operation, String action) {
        rules.put(
                operation,
                (input, context) ->
                        List.of(checks.bucket(action, bucket(input), Map.of(), context)));
    }

    /** An owner's root user always can mend a policy that shuts everybody out. */
    private void ofBucketPolicies() {
        for (String operation :
                List.of("GetBucketPolicy", "PutBucketPolicy", "DeleteBucketPolicy")) {
            rules.put(
                    operation,
                    (input, context) ->
                            checks.isOwnersRoot(bucket(input), context)
                                    ? List.of()
                                    : List.of(
                                            checks.bucket(
                                                    operation, bucket(input), Map.of(), context)));
        }
    }

    private void ofService() {
        rules.put(
                "ListBuckets",
                (input, context) ->
                        List.of(
                                new AccessCheck(
                                        "s3:ListAllMyBuckets", "*", Optional.empty(), Map.of())));
        rules.put(
                "CreateBucket",
                (input, context) -> {
                    Map<String, List<String>> keys = new HashMap<>();
                    input.inside("CreateBucketConfiguration")
                            .flatMap(of -> of.text("LocationConstraint"))
                            .ifPresent(of -> keys.put("s3:LocationConstraint", List.of(of)));
                    return List.of(
                            new AccessCheck(
                                    "s3:CreateBucket",
                                    ObjectChecks.arn(bucket(input)),
                                    Optional.empty(),
                                    keys));
                });
        // Each key is decided on by itself: those that are denied are in the answer.
        rules.put(
                "DeleteObjects",
                (input, context) ->
                        buckets.find(bucket(input)).isPresent()
                                ? List.of()
                                : List.of(
                                        checks.object(
                                                "DeleteObject",
                                                bucket(input),
                                                "*",
                                                Map.of(),
                                                context)));
    }

    private void ofListings() {
        for (String operation : List.of("ListObjects", "ListObjectsV2")) {
            rules.put(operation, (input, context) -> listing("ListBucket", input, context));
        }
        rules.put(
                "ListObjectVersions",
                (input, context) -> listing("ListBucketVersions", input, context));
        rules.put(
                "ListMultipartUploads",
                (input, context) ->
                        List.of(
                                checks.bucket(
                                        "ListBucketMultipartUploads",
                                        bucket(input),
                                        Map.of(),
                                        context)));
    }

    private List<AccessCheck> listing(String action, AccessInput input, RequestContext context) {
        Map<String, List<String>> keys = new HashMap<>();
        put(keys, "s3:prefix", input.text("Prefix"));
        put(keys, "s3:delimiter", input.text("Delimiter"));
        put(keys, "s3:max-keys", input.text("MaxKeys"));
        return List.of(checks.bucket(action, bucket(input), keys, context));
    }

    private void ofObject(String operation, String action) {
        rules.put(
                operation,
                (input, context) ->
                        checks.existing(
                                action,
                                bucket(input),
                                key(input),
                                input.text("VersionId"),
                                operation.equals("PutObjectTagging")
                                        ? requestedTags(
                                                input.inside("Tagging")
                                                        .map(of -> of.tags("TagSet"))
                                                        .orElse(Map.of()))
                                        : Map.of(),
                                context));
    }

    private void ofPuts() {
        for (String operation : List.of("PutObject", "CreateMultipartUpload")) {
            rules.put(
                    operation,
                    (input, context) -> {
                        Map<String, List<String>> keys = written(input);
                        if (operation.equals("PutObject")) {
                            put(keys, "s3:if-match", input.text("IfMatch"));
                            put(keys, "s3:if-none-match", input.text("IfNoneMatch"));
                        }
                        return checks.put(
                                bucket(input),
                                key(input),
                                Tags.ofHeader(input.text("Tagging").orElse(null)),
                                keys,
                                context);
                    });
        }
    }

    private void ofUploads() {
        Map<String, String> actions =
                Map.of(
                        "UploadPart", "PutObject",
                        "CompleteMultipartUpload", "PutObject",
                        "AbortMultipartUpload", "AbortMultipartUpload",
                        "ListParts", "ListMultipartUploadParts");
        actions.forEach(
                (operation, action) ->
                        rules.put(
                                operation,
                                (input, context) ->
                                        List.of(
                                                checks.object(
                                                        action,
                                                        bucket(input),
                                                        key(input),
                                                        Map.of(),
                                                        context))));
    }

    private void ofCopies() {
        rules.put(
                "CopyObject",
                (input, context) -> {
                    Map<String, List<String>> keys = written(input);
                    put(keys, "s3:x-amz-copy-source", input.text("CopySource"));
                    put(keys, "s3:x-amz-metadata-directive", input.text("MetadataDirective"));
                    return checks.copy(
                            CopySource.of(input.text("CopySource").orElse("")),
                            destination(input),
                            input.text("TaggingDirective").filter("REPLACE"::equals).isPresent()
                                    ? Optional.of(Tags.ofHeader(input.text("Tagging").orElse(null)))
                                    : Optional.empty(),
                            keys,
                            context);
                });
        rules.put(
                "UploadPartCopy",
                (input, context) -> {
                    Map<String, List<String>> keys = new HashMap<>();
                    put(keys, "s3:x-amz-copy-source", input.text("CopySource"));
                    return checks.copy(
                            CopySource.of(input.text("CopySource").orElse("")),
                            destination(input),
                            Optional.of(Map.of()),
                            keys,
                            context);
                });
    }

    private static CopySource destination(AccessInput input) {
        return new CopySource(
                input.text("DestinationBucket").orElse(""),
                input.text("DestinationKey").orElse(""),
                Optional.empty());
    }

    /** What a request that writes an object says of it. */
    private static Map<String, List<String>> written(AccessInput input) {
        Map<String, List<String>> keys = new HashMap<>();
        put(keys, "s3:x-amz-acl", input.text("ACL"));
        put(keys, "s3:x-amz-server-side-encryption", input.text("ServerSideEncryption"));
        put(keys, "s3:x-amz-storage-class", input.text("StorageClass"));
        return keys;
    }

    static Map<String, List<String>> requestedTags(Map<String, String> tags) {
        Map<String, List<String>> keys = new HashMap<>();
        tags.forEach((key, value) -> keys.put("s3:RequestObjectTag/" + key, List.of(value)));
        if (!tags.isEmpty()) {
            keys.put("s3:RequestObjectTagKeys", List.copyOf(tags.keySet()));
        }
        return keys;
    }

    private static void put(Map<String, List<String>> keys, String key, Optional<String> value) {
        value.ifPresent(of -> keys.put(key, List.of(of)));
    }

    private static String bucket(AccessInput input) {
        return input.text("Bucket").orElse("");
    }

    private static String key(AccessInput input) {
        return input.text("Key").orElse("");
    }
}
