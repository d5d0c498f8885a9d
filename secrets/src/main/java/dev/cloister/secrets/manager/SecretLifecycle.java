package dev.cloister.secrets.manager;

import dev.cloister.keys.KeyCaller;
import dev.cloister.storage.Database;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.UUID;
import org.jdbi.v3.core.Handle;
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
        if (!database.write(handle -> insert(handle, secret, version))) {
            return again(
                    caller,
                    named(caller, wanted.name())
                            .orElseThrow(() -> SecretErrors.exists(wanted.name())),
                    wanted);
        }
        return version.isPresent() ? Written.of(secret, versionId) : Written.of(secret);
    }

    /** False if there is such a secret by now. */
    private boolean insert(Handle handle, Secret secret, Optional<SecretVersion> version) {
        Optional<Secret> there =
                SecretRows.byName(handle, secret.account(), secret.region(), secret.name());
        if (there.filter(it -> !isGone(it)).isPresent()) {
            return false;
        }
        there.ifPresent(gone -> SecretRows.destroy(handle, gone.arn()));
        if (SecretRows.count(handle, secret.account(), secret.region()) >= MOST_SECRETS) {
            throw SecretErrors.limit(
                    "There are %d secrets in this Region, the most there can be."
                            .formatted(MOST_SECRETS));
        }
        SecretRows.insert(handle, secret);
        version.ifPresent(it -> VersionRows.add(handle, secret, it));
        return true;
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
                arn(caller, wanted.name() + "-" + suffix),
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

    /** What was removed, and when. */
    public record Removed(String arn, String name, Instant at) {}

    /**
     * Removes a secret at once; one that waits for its deletion too. That there is none is no error
     * (API Reference, DeleteSecret, ForceDeleteWithoutRecovery).
     */
    public Removed destroy(KeyCaller caller, String id) {
        Optional<Secret> found =
                database.write(
                        handle -> {
                            Optional<Secret> secret =
                                    finder.search(handle, caller.account(), caller.region(), id);
                            secret.ifPresent(it -> SecretRows.destroy(handle, it.arn()));
                            return secret;
                        });
        found.ifPresent(secret -> log.info("removed {} for {}", secret.arn(), caller.arn()));
        return new Removed(
                found.map(Secret::arn).orElseGet(() -> arn(caller, id)),
                found.map(Secret::name).orElse(id),
                now());
    }

    private static String arn(KeyCaller caller, String id) {
        return id.startsWith("arn:")
                ? id
                : "arn:aws:secretsmanager:%s:%s:secret:%s"
                        .formatted(caller.region(), caller.account(), id);
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
