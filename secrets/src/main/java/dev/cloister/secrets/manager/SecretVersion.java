package dev.cloister.secrets.manager;

import dev.cloister.secrets.Sealed;
import java.time.Instant;
import java.util.Optional;

/**
 * A version of a secret.
 *
 * @param accessedAt the day on which its value was read last
 */
public record SecretVersion(
        String id,
        SecretValue.Kind kind,
        Sealed sealed,
        Instant createdAt,
        Optional<Instant> accessedAt) {}
