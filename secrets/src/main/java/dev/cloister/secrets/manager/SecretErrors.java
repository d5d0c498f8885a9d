package dev.cloister.secrets.manager;

import dev.cloister.api.AwsError;

/** Secrets Manager's errors and their wordings; the service answers 400 to all of these. */
public final class SecretErrors {
    private SecretErrors() {}

    static AwsError of(String code, String message) {
        return new AwsError(code, 400, message);
    }

    public static AwsError invalidParameter(String message) {
        return of("InvalidParameterException", message);
    }

    static AwsError invalidRequest(String message) {
        return of("InvalidRequestException", message);
    }

    /** What Secrets Manager has and this version has not. */
    public static AwsError notAvailable(String what) {
        return invalidRequest(what + " is not available in this version of Cloister");
    }

    static AwsError noSecret() {
        return of("ResourceNotFoundException", "Secrets Manager can't find the specified secret.");
    }

    static AwsError noVersion(String versionId) {
        return of(
                "ResourceNotFoundException",
                "Secrets Manager can't find the specified secret value for VersionId: "
                        + versionId);
    }

    static AwsError noStage(String stage) {
        return of(
                "ResourceNotFoundException",
                "Secrets Manager can't find the specified secret value for staging label: "
                        + stage);
    }

    static AwsError exists(String name) {
        return of(
                "ResourceExistsException",
                "The operation failed because the secret %s already exists.".formatted(name));
    }

    static AwsError tokenInUse(String token, String arn) {
        return of(
                "ResourceExistsException",
                "You can't use ClientRequestToken %s because that value is already in use for a version of secret %s."
                        .formatted(token, arn));
    }

    static AwsError markedForDeletion() {
        return invalidRequest(
                "You can't perform this operation on the secret because it was marked for"
                        + " deletion.");
    }

    static AwsError limit(String message) {
        return of("LimitExceededException", message);
    }

    public static AwsError invalidToken() {
        return of("InvalidNextTokenException", "NextToken is not valid.");
    }
}
