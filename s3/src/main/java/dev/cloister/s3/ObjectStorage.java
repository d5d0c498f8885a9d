package dev.cloister.s3;

import dev.cloister.storage.ArtifactStore;
import dev.cloister.storage.Database;
import dev.cloister.storage.Migration;
import java.io.IOException;
import java.time.InstantSource;
import java.util.HashSet;
import java.util.Set;

/** The module's entry: builds its parts and removes what a killed server left. Thread-safe. */
public final class ObjectStorage {
    private final Buckets buckets;
    private final StoredObjects objects;
    private final Uploads uploads;
    private final Listings listings;

    /**
     * @param contents the module's own: what its tables don't refer to is removed from it
     * @throws IOException if the store can't be read
     */
    public ObjectStorage(Database database, ArtifactStore contents, InstantSource clock)
            throws IOException {
        ContentStore store = new ContentStore(contents);
        Set<String> referenced = new HashSet<>(database.read(ObjectTable::artifacts));
        store.sweep(referenced);
        this.buckets = new Buckets(database, clock);
        this.objects = new StoredObjects(database, store, buckets, clock);
        this.uploads = new Uploads(database, store, buckets, clock);
        this.listings = new Listings(database);
    }

    /** The tables that the module needs. */
    public static Migration migration() {
        return Schema.MIGRATION;
    }

    public Buckets buckets() {
        return buckets;
    }

    public StoredObjects objects() {
        return objects;
    }

    public Uploads uploads() {
        return uploads;
    }

    public Listings listings() {
        return listings;
    }
}
