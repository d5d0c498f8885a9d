package dev.cloister.invoke;

import dev.cloister.api.AwsError;
import java.util.Map;

/** Refusals of the data plane, worded as Lambda words them (API reference, Invoke, "Errors"). */
public final class InvokeErrors {
    private InvokeErrors() {}

    /**
     * @param qualifiedArn with the qualifier, {@code $LATEST} if none was given
     */
    public static AwsError functionNotFound(String qualifiedArn) {
        return new AwsError(
                "ResourceNotFoundException", 404, "Function not found: " + qualifiedArn);
    }

    public static AwsError notInvocableIn(String state) {
        return new AwsError(
                "ResourceConflictException",
                409,
                "The operation cannot be performed at this time. The function is currently in the"
                        + " following state: "
                        + state);
    }

    static AwsError invalidParameter(String message) {
        return new AwsError("InvalidParameterValueException", 400, message);
    }

    static AwsError validation(String value, String path, String constraint) {
        return new AwsError(
                "ValidationException",
                400,
                "1 validation error detected: Value '%s' at '%s' failed to satisfy constraint: %s"
                        .formatted(value, path, constraint));
    }

    static AwsError throttled(String reason) {
        return new AwsError(
                "TooManyRequestsException",
                429,
                "Rate Exceeded.",
                Map.of("Reason", reason, "retryAfterSeconds", "1"));
    }

    public static AwsError unparsable(String parserText) {
        return new AwsError(
                "InvalidRequestContentException",
                400,
                "Could not parse request body into json: Could not parse payload into json: "
                        + parserText);
    }

    static AwsError recursion() {
        return new AwsError("RecursiveInvocationException", 400, "Recursion detected");
    }

    static AwsError noCapacity(String why) {
        return new AwsError(
                "ServiceException", 500, "No execution environment could be started: " + why);
    }
}
