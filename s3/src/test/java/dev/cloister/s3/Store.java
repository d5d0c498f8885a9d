package dev.cloister.s3;

import dev.cloister.api.AccountId;
import dev.cloister.api.Region;
import dev.cloister.api.message.ChecksumAlgorithm;
import dev.cloister.keys.RootKeyring;
import dev.cloister.s3.Buckets.Caller;
import dev.cloister.s3.StoredObjects.NewObject;
import dev.cloister.storage.EncryptedArtifactStore;
import dev.cloister.storage.SqliteDatabase;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;

/** An object storage in a folder, and short forms of what tests do with it. */
final class Store implements AutoCloseable {
    static final Caller OWNER = new Caller(new AccountId("123456789012"), new Region("us-east-1"));
    static final Caller STRANGER =
            new Caller(new AccountId("210987654321"), new Region("us-east-1"));
    static final String BUCKET = "bucket";

    final SqliteDatabase database;
    final ObjectStorage storage;
    private final Path folder;

    Store(Path folder) throws IOException {
        this.folder = folder;
        this.database =
                new SqliteDatabase(
                        folder.resolve("db"),
                        List.of(RootKeyring.migration(), ObjectStorage.migration()));
        RootKeyring keys = RootKeyring.open(folder.resolve("root.key"), database);
        this.storage =
                new ObjectStorage(
                        database,
                        new EncryptedArtifactStore(folder.resolve("objects"), keys),
                        InstantSource.system());
    }

    /** With one bucket. */
    static Store withBucket(Path folder) throws IOException {
        Store store = new Store(folder);
        store.storage.buckets().create(BUCKET, OWNER, OWNER.region(), Map.of());
        return store;
    }

    static NewObject object(String key) {
        return new NewObject(
                BUCKET,
                key,
                ChecksumAlgorithm.CRC64NVME,
                new ObjectDetails(Map.of(), Map.of(), Optional.empty(), List.of()),
                Map.of(),
                WriteCondition.NONE);
    }

    ObjectVersion put(String key, String text) throws IOException {
        return put(key, text.getBytes(StandardCharsets.UTF_8));
    }

    ObjectVersion put(String key, byte[] content) throws IOException {
        return storage.objects()
                .put(object(key), OWNER, new ByteArrayInputStream(content), (md5, checksum) -> {});
    }

    String get(String key) throws IOException {
        ObjectVersion version = storage.objects().find(BUCKET, key, Optional.empty(), OWNER);
        return new String(bytes(version, 0, version.size()), StandardCharsets.UTF_8);
    }

    byte[] bytes(ObjectVersion version, long from, long length) throws IOException {
        try (InputStream in = storage.objects().open(version, from, length)) {
            return in.readAllBytes();
        }
    }

    long files() throws IOException {
        try (Stream<Path> files = Files.list(folder.resolve("objects"))) {
            return files.count();
        }
    }

    @Override
    public void close() {
        database.close();
    }
}
