package dev.cloister.s3;

import static dev.cloister.s3.Store.BUCKET;
import static dev.cloister.s3.Store.OWNER;
import static dev.cloister.s3.StoredObjectsTest.refused;
import static org.assertj.core.api.Assertions.assertThat;

import dev.cloister.api.message.ChecksumAlgorithm;
import dev.cloister.api.message.PayloadDigest;
import dev.cloister.s3.StoredChecksum.Kind;
import dev.cloister.s3.StoredObjects.NewObject;
import dev.cloister.s3.Uploads.StoredPart;
import dev.cloister.s3.Uploads.WantedPart;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

final class UploadsTest {
    private static final int PART = 5 << 20;

    @TempDir private Path folder;

    @ParameterizedTest
    @EnumSource(names = {"CRC32", "CRC32C", "CRC64NVME"})
    void theChecksumOfTheWholeFollowsFromThoseOfTheParts(ChecksumAlgorithm algorithm)
            throws IOException {
        byte[] content = new byte[2 * PART + 12_345];
        new Random(1).nextBytes(content);
        try (Store store = Store.withBucket(folder)) {
            Upload upload = begin(store, algorithm, Kind.FULL_OBJECT);
            List<WantedPart> parts =
                    List.of(
                            part(store, upload, 1, Arrays.copyOfRange(content, 0, PART)),
                            part(store, upload, 2, Arrays.copyOfRange(content, PART, 2 * PART)),
                            part(
                                    store,
                                    upload,
                                    7,
                                    Arrays.copyOfRange(content, 2 * PART, content.length)));
            ObjectVersion made = complete(store, upload, parts);
            PayloadDigest whole = algorithm.digest();
            whole.update(content, 0, content.length);
            assertThat(made.details().checksum().orElseThrow().value()).isEqualTo(whole.base64());
            assertThat(made.etag()).endsWith("-3");
            assertThat(store.bytes(made, PART - 3, PART + 6))
                    .isEqualTo(Arrays.copyOfRange(content, PART - 3, 2 * PART + 3));
            assertThat(store.files()).isEqualTo(3);
            store.storage.objects().delete(BUCKET, "key", Optional.empty(), OWNER);
            assertThat(store.files()).isZero();
        }
    }

    @Test
    void aCompletionThatIsWrongChangesNothing() throws IOException {
        try (Store store = Store.withBucket(folder)) {
            Upload upload = begin(store, ChecksumAlgorithm.CRC32, Kind.COMPOSITE);
            WantedPart one = part(store, upload, 1, new byte[100]);
            WantedPart two = part(store, upload, 2, new byte[100]);
            refused("EntityTooSmall", () -> complete(store, upload, List.of(one, two)));
            refused("InvalidPartOrder", () -> complete(store, upload, List.of(two, one)));
            refused(
                    "InvalidPart",
                    () ->
                            complete(
                                    store,
                                    upload,
                                    List.of(new WantedPart(1, "0", Optional.empty()))));
            refused("MalformedXML", () -> complete(store, upload, List.of()));
            refused("BucketNotEmpty", () -> store.storage.buckets().delete(BUCKET, OWNER));
            complete(store, upload, List.of(two));
            assertThat(store.files()).isEqualTo(1);
            refused("NoSuchUpload", () -> complete(store, upload, List.of(two)));
            refused("NoSuchUpload", () -> part(store, upload, 3, new byte[1]));
            assertThat(store.files()).isEqualTo(1);
        }
    }

    @Test
    void anAbortedUploadLeavesNothing() throws IOException {
        try (Store store = Store.withBucket(folder)) {
            Upload upload = begin(store, ChecksumAlgorithm.CRC32, Kind.COMPOSITE);
            part(store, upload, 1, new byte[100]);
            part(store, upload, 1, new byte[200]);
            assertThat(store.files()).isEqualTo(1);
            store.storage.uploads().abort(BUCKET, "key", upload.id(), OWNER);
            assertThat(store.files()).isZero();
            store.storage.buckets().delete(BUCKET, OWNER);
        }
    }

    private static Upload begin(Store store, ChecksumAlgorithm algorithm, Kind kind) {
        return store.storage
                .uploads()
                .create(
                        new NewObject(
                                BUCKET,
                                "key",
                                algorithm,
                                Store.object("key").details(),
                                Map.of(),
                                WriteCondition.NONE),
                        kind,
                        OWNER);
    }

    private static WantedPart part(Store store, Upload upload, int number, byte[] content)
            throws IOException {
        StoredPart part =
                store.storage
                        .uploads()
                        .put(
                                upload,
                                number,
                                OWNER,
                                new ByteArrayInputStream(content),
                                (md5, checksum) -> {});
        return new WantedPart(number, part.etag(), Optional.of(part.checksum()));
    }

    private static ObjectVersion complete(Store store, Upload upload, List<WantedPart> parts) {
        return store.storage
                .uploads()
                .complete(upload, parts, Optional.empty(), WriteCondition.NONE, OWNER);
    }
}
