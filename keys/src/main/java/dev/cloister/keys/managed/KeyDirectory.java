package dev.cloister.keys.managed;

import dev.cloister.keys.KeyCaller;
import dev.cloister.storage.Database;
import java.time.InstantSource;
import java.util.Optional;

/** Finds keys. Thread-safe. */
final class KeyDirectory {
    private final Database database;
    private final Deadlines deadlines;
    private final ServiceKeys services;
    private final InstantSource clock;

    KeyDirectory(
            Database database, Deadlines deadlines, ServiceKeys services, InstantSource clock) {
        this.database = database;
        this.deadlines = deadlines;
        this.services = services;
        this.clock = clock;
    }

    /** A key as it is now. */
    Optional<ManagedKey> find(String keyId) {
        Optional<ManagedKey> key = database.read(handle -> KeyRows.find(handle, keyId));
        if (key.filter(it -> it.isDue(clock.instant())).isPresent()) {
            deadlines.settle(keyId);
            return database.read(handle -> KeyRows.find(handle, keyId));
        }
        return key;
    }

    /**
     * The key that a reference means; a service's key is made when its alias is used first.
     *
     * @return nothing if there is none, or the reference names another account or region than the
     *     key's
     */
    Optional<ManagedKey> find(KeyReference reference, KeyCaller caller) {
        return switch (reference) {
            case KeyReference.ById byId ->
                    find(byId.id())
                            .filter(
                                    key ->
                                            key.account().equals(byId.account())
                                                    && key.region().equals(byId.region()));
            case KeyReference.ByAlias byAlias -> {
                Optional<KeyAlias> alias =
                        database.read(
                                handle ->
                                        AliasRows.find(
                                                handle,
                                                byAlias.account(),
                                                byAlias.region(),
                                                byAlias.name()));
                if (alias.isEmpty()
                        && byAlias.account().equals(caller.account())
                        && ServiceKeys.isService(byAlias.name())) {
                    yield Optional.of(
                            services.make(byAlias.account(), byAlias.region(), byAlias.name()));
                }
                yield alias.flatMap(it -> find(it.keyId()));
            }
        };
    }
}
