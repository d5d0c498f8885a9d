package dev.cloister.signer.archive;

import java.time.Instant;
import java.time.temporal.ChronoUnit;

/**
 * What a signature says of itself, in whole seconds.
 *
 * @param profileVersionArn {@code arn:aws:signer:REGION:ACCOUNT:/signing-profiles/NAME/VERSION}
 * @param jobArn {@code arn:aws:signer:REGION:ACCOUNT:/signing-jobs/ID}
 * @param expiresAt from then on the signature is worth nothing
 */
public record SignatureClaims(
        String profileVersionArn, String jobArn, Instant signedAt, Instant expiresAt) {
    public SignatureClaims {
        signedAt = signedAt.truncatedTo(ChronoUnit.SECONDS);
        expiresAt = expiresAt.truncatedTo(ChronoUnit.SECONDS);
    }
}
