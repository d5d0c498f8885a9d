package dev.cloister.secrets.manager;

import dev.cloister.storage.Database;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Removes secrets whose recovery window is over, once a minute. Nobody sees such a secret before
 * that either. Thread-safe.
 */
final class Purges implements AutoCloseable {
    private static final Logger log = LoggerFactory.getLogger(Purges.class);
    private static final Duration EVERY = Duration.ofMinutes(1);
    private static final int AT_ONCE = 100;

    private final Database database;
    private final InstantSource clock;
    private final Thread rounds;

    Purges(Database database, InstantSource clock) {
        this.database = database;
        this.clock = clock;
        this.rounds = Thread.ofVirtual().name("secret-purges").unstarted(this::rounds);
    }

    void start() {
        rounds.start();
    }

    private void rounds() {
        try {
            while (true) {
                round();
                Thread.sleep(EVERY);
            }
        } catch (InterruptedException closed) {
            Thread.currentThread().interrupt();
        }
    }

    /** Removes what is due. */
    void round() {
        try {
            List<String> due =
                    database.read(handle -> SecretRows.due(handle, clock.instant(), AT_ONCE));
            due.forEach(this::purge);
        } catch (RuntimeException e) {
            log.warn("could not remove deleted secrets; trying again in a minute", e);
        }
    }

    /** It may have been restored since it was found. */
    private void purge(String arn) {
        database.update(
                handle ->
                        SecretRows.byArn(handle, arn)
                                .flatMap(Secret::deletionAt)
                                .filter(at -> !clock.instant().isBefore(at))
                                .ifPresent(
                                        at -> {
                                            SecretRows.destroy(handle, arn);
                                            log.info(
                                                    "removed {}: its recovery window is over", arn);
                                        }));
    }

    @Override
    public void close() {
        if (rounds.getState() == Thread.State.NEW) {
            return;
        }
        rounds.interrupt();
        try {
            rounds.join(Duration.ofSeconds(10));
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
