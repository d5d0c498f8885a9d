package dev.cloister.keys.managed;

import java.time.Instant;
import java.util.Optional;

/**
 * What is known of a key's material besides its bytes.
 *
 * @param id 64 hexadecimal digits
 * @param isThere whether the bytes are here; not so after imported material was deleted or expired
 * @param current whether it encrypts; older material decrypts only
 */
public record MaterialInfo(
        String id,
        boolean isThere,
        boolean current,
        Instant createdAt,
        Optional<RotationKind> rotation,
        Optional<Instant> expiresAt,
        Optional<String> description) {

    /** Why material followed other material. */
    public enum RotationKind {
        AUTOMATIC,
        ON_DEMAND
    }
}
