package dev.cloister.signer;

import java.time.Instant;
import java.util.Optional;
import java.util.UUID;

/**
 * One signature that was made. Immutable.
 *
 * @param invoker the ARN of who asked for it
 * @param work of a job that signs an object; a payload is signed at once
 */
public record SigningJob(
        UUID id,
        ProfileKey profile,
        String profileVersion,
        Instant signedAt,
        Instant expiresAt,
        String invoker,
        Optional<Revocation> revocation,
        Optional<ObjectWork> work) {

    /**
     * @param by the ARN of who did it
     */
    public record Revocation(String reason, Instant at, String by) {}

    /** {@code arn:aws:signer:REGION:ACCOUNT:/signing-jobs/ID}. */
    public String arn() {
        return "arn:aws:signer:"
                + profile.region()
                + ":"
                + profile.account()
                + ":/signing-jobs/"
                + id;
    }

    SigningJob with(ObjectWork changed) {
        return new SigningJob(
                id,
                profile,
                profileVersion,
                signedAt,
                expiresAt,
                invoker,
                revocation,
                Optional.of(changed));
    }

    SigningJob revoked(Revocation how) {
        return new SigningJob(
                id, profile, profileVersion, signedAt, expiresAt, invoker, Optional.of(how), work);
    }
}
