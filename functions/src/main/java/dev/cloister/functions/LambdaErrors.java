package dev.cloister.functions;

import dev.cloister.api.AwsError;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Lambda's refusals in AWS's wording; each method makes one, the caller throws it. */
public final class LambdaErrors {
    private LambdaErrors() {}

    public static AwsError invalidParameter(String message) {
        return new AwsError("InvalidParameterValueException", 400, message);
    }

    /** As {@link #invalidParameter}, of the few that AWS answers without a Type. */
    static AwsError untyped(String message) {
        return new AwsError("InvalidParameterValueException", 400, message, Map.of("Type", ""));
    }

    /** A request member whose machinery this version does not have: refused, never ignored. */
    public static AwsError notAvailable(String member) {
        return invalidParameter(member + " is not available in this version of Cloister.");
    }

    /** One failed constraint, in the form of every AWS validation error. */
    public static AwsError validation(String value, String path, String constraint) {
        return new AwsError(
                "ValidationException", 400, validationText("'" + value + "'", path, constraint));
    }

    static String validationText(String value, String path, String constraint) {
        return "1 validation error detected: Value "
                + value
                + " at '"
                + path
                + "' failed to satisfy constraint: "
                + constraint;
    }

    /**
     * @param arn as the reference states it: with a qualifier if one was given
     */
    public static AwsError functionNotFound(String arn) {
        return notFound("Function not found: " + arn);
    }

    public static AwsError notFound(String message) {
        return new AwsError("ResourceNotFoundException", 404, message);
    }

    static AwsError conflict(String message) {
        return new AwsError("ResourceConflictException", 409, message);
    }

    static AwsError staleRevision() {
        return new AwsError(
                "PreconditionFailedException",
                412,
                "The Revision Id provided does not match the latest Revision Id. Call the"
                        + " GetFunction/GetAlias API to retrieve the latest Revision Id");
    }

    public static AwsError accessDenied(String message) {
        return new AwsError("AccessDeniedException", 403, message);
    }

    /** The customer's key for a deployment package can't be used, for KMS's reason. */
    static AwsError unusableCodeKey(@Nullable String why) {
        return invalidParameter(
                "Lambda was unable to encrypt the deployment package with the KMS key. Please check"
                        + " your KMS key settings. "
                        + why);
    }

    static AwsError tooLarge(String message) {
        return new AwsError("RequestEntityTooLargeException", 413, message);
    }

    static AwsError tooManyRequests() {
        return new AwsError(
                "TooManyRequestsException",
                429,
                "Rate Exceeded.",
                Map.of("Reason", "CallerRateLimitExceeded"));
    }

    /** A fault of this installation; the message tells the caller nothing that is not theirs. */
    static AwsError service(String message) {
        return new AwsError("ServiceException", 500, message);
    }
}
