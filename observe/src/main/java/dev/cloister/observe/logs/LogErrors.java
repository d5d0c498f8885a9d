package dev.cloister.observe.logs;

import dev.cloister.api.AwsError;

/** CloudWatch Logs' refusals, in its words. */
public final class LogErrors {
    private static final int BAD_REQUEST = 400;

    private LogErrors() {}

    public static AwsError noGroup() {
        return new AwsError(
                "ResourceNotFoundException",
                BAD_REQUEST,
                "The specified log group does not exist.");
    }

    public static AwsError noStream() {
        return new AwsError(
                "ResourceNotFoundException",
                BAD_REQUEST,
                "The specified log stream does not exist.");
    }

    public static AwsError groupExists() {
        return new AwsError(
                "ResourceAlreadyExistsException",
                BAD_REQUEST,
                "The specified log group already exists");
    }

    public static AwsError streamExists() {
        return new AwsError(
                "ResourceAlreadyExistsException",
                BAD_REQUEST,
                "The specified log stream already exists");
    }

    public static AwsError limitExceeded() {
        return new AwsError("LimitExceededException", BAD_REQUEST, "Resource limit exceeded.");
    }

    public static AwsError invalid(String message) {
        return new AwsError("InvalidParameterException", BAD_REQUEST, message);
    }
}
