package dev.cloister.identity.federation;

import dev.cloister.api.AwsError;

/** STS's errors about tokens in its words. */
final class FederationErrors {
    private FederationErrors() {}

    static AwsError notAToken() {
        return invalid(
                "The ID Token provided is not a valid JWT. (You may see this error if you sent an"
                        + " Access Token)");
    }

    static AwsError invalid(String message) {
        return new AwsError("InvalidIdentityToken", 400, message);
    }

    static AwsError noKey() {
        return invalid(
                "Couldn't retrieve verification key from your identity provider,  please reference"
                        + " AssumeRoleWithWebIdentity documentation for requirements");
    }

    static AwsError strangeCertificate() {
        return invalid(
                "OpenIDConnect provider's HTTPS certificate doesn't match configured thumbprint");
    }

    static AwsError unreachable(String url, String reason) {
        return new AwsError(
                "IDPCommunicationError",
                400,
                "The identity provider could not be reached at " + url + ": " + reason);
    }

    static AwsError rejected(String message) {
        return new AwsError("IDPRejectedClaim", 403, message);
    }

    static AwsError expired(long now, long expiration) {
        return new AwsError(
                "ExpiredTokenException",
                400,
                "Token expired: current date/time %d must be before the expiration date/time %d"
                        .formatted(now, expiration));
    }
}
