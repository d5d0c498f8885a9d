package dev.cloister.keys.managed;

import dev.cloister.keys.managed.MaterialInfo.RotationKind;
import dev.cloister.keys.managed.MaterialRows.Sealed;
import dev.cloister.storage.Database;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import org.jdbi.v3.core.Handle;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What time does to keys: destroys those whose waiting period is over, rotates, forgets imported
 * material that expired. A due key is settled before anybody sees it, and the others in passing
 * once a minute. Thread-safe.
 */
final class Deadlines implements AutoCloseable {
    private static final Logger log = LoggerFactory.getLogger(Deadlines.class);
    private static final Duration EVERY = Duration.ofMinutes(1);
    private static final int AT_ONCE = 100;

    private final Database database;
    private final Materials materials;
    private final InstantSource clock;
    private final Thread rounds;

    Deadlines(Database database, Materials materials, InstantSource clock) {
        this.database = database;
        this.materials = materials;
        this.clock = clock;
        this.rounds = Thread.ofVirtual().name("kms-deadlines").unstarted(this::rounds);
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

    /** Settles what is due. */
    void round() {
        try {
            List<String> due =
                    database.read(handle -> KeyRows.due(handle, clock.instant(), AT_ONCE));
            due.forEach(this::settle);
        } catch (RuntimeException e) {
            log.warn("could not settle KMS keys; trying again in a minute", e);
        }
    }

    /** Brings a key to what it should be by now. */
    void settle(String keyId) {
        Optional<ManagedKey> found = database.read(handle -> KeyRows.find(handle, keyId));
        if (found.isEmpty()) {
            return;
        }
        ManagedKey key = found.get();
        // Made before the write, which must not use keys itself; dropped if no rotation is due.
        Optional<Sealed> fresh =
                key.isRotatable() && key.nextRotation().isPresent()
                        ? Optional.of(materials.generate(key.account(), key.id(), key.spec()))
                        : Optional.empty();
        database.update(
                handle ->
                        KeyRows.find(handle, keyId)
                                .filter(now -> now.isDue(clock.instant()))
                                .ifPresent(now -> settle(handle, now, fresh)));
    }

    private void settle(Handle handle, ManagedKey key, Optional<Sealed> fresh) {
        Instant now = clock.instant();
        if (key.deletion().filter(it -> !now.isBefore(it.at())).isPresent()) {
            KeyRows.destroy(handle, key);
            log.info("destroyed {}: its waiting period is over", key.arn());
            return;
        }
        if (key.expiry()
                .flatMap(ManagedKey.Expiry::at)
                .filter(at -> !now.isBefore(at))
                .isPresent()) {
            MaterialRows.forget(handle, key.id());
            if (key.state() != KeyState.PENDING_DELETION) {
                KeyRows.setState(handle, key, KeyState.PENDING_IMPORT);
            }
            log.info("forgot the material of {}: it expired", key.arn());
            return;
        }
        if (fresh.isPresent() && key.rotationDays().isPresent()) {
            MaterialRows.add(
                    handle, key.id(), fresh.get(), Optional.of(RotationKind.AUTOMATIC), now);
            KeyRows.setRotation(
                    handle,
                    key,
                    key.rotationDays().get(),
                    now.plus(Duration.ofDays(key.rotationDays().get())));
            log.info("rotated {}", key.arn());
        }
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
