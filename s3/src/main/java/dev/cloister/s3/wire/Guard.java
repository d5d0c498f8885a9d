package dev.cloister.s3.wire;

import dev.cloister.api.AccountId;
import dev.cloister.api.AwsError;
import dev.cloister.api.Principal;
import dev.cloister.api.RequestContext;
import dev.cloister.s3.Bucket;
import dev.cloister.s3.Buckets;
import dev.cloister.s3.Buckets.Caller;
import dev.cloister.s3.S3Errors;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import software.amazon.awssdk.core.SdkField;
import software.amazon.awssdk.core.SdkPojo;
import software.amazon.awssdk.core.protocol.MarshallLocation;
import software.amazon.awssdk.services.s3.model.CreateBucketRequest;

/**
 * What every operation begins with: headers that ask for what this version doesn't have are
 * refused, not passed over. What the request may do has been decided by then.
 */
final class Guard {
    private static final Set<String> REFUSED =
            Set.of(
                    "x-amz-website-redirect-location",
                    "x-amz-write-offset-bytes",
                    "x-amz-server-side-encryption-aws-kms-key-id",
                    "x-amz-server-side-encryption-context",
                    "x-amz-checksum-md5",
                    "x-amz-checksum-sha512",
                    "x-amz-mfa");
    private static final List<String> REFUSED_PREFIXES =
            List.of(
                    "x-amz-object-lock-",
                    "x-amz-server-side-encryption-customer-",
                    "x-amz-copy-source-server-side-encryption-customer-",
                    "x-amz-checksum-xxhash");

    private final Buckets buckets;

    Guard(Buckets buckets) {
        this.buckets = buckets;
    }

    static Caller caller(RequestContext context) {
        return new Caller(context.account(), context.region());
    }

    /** Whose bucket a request acts on: what another account puts into it is the owner's, too. */
    Caller ownerOf(String bucket, RequestContext context) {
        return new Caller(
                buckets.find(bucket).map(Bucket::account).orElse(context.account()),
                context.region());
    }

    /**
     * Checks a request's headers.
     *
     * @return the request with the account in which it acts: its bucket's owner
     */
    RequestContext check(SdkPojo input, RequestContext context) {
        RequestContext acting = acting(input, context);
        checkHeaders(input, acting);
        return acting;
    }

    private RequestContext acting(SdkPojo input, RequestContext context) {
        if (input instanceof CreateBucketRequest) {
            return context;
        }
        for (SdkField<?> field : input.sdkFields()) {
            if (field.location() == MarshallLocation.PATH
                    && field.locationName().equals("Bucket")
                    && field.getValueOrDefault(input) instanceof String bucket) {
                return in(ownerOf(bucket, context).account(), context);
            }
        }
        return context;
    }

    private static RequestContext in(AccountId account, RequestContext context) {
        Principal caller = context.principal();
        return new RequestContext(
                context.requestId(),
                new Principal(
                        account,
                        caller.arn(),
                        caller.userId(),
                        caller.accessKeyId(),
                        caller.session()),
                context.region(),
                context.receivedAt(),
                context.source(),
                context.endpoint());
    }

    private static void checkHeaders(SdkPojo input, RequestContext context) {
        for (SdkField<?> field : input.sdkFields()) {
            Object value = field.getValueOrDefault(input);
            if (field.location() == MarshallLocation.HEADER && value != null) {
                check(field.locationName().toLowerCase(Locale.ROOT), value, context);
            }
        }
    }

    private static void check(String header, Object value, RequestContext context) {
        String text = value.toString();
        if (REFUSED.contains(header) || REFUSED_PREFIXES.stream().anyMatch(header::startsWith)) {
            throw S3Errors.notImplemented(header);
        }
        if (header.startsWith("x-amz-grant-")) {
            throw noAcls();
        }
        switch (header) {
            case "x-amz-acl" -> {
                if (!Set.of("private", "bucket-owner-full-control").contains(text)) {
                    throw noAcls();
                }
            }
            case "x-amz-storage-class" -> {
                if (!text.equals("STANDARD")) {
                    throw new AwsError(
                            "InvalidStorageClass",
                            400,
                            "The storage class you specified is not valid");
                }
            }
            case "x-amz-server-side-encryption" -> {
                if (!text.equals("AES256")) {
                    throw S3Errors.notImplemented(header);
                }
            }
            case "x-amz-server-side-encryption-bucket-key-enabled",
                    "x-amz-bucket-object-lock-enabled" -> {
                if (text.equals("true")) {
                    throw S3Errors.notImplemented(header);
                }
            }
            case "x-amz-object-ownership" -> {
                if (!text.equals("BucketOwnerEnforced")) {
                    throw S3Errors.notImplemented(header);
                }
            }
            case "x-amz-expected-bucket-owner" -> {
                if (!text.equals(context.account().value())) {
                    throw S3Errors.accessDenied();
                }
            }
            default -> {
                // Acted upon by the operation, or of no effect at AWS either.
            }
        }
    }

    /** Every bucket here is as AWS makes them: the owner alone has rights to objects. */
    static AwsError noAcls() {
        return new AwsError("AccessControlListNotSupported", 400, "The bucket does not allow ACLs");
    }
}
