package dev.cloister.signer;

import dev.cloister.api.AccountId;
import dev.cloister.api.AwsError;
import dev.cloister.api.Region;
import dev.cloister.signer.archive.ArchiveDigests;
import dev.cloister.signer.archive.ArchiveSignature;
import dev.cloister.signer.archive.ArchiveSigner;
import dev.cloister.signer.archive.BadArchiveException;
import dev.cloister.signer.archive.SignableArchive;
import dev.cloister.signer.archive.SignatureClaims;
import dev.cloister.storage.Database;
import dev.cloister.storage.Envelope;
import dev.cloister.storage.Migration;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.security.SecureRandom;
import java.security.cert.X509Certificate;
import java.time.Instant;
import java.time.InstantSource;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
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

    /** As large as an archive that Lambda takes from a bucket. */
    public static final long MOST_BYTES = 50L << 20;

    /** Objects are signed in memory, so one at a time. */
    private final Semaphore objectSigners = new Semaphore(1, true);

    private final Set<UUID> underWay = ConcurrentHashMap.newKeySet();
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
        SigningProfile profile = able(key);
        SigningJob job = job(profile, invoker, Optional.empty());
        byte[] signature = signature(profile, job, digests);
        store.save(job);
        return new Signature(job, new String(signature, StandardCharsets.US_ASCII));
    }

    /** A profile that may sign now. */
    private SigningProfile able(ProfileKey key) {
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
        if (clock.instant().isAfter(chain.getFirst().getNotAfter().toInstant())) {
            throw SignerErrors.validation(
                    "The signing profile "
                            + key.name()
                            + " can't sign: its certificate has expired. Make another profile.");
        }
        return profile;
    }

    private SigningJob job(SigningProfile profile, String invoker, Optional<ObjectWork> work) {
        Instant now = now();
        return new SigningJob(
                UUID.randomUUID(),
                profile.key(),
                profile.version(),
                now,
                profile.validity().after(now),
                invoker,
                Optional.empty(),
                work);
    }

    private Instant now() {
        return clock.instant().truncatedTo(ChronoUnit.SECONDS);
    }

    private byte[] signature(SigningProfile profile, SigningJob job, ArchiveDigests digests) {
        return ArchiveSigner.sign(
                digests,
                new SignatureClaims(
                        profile.versionArn(), job.arn(), job.signedAt(), job.expiresAt()),
                profiles.privateKey(profile),
                profiles.chain(profile));
    }

    /**
     * Signs an object into another one. A request with a token that was used before is that request
     * again, and makes nothing.
     *
     * @param asked with an empty target key, which the job's id makes
     * @return the job, which may have failed
     * @throws dev.cloister.api.AwsError if the profile can't sign, or an object can't be reached
     */
    public SigningJob signObject(
            ProfileKey key, ObjectWork asked, String invoker, SigningObjects objects)
            throws InterruptedException {
        objectSigners.acquire();
        try {
            Optional<SigningJob> earlier =
                    store.ofToken(key.account(), key.region(), asked.token());
            if (earlier.isPresent()) {
                return same(earlier.get(), key, asked);
            }
            SigningProfile profile = able(key);
            byte[] zip = objects.read(asked.bucket(), asked.key(), asked.version(), MOST_BYTES);
            SigningJob job = job(profile, invoker, Optional.empty());
            ObjectWork work =
                    new ObjectWork(
                            asked.bucket(),
                            asked.key(),
                            asked.version(),
                            asked.targetBucket(),
                            asked.prefix(),
                            asked.prefix() + job.id() + ".zip",
                            asked.token(),
                            Optional.empty(),
                            Optional.empty());
            SigningJob begun = job.with(work);
            underWay.add(job.id());
            try {
                store.begin(begun, work);
                return end(begun, work, signed(profile, job, work, zip, objects));
            } finally {
                underWay.remove(job.id());
            }
        } finally {
            objectSigners.release();
        }
    }

    private static SigningJob same(SigningJob earlier, ProfileKey key, ObjectWork asked) {
        if (!earlier.profile().equals(key)
                || earlier.work().filter(asked::isSameRequest).isEmpty()) {
            throw SignerErrors.validation(
                    "The client request token was used with other parameters before.");
        }
        return earlier;
    }

    /** Why it failed, or empty. */
    private Optional<String> signed(
            SigningProfile profile,
            SigningJob job,
            ObjectWork work,
            byte[] zip,
            SigningObjects objects) {
        try (SignableArchive archive = SignableArchive.open(new SeekableInMemoryByteChannel(zip))) {
            byte[] signature = signature(profile, job, archive.digestsToSign());
            ByteArrayOutputStream copy = new ByteArrayOutputStream(zip.length + 16_384);
            archive.writeSigned(copy, signature);
            objects.write(work.targetBucket(), work.targetKey(), copy.toByteArray());
            return Optional.empty();
        } catch (BadArchiveException e) {
            return Optional.of("The object can't be signed: " + e.getMessage());
        } catch (AwsError e) {
            return Optional.of("The signed object can't be written: " + e.message());
        } catch (IOException e) {
            // Nothing here but the bytes themselves can fail.
            return Optional.of("The object can't be read: " + e.getMessage());
        }
    }

    private SigningJob end(SigningJob job, ObjectWork work, Optional<String> failure) {
        SigningJob ended = job.with(work.ended(now(), failure));
        store.save(ended);
        return ended;
    }

    /** How a job stands. */
    public enum Status {
        IN_PROGRESS,
        FAILED,
        SUCCEEDED
    }

    /** How a job stands; one that a killed server had begun has failed. */
    public Status status(SigningJob job) {
        Optional<ObjectWork> work = job.work();
        if (work.isEmpty()) {
            return Status.SUCCEEDED;
        }
        if (work.get().completedAt().isEmpty()) {
            return underWay.contains(job.id()) ? Status.IN_PROGRESS : Status.FAILED;
        }
        return work.get().failure().isPresent() ? Status.FAILED : Status.SUCCEEDED;
    }

    /** An account's jobs after an id, in the order of their ids. */
    public List<SigningJob> jobs(AccountId account, Region region, String after, int most) {
        return store.jobs(account, region, after, most);
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
