package dev.cloister.secrets.manager;

import dev.cloister.api.AccountId;
import dev.cloister.api.Region;
import dev.cloister.keys.KeyCaller;
import dev.cloister.storage.Database;
import java.time.InstantSource;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jdbi.v3.core.Handle;

/**
 * Finds secrets by name, ARN, or an ARN without its six random characters. A secret whose recovery
 * window is over is not found, whether it has been removed by then or not. Thread-safe.
 */
final class SecretFinder {
    private static final Pattern ARN =
            Pattern.compile("arn:aws:secretsmanager:([a-z0-9-]+):([0-9]{12}):secret:(.+)");

    private final Database database;
    private final InstantSource clock;

    SecretFinder(Database database, InstantSource clock) {
        this.database = database;
        this.clock = clock;
    }

    /**
     * @throws dev.cloister.api.AwsError ResourceNotFoundException
     */
    Secret find(KeyCaller caller, String id) {
        return database.read(handle -> search(handle, caller.account(), caller.region(), id))
                .orElseThrow(SecretErrors::noSecret);
    }

    /**
     * A secret that is not waiting for its deletion.
     *
     * @throws dev.cloister.api.AwsError InvalidRequestException if it is
     */
    Secret usable(KeyCaller caller, String id) {
        return requireKept(find(caller, id));
    }

    static Secret requireKept(Secret secret) {
        if (secret.deletionAt().isPresent()) {
            throw SecretErrors.markedForDeletion();
        }
        return secret;
    }

    /** A secret as it is now, inside a write. */
    Secret current(Handle handle, Secret secret) {
        return alive(SecretRows.byArn(handle, secret.arn())).orElseThrow(SecretErrors::noSecret);
    }

    /** As {@link #current}, of one that is not waiting for its deletion. */
    Secret currentKept(Handle handle, Secret secret) {
        return requireKept(current(handle, secret));
    }

    Optional<Secret> search(Handle handle, AccountId account, Region region, String id) {
        Matcher arn = ARN.matcher(id);
        if (!arn.matches()) {
            return alive(SecretRows.byName(handle, account, region, id));
        }
        if (!arn.group(1).equals(region.value())) {
            return Optional.empty();
        }
        return alive(SecretRows.byArn(handle, id))
                .or(
                        () ->
                                alive(
                                        SecretRows.byName(
                                                handle,
                                                new AccountId(arn.group(2)),
                                                region,
                                                arn.group(3))));
    }

    private Optional<Secret> alive(Optional<Secret> secret) {
        return secret.filter(
                it -> it.deletionAt().filter(at -> !clock.instant().isBefore(at)).isEmpty());
    }
}
