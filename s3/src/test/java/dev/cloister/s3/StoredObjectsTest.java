package dev.cloister.s3;

import static dev.cloister.s3.Store.BUCKET;
import static dev.cloister.s3.Store.OWNER;
import static dev.cloister.s3.Store.STRANGER;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.cloister.api.AwsError;
import dev.cloister.s3.Bucket.Versioning;
import dev.cloister.s3.StoredObjects.Deletion;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.SequenceInputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.UUID;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class StoredObjectsTest {
    private final Path folder;
    private Store store;

    StoredObjectsTest(@TempDir Path folder) throws IOException {
        this.folder = folder;
        this.store = Store.withBucket(folder);
    }

    @BeforeEach
    void hasNoFiles() throws IOException {
        assertThat(store.files()).isZero();
    }

    @AfterEach
    void close() {
        store.close();
    }

    @Test
    void anObjectIsReplacedAsAWhole() throws IOException {
        assertThat(store.put("key", "one").etag()).isEqualTo("f97c5d29941bfb1b2fdab0874906ab82");
        assertThat(store.get("key")).isEqualTo("one");
        store.put("key", "two");
        assertThat(store.get("key")).isEqualTo("two");
        assertThat(store.files()).isEqualTo(1);
    }

    @Test
    void whatFailsItsInspectionLeavesNothing() throws IOException {
        store.put("key", "one");
        assertThatThrownBy(
                        () ->
                                store.storage
                                        .objects()
                                        .put(
                                                Store.object("key"),
                                                OWNER,
                                                new ByteArrayInputStream(new byte[100]),
                                                (md5, checksum) -> {
                                                    throw S3Errors.badDigest("CRC32");
                                                }))
                .isInstanceOf(AwsError.class);
        assertThat(store.get("key")).isEqualTo("one");
        assertThat(store.files()).isEqualTo(1);
    }

    @Test
    void aBodyThatBreaksOffLeavesNothing() throws IOException {
        InputStream broken =
                new SequenceInputStream(
                        new ByteArrayInputStream(new byte[200_000]),
                        new InputStream() {
                            @Override
                            public int read() throws IOException {
                                throw new IOException("gone");
                            }

                            @Override
                            public int read(byte[] target, int offset, int length)
                                    throws IOException {
                                return read();
                            }
                        });
        assertThatThrownBy(
                        () ->
                                store.storage
                                        .objects()
                                        .put(
                                                Store.object("key"),
                                                OWNER,
                                                broken,
                                                (md5, checksum) -> {}))
                .hasMessage("gone");
        refused("NoSuchKey", () -> store.get("key"));
        assertThat(store.files()).isZero();
    }

    @Test
    void everyRangeIsWhatTheContentHasThere() throws IOException {
        Random random = new Random(7);
        byte[] content = new byte[400_000];
        random.nextBytes(content);
        ObjectVersion version = store.put("key", content);
        int[] edges = {0, 1, 65_535, 65_536, 65_537, 131_072, 399_999, 400_000};
        for (int from : edges) {
            for (int to : edges) {
                if (from <= to) {
                    assertThat(store.bytes(version, from, to - from))
                            .isEqualTo(Arrays.copyOfRange(content, from, to));
                }
            }
        }
        for (int i = 0; i < 200; i++) {
            int from = random.nextInt(content.length);
            int length = random.nextInt(content.length - from + 1);
            assertThat(store.bytes(version, from, length))
                    .isEqualTo(Arrays.copyOfRange(content, from, from + length));
        }
    }

    @Test
    void aReplacedObjectIsReadToItsEndByWhoHasItOpen() throws IOException {
        ObjectVersion version = store.put("key", "x".repeat(200_000));
        try (InputStream in = store.storage.objects().open(version, 0, version.size())) {
            assertThat(in.read()).isEqualTo('x');
            store.put("key", "two");
            assertThat(in.readAllBytes()).hasSize(199_999);
        }
        assertThat(store.files()).isEqualTo(1);
    }

    @Test
    void versionsAndDeleteMarkersComeAndGo() throws IOException {
        store.put("key", "old");
        store.storage.buckets().setVersioning(BUCKET, OWNER, Versioning.ENABLED);
        ObjectVersion one = store.put("key", "one");
        ObjectVersion two = store.put("key", "two");
        assertThat(one.versionId()).hasSize(32).isNotEqualTo(two.versionId());
        Deletion marker = delete(Optional.empty());
        assertThat(marker.marker()).isTrue();
        refused("NoSuchKey", () -> store.get("key"));
        refused("MethodNotAllowed", () -> find(marker.versionId()));
        assertThat(find(Optional.of("null")).size()).isEqualTo(3);

        delete(marker.versionId());
        assertThat(store.get("key")).isEqualTo("two");
        delete(Optional.of(two.versionId()));
        assertThat(store.get("key")).isEqualTo("one");
        refused("NoSuchVersion", () -> find(Optional.of(two.versionId())));

        store.storage.buckets().setVersioning(BUCKET, OWNER, Versioning.SUSPENDED);
        store.put("key", "new");
        assertThat(find(Optional.of("null")).latest()).isTrue();
        assertThat(store.get("key")).isEqualTo("new");
        assertThat(store.files()).isEqualTo(2);
    }

    @Test
    void conditionsHoldInTheMomentOfTheCommit() throws IOException {
        ObjectVersion made = store.put("key", "one");
        refused("PreconditionFailed", () -> put(WriteCondition.of(none(), Optional.of("*"))));
        refused("PreconditionFailed", () -> put(WriteCondition.of(Optional.of("\"x\""), none())));
        put(WriteCondition.of(Optional.of('"' + made.etag() + '"'), none()));
        assertThat(store.get("key")).isEqualTo("conditional");
        assertThat(store.files()).isEqualTo(1);
    }

    private static Optional<String> none() {
        return Optional.empty();
    }

    private void put(WriteCondition condition) throws IOException {
        StoredObjects.NewObject plain = Store.object("key");
        store.storage
                .objects()
                .put(
                        new StoredObjects.NewObject(
                                BUCKET,
                                "key",
                                plain.algorithm(),
                                plain.details(),
                                Map.of(),
                                condition),
                        OWNER,
                        new ByteArrayInputStream("conditional".getBytes(StandardCharsets.UTF_8)),
                        (md5, checksum) -> {});
    }

    @Test
    void anotherAccountGetsNothing() throws IOException {
        store.put("key", "one");
        refused(
                "AccessDenied",
                () -> store.storage.objects().find(BUCKET, "key", none(), STRANGER));
        refused(
                "AccessDenied",
                () -> store.storage.objects().delete(BUCKET, "key", none(), STRANGER));
        refused("AccessDenied", () -> store.storage.buckets().delete(BUCKET, STRANGER));
        refused(
                "BucketAlreadyExists",
                () ->
                        store.storage
                                .buckets()
                                .create(BUCKET, STRANGER, STRANGER.region(), Map.of()));
        assertThat(store.get("key")).isEqualTo("one");
    }

    @Test
    void whatAKilledServerLeftIsRemovedAtTheNextStart() throws IOException {
        store.put("key", "one");
        Path objects = folder.resolve("objects");
        Files.writeString(objects.resolve(UUID.randomUUID().toString()), "orphan");
        Files.writeString(objects.resolve(".unfinished-1"), "half");
        store.close();
        store = new Store(folder);
        assertThat(store.files()).isEqualTo(1);
        assertThat(store.get("key")).isEqualTo("one");
    }

    @Test
    void hostileKeysAreKeysLikeOthers() throws IOException {
        String[] keys = {
            "../../etc/passwd",
            ".",
            "..",
            "/",
            "a\u0000b",
            "\u0001\u001f",
            "x".repeat(1024),
            "'; --"
        };
        for (String key : keys) {
            store.put(key, key);
        }
        for (String key : keys) {
            assertThat(store.get(key)).isEqualTo(key);
        }
        refused("KeyTooLongError", () -> store.put("é".repeat(513), "x"));
        assertThat(store.files()).isEqualTo(keys.length);
    }

    private ObjectVersion find(Optional<String> versionId) {
        return store.storage.objects().find(BUCKET, "key", versionId, OWNER);
    }

    private Deletion delete(Optional<String> versionId) {
        return store.storage.objects().delete(BUCKET, "key", versionId, OWNER);
    }

    static void refused(String code, ThrowingCallable call) {
        assertThatThrownBy(call)
                .isInstanceOfSatisfying(
                        AwsError.class, error -> assertThat(error.code()).isEqualTo(code));
    }
}
