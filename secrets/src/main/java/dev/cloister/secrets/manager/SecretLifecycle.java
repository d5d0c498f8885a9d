package dev.cloister.secrets.manager;

import dev.cloister.keys.KeyCaller;
import dev.cloister.secrets.Sealed;
import dev.cloister.storage.Database;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.UUID;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Secrets from their creation to their deletion. Thread-safe. */
public final class SecretLifecycle {
    private static final Logger log = LoggerFactory.getLogger(SecretLifecycle.class);

    /** Quota "Secrets per Region". */
    static final int MOST_SECRETS = 500_000;

    private static final int SHORTEST_WINDOW_DAYS = 7;
    private static final int LONGEST_WINDOW_DAYS = 30;
    private static final int SUFFIX_LENGTH = 6;
    private static final String SUFFIX_CHARACTERS =
            "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789";

    private final Database database;
    private final SecretFinder finder;
    private final VersionSeal seal;
    private final SecretValues values;
    private final InstantSource clock;
    private final SecureRandom random;

    SecretLifecycle(
            Database database,
            SecretFinder finder,
            VersionSeal seal,
            SecretValues values,
            InstantSource clock,
            SecureRandom random) {
        this.database = database;
        this.finder = finder;
        this.seal = seal;
        this.values = values;
        this.clock = clock;
        this.random = random;
    }

    /**
     * A secret to be made.
     *
     * @param token the version's id; a random one if it is empty
     */
    public record NewSecret(
            String name,
            Optional<String> description,
            Optional<String> kmsKeyId,
            Optional<SecretValue> value,
            Optional<String> token,
            Map<String, String> tags) {}

    /** Makes a secret; the same request once more changes nothing and answers the same. */
    public Written create(KeyCaller caller, NewSecret wanted) {
        SecretChecks.name(wanted.name());
        SecretChecks.value(wanted.value());
        SecretChecks.tags(wanted.tags());
        Optional<Secret> there = named(caller, wanted.name());
        if (there.isPresent()) {
            return again(caller, there.get(), wanted);
        }
        String versionId = wanted.token().orElseGet(() -> UUID.randomUUID().toString());
        Secret secret = fresh(caller, wanted, versionId);
        Optional<SecretVersion> version =
                wanted.value().map(value -> version(caller, secret, versionId, value));
        boolean made =
                database.write(
                        handle -> {
                            Optional<Secret> now =
                                    SecretRows.byName(
                                            handle,
                                            secret.account(),
                                            secret.region(),
                                            secret.name());
                            if (now.filter(it -> !isGone(it)).isPresent()) {
                                return false;
                            }
                            now.ifPresent(gone -> SecretRows.destroy(handle, gone.arn()));
                            if (SecretRows.count(handle, secret.account(), secret.region())
                                    >= MOST_SECRETS) {
                                throw SecretErrors.limit(
                                        "There are %d secrets in this Region, the most there can be."
                                                .formatted(MOST_SECRETS));
                            }
                            SecretRows.insert(handle, secret);
                            version.ifPresent(it -> VersionRows.add(handle, secret, it));
                            return true;
                        });
        if (!made) {
            return again(
                    caller,
                    named(caller, wanted.name())
                            .orElseThrow(() -> SecretErrors.exists(wanted.name())),
                    wanted);
        }
        return version.isPresent() ? Written.of(secret, versionId) : Written.of(secret);
    }

    private Optional<Secret> named(KeyCaller caller, String name) {
        return database.read(
                handle -> finder.search(handle, caller.account(), caller.region(), name));
    }

    private boolean isGone(Secret secret) {
        return secret.deletionAt().filter(at -> !clock.instant().isBefore(at)).isPresent();
    }

    private Written again(KeyCaller caller, Secret there, NewSecret wanted) {
        if (there.deletionAt().isPresent()) {
            throw SecretErrors.invalidRequest(
                    "You can't create this secret because a secret with this name is already"
                            + " scheduled for deletion.");
        }
        if (wanted.token().isPresent() && wanted.value().isPresent()) {
            String token = wanted.token().get();
            if (values.isSame(caller, there, token, wanted.value().get())) {
                return Written.of(there, token);
            }
        }
        throw SecretErrors.exists(wanted.name());
    }

    private Secret fresh(KeyCaller caller, NewSecret wanted, String versionId) {
        StringBuilder suffix = new StringBuilder();
        for (int i = 0; i < SUFFIX_LENGTH; i++) {
            suffix.append(SUFFIX_CHARACTERS.charAt(random.nextInt(SUFFIX_CHARACTERS.length())));
        }
        Instant now = now();
        return new Secret(
                "arn:aws:secretsmanager:%s:%s:secret:%s-%s"
                        .formatted(caller.region(), caller.account(), wanted.name(), suffix),
                caller.account(),
                caller.region(),
                wanted.name(),
                wanted.description(),
                wanted.kmsKeyId(),
                now,
                now,
                Optional.empty(),
                Optional.empty(),
                Optional.empty(),
                wanted.tags(),
                wanted.value().isPresent()
                        ? Stages.NONE.with(versionId, List.of(Stages.CURRENT))
                        : Stages.NONE);
    }

    private SecretVersion version(
            KeyCaller caller, Secret secret, String versionId, SecretValue value) {
        return new SecretVersion(
                versionId,
                value.kind(),
                seal.seal(caller, secret, versionId, value),
                now(),
                Optional.empty());
    }

    private Instant now() {
        return Instant.ofEpochMilli(clock.instant().toEpochMilli());
    }

    public Secret describe(KeyCaller caller, String id) {
        return finder.find(caller, id);
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
                change.value().map(value -> version(caller, after, versionId, value));
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
        void write(org.jdbi.v3.core.Handle handle, String arn) {
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

    /**
     * Marks a secret for deletion.
     *
     * @param windowDays how long it can be restored; 30 if empty
     */
    public Secret delete(KeyCaller caller, String id, OptionalLong windowDays) {
        long days = windowDays.orElse(LONGEST_WINDOW_DAYS);
        if (days < SHORTEST_WINDOW_DAYS || days > LONGEST_WINDOW_DAYS) {
            throw SecretErrors.invalidParameter(
                    "The RecoveryWindowInDays value must be between 7 and 30 days (inclusive).");
        }
        Secret secret = finder.usable(caller, id);
        return database.write(
                handle -> {
                    Secret now = finder.currentKept(handle, secret);
                    SecretRows.setDeletion(
                            handle, now.arn(), Optional.of(now().plus(Duration.ofDays(days))));
                    return finder.current(handle, now);
                });
    }

    /**
     * Removes a secret at once; one that waits for its deletion too.
     *
     * @return when it was removed
     */
    public Instant destroy(KeyCaller caller, Secret secret) {
        database.update(handle -> SecretRows.destroy(handle, finder.current(handle, secret).arn()));
        log.info("removed {} for {}", secret.arn(), caller.arn());
        return now();
    }

    /** Takes back a deletion; a secret without one stays as it is. */
    public Secret restore(KeyCaller caller, String id) {
        Secret secret = finder.find(caller, id);
        return database.write(
                handle -> {
                    Secret now = finder.current(handle, secret);
                    SecretRows.setDeletion(handle, now.arn(), Optional.empty());
                    return finder.current(handle, now);
                });
    }
}
