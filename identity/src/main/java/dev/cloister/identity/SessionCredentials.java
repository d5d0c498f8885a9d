package dev.cloister.identity;

import dev.cloister.api.Principal;
import dev.cloister.api.SecretText;
import java.time.Instant;

/**
 * Temporary credentials, as STS hands them out.
 *
 * @param principal who they make the caller
 * @param expiresAt when they stop working, to the second
 */
public record SessionCredentials(
        Principal principal,
        String accessKeyId,
        SecretText secretAccessKey,
        SecretText sessionToken,
        Instant expiresAt) {}
