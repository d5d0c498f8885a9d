package dev.cloister.api;

import java.util.Optional;

/**
 * Finds what the edge needs to verify a signature. Implementations are thread-safe and answer from
 * memory: this is on the path of every request.
 */
public interface CredentialLookup {

    /** The credential of an access key id, or empty if there is none. */
    Optional<SigningCredential> find(String accessKeyId);

    /**
     * The credential of an access key id, with the session token that came along in the request if
     * there was one. The edge calls this form: a temporary credential is found again by its token
     * alone, for example after a restart. The caller still compares the token with {@link
     * SigningCredential#session}.
     */
    default Optional<SigningCredential> find(String accessKeyId, Optional<String> sessionToken) {
        return find(accessKeyId);
    }

    /**
     * A long-lived or temporary credential.
     *
     * @param secret the secret access key; never printed
     * @param session present for temporary credentials: the only session token that goes with the
     *     key, and when both stop working
     */
    record SigningCredential(
            Principal principal, SecretText secret, Optional<SessionBinding> session) {}

    /** What ties a temporary key to its session. */
    record SessionBinding(SecretText token, java.time.Instant expiresAt) {}
}
