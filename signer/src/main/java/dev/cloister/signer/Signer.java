package dev.cloister.signer;

import dev.cloister.signer.archive.ArchiveDigests;
import dev.cloister.signer.archive.ArchiveSignature;
import dev.cloister.signer.archive.ArchiveSigner;
import dev.cloister.signer.archive.BadArchiveException;
import dev.cloister.signer.archive.SignableArchive;
import dev.cloister.signer.archive.SignatureClaims;
import dev.cloister.storage.Database;
import dev.cloister.storage.Envelope;
import dev.cloister.storage.Migration;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.security.SecureRandom;
import java.security.cert.X509Certificate;
import java.time.Instant;
import java.time.InstantSource;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.Semaphore;
import java.util.concurrent.locks.ReentrantLock;
import org.apache.commons.compress.utils.SeekableInMemoryByteChannel;

/**
 * Signs archives' digests and examines signed archives. Thread-safe. Give {@link #migration} to the
 * database before.
 */
public final class Signer {
    /** Archives being digested at a time: each may take seconds of a core. */
    private static final int PARALLEL = 2;

    private final SignerStore store;
    private final SigningProfiles profiles;
    private final InstantSource clock;
    private final Semaphore readers = new Semaphore(PARALLEL, true);
    private final ReentrantLock revocations = new ReentrantLock();

    public Signer(Database database, Envelope envelope, InstantSource clock, SecureRandom random) {
        this.store = new SignerStore(database);
        this.profiles = new SigningProfiles(store, new KeySeal(envelope), clock, random);
        this.clock = clock;
    }

    /** This module's tables. */
    public static Migration migration() {
        return SignerStore.MIGRATION;
    }

    public SigningProfiles profiles() {
        return profiles;
    }

    /** A job and the signature that it made, the text of the archive's entry. */
    public record Signature(SigningJob job, String text) {}

    /**
     * Signs what an archive's owner has digested; the job is durable when this returns.
     *
     * @param invoker the ARN of who asks for it
     * @throws dev.cloister.api.AwsError if there is no such profile or it may not sign
     */
    public Signature sign(ProfileKey key, ArchiveDigests digests, String invoker) {
        SigningProfile profile = profiles.require(key);
        if (profile.status() != SigningProfile.Status.ACTIVE) {
            throw SignerErrors.validation(
                    "The signing profile "
                            + key.name()
                            + " can't sign: its status is "
                            + profile.status()
                            + ".");
        }
        List<X509Certificate> chain = profiles.chain(profile);
        Instant now = clock.instant().truncatedTo(ChronoUnit.SECONDS);
        if (now.isAfter(chain.getFirst().getNotAfter().toInstant())) {
            throw SignerErrors.validation(
                    "The signing profile "
                            + key.name()
                            + " can't sign: its certificate has expired. Make another profile.");
        }
        SigningJob job =
                new SigningJob(
                        UUID.randomUUID(),
                        key,
                        profile.version(),
                        now,
                        profile.validity().after(now),
                        invoker,
                        Optional.empty());
        byte[] signature =
                ArchiveSigner.sign(
                        digests,
                        new SignatureClaims(
                                profile.versionArn(), job.arn(), job.signedAt(), job.expiresAt()),
                        profiles.privateKey(profile),
                        chain);
        store.save(job);
        return new Signature(job, new String(signature, StandardCharsets.US_ASCII));
    }

    /** A signature that was made here. */
    public Optional<SigningJob> job(UUID id) {
        return store.job(id);
    }

    /**
     * Takes back one signature.
     *
     * @throws dev.cloister.api.AwsError if it is revoked already
     */
    public void revoke(SigningJob job, String reason, String by) {
        revocations.lock();
        try {
            SigningJob now = store.job(job.id()).orElse(job);
            if (now.revocation().isPresent()) {
                throw SignerErrors.validation("The signature " + job.id() + " is revoked already.");
            }
            store.save(
                    now.revoked(
                            new SigningJob.Revocation(
                                    reason, clock.instant().truncatedTo(ChronoUnit.MILLIS), by)));
        } finally {
            revocations.unlock();
        }
    }

    /**
     * Looks for a signature and checks everything about it but its time.
     *
     * @param zip has passed the upload's checks
     */
    public Finding examine(byte[] zip) throws InterruptedException {
        readers.acquire();
        try (SignableArchive archive = SignableArchive.open(new SeekableInMemoryByteChannel(zip))) {
            if (!archive.isSigned()) {
                return new Finding.Unsigned();
            }
            ArchiveDigests digests = archive.digests();
            ArchiveSignature signature = ArchiveSignature.read(archive.signature(), digests);
            Optional<SigningProfile> profile =
                    profiles.ofVersion(signature.claims().profileVersionArn());
            if (profile.isEmpty()) {
                signature.verifyForeign();
                return new Finding.Foreign(signature.claims());
            }
            signature.verifyOwn(digests, profiles.chain(profile.get()));
            return new Finding.Signed(
                    signature.claims(), revocation(profile.get(), signature.claims()));
        } catch (BadArchiveException e) {
            return new Finding.Broken(String.valueOf(e.getMessage()));
        } catch (IOException e) {
            // Nothing here but the bytes themselves can fail.
            return new Finding.Broken("the archive can't be read: " + e.getMessage());
        } finally {
            readers.release();
        }
    }

    private Optional<String> revocation(SigningProfile profile, SignatureClaims claims) {
        Optional<SigningProfile.Revocation> ofProfile =
                profile.revocation().filter(r -> !claims.signedAt().isBefore(r.effectiveFrom()));
        if (ofProfile.isPresent()) {
            return Optional.of("the profile was revoked: " + ofProfile.get().reason());
        }
        String id = claims.jobArn().substring(claims.jobArn().lastIndexOf('/') + 1);
        // The claims are a profile's of ours, which signs none without a job that is stored.
        return store.job(UUID.fromString(id))
                .flatMap(SigningJob::revocation)
                .map(revocation -> "the signature was revoked: " + revocation.reason());
    }
}
