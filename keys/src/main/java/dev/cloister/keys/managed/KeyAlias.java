package dev.cloister.keys.managed;

import java.time.Instant;

/**
 * A name of a key.
 *
 * @param name with its prefix {@code alias/}
 */
public record KeyAlias(
        String name, String arn, String keyId, Instant createdAt, Instant updatedAt) {}
