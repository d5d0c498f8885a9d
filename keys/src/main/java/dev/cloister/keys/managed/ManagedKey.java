package dev.cloister.keys.managed;

import dev.cloister.api.AccountId;
import dev.cloister.api.Region;
import dev.cloister.keys.KeyUse.Manager;
import dev.cloister.keys.crypto.KeySpec;
import dev.cloister.keys.crypto.KeyUsage;
import java.time.Instant;
import java.util.Optional;

/**
 * A KMS key without its material.
 *
 * @param id a UUID
 * @param materialId the current material's id, 64 hexadecimal digits; nothing before an import
 * @param rotationDays how often it is rotated; nothing where rotation is off
 */
public record ManagedKey(
        String id,
        AccountId account,
        Region region,
        Manager manager,
        KeySpec spec,
        KeyUsage usage,
        KeyOrigin origin,
        KeyState state,
        String description,
        String policy,
        Instant createdAt,
        Optional<Deletion> deletion,
        Optional<Integer> rotationDays,
        Optional<Instant> nextRotation,
        Optional<String> materialId,
        Optional<Expiry> expiry) {

    /** A deletion to come. */
    public record Deletion(Instant at, int windowDays) {}

    /** When imported material is forgotten; {@code at} is empty for never. */
    public record Expiry(Optional<Instant> at) {}

    /** The key's ARN. */
    public String arn() {
        return "arn:aws:kms:%s:%s:key/%s".formatted(region, account, id);
    }

    /** Whether its material may be rotated: symmetric keys made here alone. */
    boolean isRotatable() {
        return spec == KeySpec.SYMMETRIC_DEFAULT && origin == KeyOrigin.AWS_KMS;
    }

    /** Whether time has something to do to it. */
    boolean isDue(Instant now) {
        return deletion.filter(it -> !now.isBefore(it.at())).isPresent()
                || (state == KeyState.ENABLED
                        && nextRotation.filter(at -> !now.isBefore(at)).isPresent())
                || expiry.flatMap(Expiry::at).filter(at -> !now.isBefore(at)).isPresent();
    }
}
