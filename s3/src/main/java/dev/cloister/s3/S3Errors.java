package dev.cloister.s3;

import dev.cloister.api.AwsError;
import java.util.Map;

/** S3's refusals in its own codes and words ("List of error codes"). */
public final class S3Errors {
    private S3Errors() {}

    static AwsError noSuchBucket(String bucket) {
        return new AwsError(
                "NoSuchBucket",
                404,
                "The specified bucket does not exist",
                Map.of("BucketName", bucket));
    }

    static AwsError noSuchKey(String key) {
        return new AwsError(
                "NoSuchKey", 404, "The specified key does not exist.", Map.of("Key", key));
    }

    static AwsError noSuchVersion(String key, String versionId) {
        return new AwsError(
                "NoSuchVersion",
                404,
                "The specified version does not exist.",
                Map.of("Key", key, "VersionId", versionId));
    }

    static AwsError noSuchUpload(String uploadId) {
        return new AwsError(
                "NoSuchUpload",
                404,
                "The specified upload does not exist. The upload ID may be invalid, or the upload"
                        + " may have been aborted or completed.",
                Map.of("UploadId", uploadId));
    }

    public static AwsError accessDenied() {
        return new AwsError("AccessDenied", 403, "Access Denied");
    }

    static AwsError publicPolicy(String bucket) {
        return new AwsError(
                "AccessDenied",
                403,
                "The bucket policy of \"arn:aws:s3:::"
                        + bucket
                        + "\" can't be put because public policies are prevented by the"
                        + " BlockPublicPolicy setting in S3 Block Public Access.");
    }

    public static AwsError invalidArgument(String name, String value, String message) {
        return new AwsError(
                "InvalidArgument",
                400,
                message,
                Map.of("ArgumentName", name, "ArgumentValue", value));
    }

    public static AwsError invalidRequest(String message) {
        return new AwsError("InvalidRequest", 400, message);
    }

    static AwsError invalidTag(String message) {
        return new AwsError("InvalidTag", 400, message);
    }

    public static AwsError malformedXml() {
        return new AwsError(
                "MalformedXML",
                400,
                "The XML you provided was not well-formed or did not validate against our"
                        + " published schema");
    }

    /** A header or member whose machinery this version lacks. */
    public static AwsError notImplemented(String header) {
        return new AwsError(
                "NotImplemented",
                501,
                "A header you provided implies functionality that is not implemented",
                Map.of("Header", header));
    }

    public static AwsError preconditionFailed(String condition) {
        return new AwsError(
                "PreconditionFailed",
                412,
                "At least one of the pre-conditions you specified did not hold",
                Map.of("Condition", condition));
    }

    static AwsError badDigest(String what) {
        return new AwsError(
                "BadDigest", 400, "The " + what + " you specified did not match what we received.");
    }

    static AwsError internal() {
        return new AwsError(
                "InternalError", 500, "We encountered an internal error. Please try again.");
    }
}
