package dev.cloister.s3.wire;

import dev.cloister.api.AwsError;
import dev.cloister.api.RequestContext;
import dev.cloister.s3.Buckets.Caller;
import dev.cloister.s3.S3Errors;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import software.amazon.awssdk.core.SdkField;
import software.amazon.awssdk.core.SdkPojo;
import software.amazon.awssdk.core.protocol.MarshallLocation;

/**
 * What every operation checks first: headers that ask for what this version doesn't have are
 * refused, not passed over.
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

    private Guard() {}

    static Caller caller(RequestContext context) {
        return new Caller(context.account(), context.region());
    }

    static void check(SdkPojo input, RequestContext context) {
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
            case "x-amz-expected-bucket-owner", "x-amz-source-expected-bucket-owner" -> {
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
