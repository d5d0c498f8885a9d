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
