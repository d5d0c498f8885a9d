package dev.cloister.api.dispatch;

import dev.cloister.api.AwsError;
import dev.cloister.api.sigv4.SignatureRefusal;
import java.util.HashMap;
import java.util.Map;
import java.util.regex.Pattern;

/** The errors of the edge in S3's codes ("List of S3 error responses"). */
final class RestXmlRefusals {
    /** A member of a member is one of the document's. */
    private static final Pattern NESTED = Pattern.compile(" at '[^'.]+\\.");

    private RestXmlRefusals() {}

    static AwsError signature(SignatureRefusal refusal) {
        return switch (refusal.reason()) {
            case MISSING -> denied("Access Denied");
            case INCOMPLETE -> new AwsError("AuthorizationHeaderMalformed", 400, refusal.message());
            case LINK_PARAMETERS ->
                    new AwsError("AuthorizationQueryParametersError", 400, refusal.message());
            case UNKNOWN_KEY ->
                    new AwsError(
                            "InvalidAccessKeyId",
                            403,
                            "The AWS Access Key Id you provided does not exist in our records.");
            case INVALID_TOKEN ->
                    new AwsError(
                            "InvalidToken",
                            400,
                            "The provided token is malformed or otherwise invalid.");
            case EXPIRED_TOKEN ->
                    new AwsError("ExpiredToken", 400, "The provided token has expired.");
            case SKEWED -> new AwsError("RequestTimeTooSkewed", 403, refusal.message());
            case LINK_EXPIRED -> denied(refusal.message());
            case UNSIGNED_HEADER ->
                    denied("There were headers present in the request which were not signed");
            case WRONG_SCOPE ->
                    new AwsError(
                            "AuthorizationHeaderMalformed",
                            400,
                            "The authorization header is malformed; " + refusal.message());
            case THROTTLED -> overloaded();
            case MISMATCH, BAD_CHUNK ->
                    new AwsError(
                            "SignatureDoesNotMatch",
                            403,
                            "The request signature we calculated does not match the signature you"
                                    + " provided. Check your key and signing method.");
        };
    }

    private static AwsError denied(String message) {
        return new AwsError("AccessDenied", 403, message);
    }

    /** What the model's constraints refuse; in a document that is a matter of its schema. */
    static AwsError invalid(AwsError validation) {
        return NESTED.matcher(validation.message()).find()
                ? new AwsError(
                        "MalformedXML",
                        400,
                        "The XML you provided was not well-formed or did not validate against our"
                                + " published schema")
                : new AwsError("InvalidArgument", 400, validation.message());
    }

    static AwsError oldSignature() {
        return new AwsError(
                "InvalidRequest",
                400,
                "The authorization mechanism you have provided is not supported. Please use"
                        + " AWS4-HMAC-SHA256.");
    }

    /** Adds what the error is about. */
    static AwsError of(AwsError error, Target target) {
        Map<String, Object> members = new HashMap<>(error.members());
        StringBuilder resource = new StringBuilder("/");
        if (target.labels().containsKey("Bucket")) {
            resource.append(target.labels().get("Bucket"));
        }
        if (target.labels().containsKey("Key")) {
            resource.append('/').append(target.labels().get("Key"));
        }
        members.put("Resource", resource.toString());
        // S3 leaves off what other services' codes end in.
        String code = error.code().equals("AccessDeniedException") ? "AccessDenied" : error.code();
        return new AwsError(code, error.status(), error.message(), members);
    }

    static AwsError overloaded() {
        return new AwsError("SlowDown", 503, "Please reduce your request rate.");
    }

    static AwsError malformed(String reason) {
        return new AwsError("InvalidURI", 400, reason);
    }

    static AwsError internal() {
        return new AwsError(
                "InternalError", 500, "We encountered an internal error. Please try again.");
    }
}
