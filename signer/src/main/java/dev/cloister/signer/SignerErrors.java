package dev.cloister.signer;

import dev.cloister.api.AwsError;

/** Signer's refusals; each method makes one, the caller throws it. */
public final class SignerErrors {
    private SignerErrors() {}

    public static AwsError validation(String message) {
        return new AwsError("ValidationException", 400, message);
    }

    public static AwsError badRequest(String message) {
        return new AwsError("BadRequestException", 400, message);
    }

    public static AwsError notFound(String message) {
        return new AwsError("ResourceNotFoundException", 404, message);
    }

    /** TagResource and its kin have a not found of their own. */
    public static AwsError tagsNotFound(String arn) {
        return new AwsError("NotFoundException", 404, "Resource not found: " + arn);
    }

    public static AwsError accessDenied(String message) {
        return new AwsError("AccessDeniedException", 403, message);
    }

    static AwsError noProfile(ProfileKey key) {
        return notFound("Signing profile not found: " + key.arn());
    }
}
