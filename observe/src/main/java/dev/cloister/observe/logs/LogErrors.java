package dev.cloister.observe.logs;

import dev.cloister.api.AwsError;
import dev.cloister.storage.KeyUnavailableException;

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

    /** A key that events can't be read or written with: KMS's refusal, or the failure itself. */
    static RuntimeException keyRefused(KeyUnavailableException failure, GroupName group) {
        return failure.getCause() instanceof AwsError ? keyDenied(group) : failure;
    }

    /** A key that a group can't have: of one that can't be used now, KMS's state is the reason. */
    static RuntimeException keyNotAssociated(KeyUnavailableException failure, GroupName group) {
        if (!(failure.getCause() instanceof AwsError kms)) {
            return failure;
        }
        return switch (kms.code()) {
            case "DisabledException", "KMSInvalidStateException", "InvalidKeyUsageException" ->
                    invalid("The specified KMS key can't be used: " + kms.getMessage());
            default -> keyDenied(group);
        };
    }

    private static AwsError keyDenied(GroupName group) {
        return new AwsError(
                "AccessDeniedException",
                BAD_REQUEST,
                "The specified KMS key does not exist or is not allowed to be used with Arn '%s'"
                        .formatted(group.arn()));
    }

    /** A name of a key that is none; recorded with the group's name in it. */
    public static AwsError noKey(String group) {
        return invalid("The specified KMS Key Id could not be found. '%s'".formatted(group));
    }

    public static AwsError invalid(String message) {
        return new AwsError("InvalidParameterException", BAD_REQUEST, message);
    }
}
