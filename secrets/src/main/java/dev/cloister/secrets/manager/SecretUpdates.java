package dev.cloister.secrets.manager;

import dev.cloister.keys.KeyCaller;
import dev.cloister.secrets.Sealed;
import dev.cloister.storage.Database;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import org.jdbi.v3.core.Handle;

/** Changes of secrets: description, key and value in one. Thread-safe. */
public final class SecretUpdates {
    private final Database database;
    private final SecretFinder finder;
    private final VersionSeal seal;
    private final SecretValues values;
    private final InstantSource clock;

    SecretUpdates(
            Database database,
            SecretFinder finder,
            VersionSeal seal,
            SecretValues values,
            InstantSource clock) {
        this.database = database;
        this.finder = finder;
        this.seal = seal;
        this.values = values;
        this.clock = clock;
    }

    /**
     * What to change; empty stays as it is.
     *
     * @param kmsKeyId an empty text means the account's own key again
     */
    public record Change(
            Optional<String> description,
            Optional<String> kmsKeyId,
            Optional<SecretValue> value,
            Optional<String> token) {
        Optional<String> key(Secret now) {
            return kmsKeyId.isPresent() ? kmsKeyId.filter(id -> !id.isEmpty()) : now.kmsKeyId();
        }
    }

    /**
     * Changes a secret. Under another key the versions that have AWSCURRENT, AWSPENDING or
     * AWSPREVIOUS are sealed anew (API Reference, UpdateSecret).
     */
    public Written update(KeyCaller caller, String id, Change change) {
        SecretChecks.value(change.value());
        Secret before = finder.usable(caller, id);
        Secret after = changed(before, change);
        String versionId = change.token().orElseGet(() -> UUID.randomUUID().toString());
        if (change.value().isPresent()
                && change.token().isPresent()
                && values.isSame(caller, before, versionId, change.value().get())) {
            return Written.of(before, versionId);
        }
        List<Resealed> resealed = resealed(caller, before, after);
        Optional<SecretVersion> version =
                change.value()
                        .map(
                                value ->
                                        new SecretVersion(
                                                versionId,
                                                value.kind(),
                                                seal.seal(caller, after, versionId, value),
                                                now(),
                                                Optional.empty()));
        Secret written =
                database.write(
                        handle -> {
                            Secret now = finder.currentKept(handle, before);
                            SecretRows.update(
                                    handle,
                                    now.arn(),
                                    change.description().or(now::description),
                                    change.key(now),
                                    now());
                            for (Resealed each : resealed) {
                                each.write(handle, now.arn());
                            }
                            version.ifPresent(
                                    it -> values.add(handle, now, it, List.of(Stages.CURRENT)));
                            return finder.current(handle, now);
                        });
        return version.isPresent() ? Written.of(written, versionId) : Written.of(written);
    }

    private static Secret changed(Secret before, Change change) {
        return new Secret(
                before.arn(),
                before.account(),
                before.region(),
                before.name(),
                change.description().or(before::description),
                change.key(before),
                before.createdAt(),
                before.changedAt(),
                before.accessedAt(),
                before.deletionAt(),
                before.policy(),
                before.tags(),
                before.stages());
    }

    /** A version under its old key and its new one. */
    private record Resealed(String versionId, Sealed from, Sealed to) {
        void write(Handle handle, String arn) {
            if (!VersionRows.reseal(handle, arn, versionId, from, to)) {
                throw SecretErrors.invalidRequest(
                        "The secret was changed while it was put under another key. Try again.");
            }
        }
    }

    private List<Resealed> resealed(KeyCaller caller, Secret before, Secret after) {
        List<Resealed> all = new ArrayList<>();
        if (before.keyReference().equals(after.keyReference())) {
            return all;
        }
        List<String> versions =
                List.of(Stages.CURRENT, Stages.PENDING, Stages.PREVIOUS).stream()
                        .flatMap(stage -> before.stages().holder(stage).stream())
                        .distinct()
                        .toList();
        for (String versionId : versions) {
            SecretVersion version =
                    database.read(handle -> VersionRows.find(handle, before.arn(), versionId))
                            .orElseThrow(() -> SecretErrors.noVersion(versionId));
            SecretValue value = seal.open(caller, before, version);
            all.add(
                    new Resealed(
                            versionId,
                            version.sealed(),
                            seal.seal(caller, after, versionId, value)));
        }
        return all;
    }

    private Instant now() {
        return Instant.ofEpochMilli(clock.instant().toEpochMilli());
    }
}
