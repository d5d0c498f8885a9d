package dev.cloister.secrets.manager;

import dev.cloister.keys.KeyCaller;
import dev.cloister.storage.Database;
import java.time.Instant;
import java.time.InstantSource;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import org.jdbi.v3.core.Handle;

/** The values of secrets: versions and their staging labels. Thread-safe. */
public final class SecretValues {
    private final Database database;
    private final SecretFinder finder;
    private final VersionSeal seal;
    private final InstantSource clock;

    SecretValues(Database database, SecretFinder finder, VersionSeal seal, InstantSource clock) {
        this.database = database;
        this.finder = finder;
        this.seal = seal;
        this.clock = clock;
    }

    /** A value with the version that it is of. */
    public record Read(Secret secret, SecretVersion version, SecretValue value) {}

    /** The value of a version, by its id, a staging label, or the current one. */
    public Read get(
            KeyCaller caller, String id, Optional<String> versionId, Optional<String> stage) {
        Secret secret = finder.usable(caller, id);
        String wanted = versionId.orElseGet(() -> held(secret, stage.orElse(Stages.CURRENT)));
        SecretVersion version = version(secret, wanted);
        if (versionId.isPresent()
                && stage.filter(it -> !secret.stages().of(wanted).contains(it)).isPresent()) {
            throw SecretErrors.invalidRequest(
                    "You provided a VersionStage that is not associated to the provided"
                            + " VersionId.");
        }
        SecretValue value = seal.open(caller, secret, version);
        touch(secret, version);
        return new Read(secret, version, value);
    }

    private static String held(Secret secret, String stage) {
        return secret.stages().holder(stage).orElseThrow(() -> SecretErrors.noStage(stage));
    }

    private SecretVersion version(Secret secret, String versionId) {
        return database.read(handle -> VersionRows.find(handle, secret.arn(), versionId))
                .orElseThrow(() -> SecretErrors.noVersion(versionId));
    }

    /** Days are what AWS keeps of accesses: one write a day. */
    private void touch(Secret secret, SecretVersion version) {
        Instant day = clock.instant().truncatedTo(ChronoUnit.DAYS);
        boolean known =
                secret.accessedAt().equals(Optional.of(day))
                        && version.accessedAt().equals(Optional.of(day));
        if (!known) {
            database.update(
                    handle -> {
                        SecretRows.accessed(handle, secret.arn(), day);
                        VersionRows.accessed(handle, secret.arn(), version.id(), day);
                    });
        }
    }

    /**
     * Adds a version; the same request once more changes nothing and answers the same.
     *
     * @param token the version's id; a random one if it is empty
     */
    public Written put(
            KeyCaller caller,
            String id,
            SecretValue value,
            Optional<String> token,
            List<String> stages) {
        SecretChecks.value(Optional.of(value));
        Secret secret = finder.usable(caller, id);
        String versionId = token.orElseGet(() -> UUID.randomUUID().toString());
        if (token.isPresent() && isSame(caller, secret, versionId, value)) {
            return Written.of(secret, versionId);
        }
        SecretVersion version =
                new SecretVersion(
                        versionId,
                        value.kind(),
                        seal.seal(caller, secret, versionId, value),
                        now(),
                        Optional.empty());
        Secret written =
                database.write(
                        handle -> {
                            Secret now = finder.currentKept(handle, secret);
                            if (!now.keyReference().equals(secret.keyReference())) {
                                throw SecretErrors.invalidRequest(
                                        "The secret's KMS key was changed meanwhile. Try again.");
                            }
                            add(handle, now, version, stages);
                            return finder.current(handle, now);
                        });
        return Written.of(written, versionId);
    }

    /** Inside a write. */
    void add(Handle handle, Secret secret, SecretVersion version, List<String> stages) {
        if (VersionRows.find(handle, secret.arn(), version.id()).isPresent()) {
            throw SecretErrors.tokenInUse(version.id(), secret.arn());
        }
        Stages after = secret.stages().with(version.id(), stages);
        requireFits(after);
        SecretRows.setStages(handle, secret.arn(), after);
        VersionRows.add(handle, secret, version);
        SecretRows.changed(handle, secret.arn(), now());
    }

    private static void requireFits(Stages stages) {
        if (stages.isOverfull()) {
            throw SecretErrors.limit(
                    "A secret has at most %d staging labels.".formatted(Stages.MOST));
        }
    }

    /**
     * Whether a version is there already with this very value.
     *
     * @throws dev.cloister.api.AwsError ResourceExistsException if it has another
     */
    boolean isSame(KeyCaller caller, Secret secret, String versionId, SecretValue value) {
        Optional<SecretVersion> there =
                database.read(handle -> VersionRows.find(handle, secret.arn(), versionId));
        if (there.isEmpty()) {
            return false;
        }
        if (!seal.open(caller, secret, there.get()).equals(value)) {
            throw SecretErrors.tokenInUse(versionId, secret.arn());
        }
        return true;
    }

    private Instant now() {
        return Instant.ofEpochMilli(clock.instant().toEpochMilli());
    }

    /** Moves a staging label, adds it or takes it away (UpdateSecretVersionStage). */
    public Secret label(
            KeyCaller caller, String id, String stage, Optional<String> from, Optional<String> to) {
        if (from.isEmpty() && to.isEmpty()) {
            throw SecretErrors.invalidParameter(
                    "You must specify RemoveFromVersionId, MoveToVersionId, or both.");
        }
        Secret secret = finder.usable(caller, id);
        return database.write(
                handle -> {
                    Secret now = finder.currentKept(handle, secret);
                    from.ifPresent(version -> requireVersion(handle, now, version));
                    to.ifPresent(version -> requireVersion(handle, now, version));
                    Stages after = relabeled(now.stages(), stage, from, to);
                    requireFits(after);
                    if (!after.equals(now.stages())) {
                        SecretRows.setStages(handle, now.arn(), after);
                        SecretRows.changed(handle, now.arn(), now());
                    }
                    return finder.current(handle, now);
                });
    }

    private static void requireVersion(Handle handle, Secret secret, String versionId) {
        if (VersionRows.find(handle, secret.arn(), versionId).isEmpty()) {
            throw SecretErrors.noVersion(versionId);
        }
    }

    private static Stages relabeled(
            Stages stages, String stage, Optional<String> from, Optional<String> to) {
        Optional<String> holder = stages.holder(stage);
        if (to.isPresent() && holder.equals(to)) {
            return stages;
        }
        if (holder.isPresent() && from.isEmpty()) {
            throw SecretErrors.invalidParameter(
                    "The parameter RemoveFromVersionId can't be empty. Staging label %s is currently attached to version %s, so you must explicitly reference that version in RemoveFromVersionId."
                            .formatted(stage, holder.get()));
        }
        if (from.isPresent() && !holder.equals(from)) {
            throw SecretErrors.invalidParameter(
                    "Staging label %s is not attached to version %s, which RemoveFromVersionId references."
                            .formatted(stage, from.get()));
        }
        if (to.isEmpty() && stage.equals(Stages.CURRENT)) {
            throw SecretErrors.invalidParameter(
                    "You can only move staging label AWSCURRENT to a different secret version. It"
                            + " can\u2019t be completely removed.");
        }
        return to.map(version -> stages.moved(stage, version))
                .orElseGet(() -> stages.without(stage));
    }

    /**
     * The versions of a secret in order of their ids.
     *
     * @param after the id of the version before
     */
    public List<SecretVersion> versions(Secret secret, String after, int most) {
        return database.read(handle -> VersionRows.page(handle, secret.arn(), after, most));
    }
}
