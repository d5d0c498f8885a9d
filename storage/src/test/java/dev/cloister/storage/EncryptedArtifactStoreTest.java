package dev.cloister.storage;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.cloister.storage.ArtifactStore.ArtifactId;
import dev.cloister.storage.EnvelopeKeys.KeyRef;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.SequenceInputStream;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.MessageDigest;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(120)
final class EncryptedArtifactStoreTest {
    private static final KeyRef KEY = new KeyRef("123456789012", "alias/aws/lambda");
    private static final ArtifactId ID = new ArtifactId("f-1.zip");
    private static final int CHUNK = ArtifactHeader.CHUNK_BYTES;
    private static final int STORED = ArtifactHeader.STORED_CHUNK_BYTES;

    @TempDir private Path folder;
    private final FakeKeys keys = new FakeKeys();
    private EncryptedArtifactStore store;

    @BeforeEach
    void open() throws IOException {
        store = new EncryptedArtifactStore(folder.resolve("artifacts"), keys);
    }

    private static byte[] content(int length) {
        byte[] bytes = new byte[length];
        new Random(length).nextBytes(bytes);
        return bytes;
    }

    private void put(ArtifactId id, byte[] content) throws IOException {
        store.put(id, KEY, new ByteArrayInputStream(content));
    }

    private byte[] get(ArtifactId id) throws IOException {
        try (InputStream in = store.open(id)) {
            return in.readAllBytes();
        }
    }

    private Path file(ArtifactId id) {
        return store.folder().resolve(id.value());
    }

    private int headerLength(ArtifactId id, int content) throws IOException {
        int chunks = Math.max(1, (content + CHUNK - 1) / CHUNK);
        return (int) Files.size(file(id)) - content - chunks * Aead.TAG_BYTES;
    }

    @Test
    void contentOfEveryLengthComesBack() throws IOException {
        for (int length :
                new int[] {0, 1, CHUNK - 1, CHUNK, CHUNK + 1, 2 * CHUNK, 2 * CHUNK + 17}) {
            put(ID, content(length));
            assertThat(get(ID)).as("%d bytes", length).isEqualTo(content(length));
        }
    }

    @Test
    void contentComesBackHoweverItIsGivenAndTaken() throws IOException {
        long seed = 20_260_101L;
        Random random = new Random(seed);
        for (int round = 0; round < 30; round++) {
            byte[] content = content(random.nextInt(3 * CHUNK));
            store.put(ID, KEY, new Dribble(content, random));
            ByteArrayOutputStream out = new ByteArrayOutputStream();
            try (InputStream in = store.open(ID)) {
                byte[] buffer = new byte[1 + random.nextInt(100_000)];
                while (true) {
                    int count = in.read(buffer, 0, 1 + random.nextInt(buffer.length));
                    if (count < 0) {
                        break;
                    }
                    out.write(buffer, 0, count);
                }
                assertThat(in.read()).isEqualTo(-1);
            }
            assertThat(out.toByteArray()).as("seed %d, round %d", seed, round).isEqualTo(content);
        }
    }

    /** Gives its bytes in pieces of odd sizes, as a network does. */
    private static final class Dribble extends ByteArrayInputStream {
        private final Random random;

        Dribble(byte[] bytes, Random random) {
            super(bytes);
            this.random = random;
        }

        @Override
        public synchronized int read(byte[] target, int offset, int length) {
            return super.read(target, offset, Math.min(length, 1 + random.nextInt(50_000)));
        }
    }

    @Test
    void everyFlippedByteOfASmallFileIsFound() throws IOException {
        put(ID, content(40));
        byte[] good = Files.readAllBytes(file(ID));
        for (int i = 0; i < good.length; i++) {
            for (int bit : new int[] {0x01, 0x80}) {
                byte[] bad = good.clone();
                bad[i] ^= (byte) bit;
                assertRefused(bad, "byte " + i);
            }
        }
        Files.write(file(ID), good);
        assertThat(get(ID)).isEqualTo(content(40));
    }

    private void assertRefused(byte[] bad, String what) throws IOException {
        Files.write(file(ID), bad);
        assertThatThrownBy(() -> get(ID)).as(what).isInstanceOf(CorruptArtifactException.class);
    }

    @Test
    void everyLengthThatIsNotTheFilesOwnIsFound() throws IOException {
        put(ID, content(40));
        byte[] good = Files.readAllBytes(file(ID));
        for (int length = 0; length < good.length; length++) {
            assertRefused(Arrays.copyOf(good, length), "cut to " + length);
        }
        for (int more : new int[] {1, Aead.TAG_BYTES, STORED, 2 * STORED}) {
            assertRefused(Arrays.copyOf(good, good.length + more), "extended by " + more);
        }
    }

    @Test
    void chunksThatWereMovedDroppedRepeatedOrTakenFromElsewhereAreFound() throws IOException {
        int length = 3 * CHUNK;
        put(ID, content(length));
        byte[] good = Files.readAllBytes(file(ID));
        int head = headerLength(ID, length);
        byte[] header = Arrays.copyOf(good, head);
        byte[][] chunks = new byte[3][];
        for (int i = 0; i < 3; i++) {
            chunks[i] = Arrays.copyOfRange(good, head + i * STORED, head + (i + 1) * STORED);
        }
        assertRefused(join(header, chunks[1], chunks[0], chunks[2]), "swapped");
        assertRefused(join(header, chunks[0], chunks[2]), "dropped inside");
        assertRefused(join(header, chunks[0], chunks[1]), "dropped at the end");
        assertRefused(join(header), "all dropped");
        assertRefused(join(header, chunks[0], chunks[1], chunks[2], chunks[2]), "repeated");
        assertRefused(join(header, chunks[2]), "the last alone");

        ArtifactId other = new ArtifactId("other");
        put(other, content(length));
        byte[] others = Files.readAllBytes(file(other));
        byte[] strange = good.clone();
        System.arraycopy(
                others, headerLength(other, length) + STORED, strange, head + STORED, STORED);
        assertRefused(strange, "a chunk of another file");
        assertRefused(others, "another artifact's file");
    }

    private static byte[] join(byte[]... parts) {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        Stream.of(parts).forEach(out::writeBytes);
        return out.toByteArray();
    }

    @Test
    void nothingOfABadChunkIsReturned() throws IOException {
        byte[] content = content(2 * CHUNK + 100);
        put(ID, content);
        byte[] bad = Files.readAllBytes(file(ID));
        bad[headerLength(ID, content.length) + STORED + CHUNK - 1] ^= 1; // at the end of chunk 1
        Files.write(file(ID), bad);
        try (InputStream in = store.open(ID)) {
            assertThat(in.readNBytes(CHUNK)).isEqualTo(Arrays.copyOf(content, CHUNK));
            for (int again = 0; again < 3; again++) {
                byte[] buffer = new byte[100];
                assertThatThrownBy(() -> in.read(buffer))
                        .isInstanceOf(CorruptArtifactException.class)
                        .hasMessageContaining("chunk 1");
                assertThat(buffer).containsOnly(0);
                assertThatThrownBy(in::read).isInstanceOf(CorruptArtifactException.class);
            }
        }
    }

    @Test
    void aHeaderThatAnAttackerMadeFitOpensNothing() throws Exception {
        ArtifactId other = new ArtifactId("f-2.zip");
        put(ID, content(10));
        put(other, content(20));
        byte[] forged = Files.readAllBytes(file(other));
        byte[] name = ID.value().getBytes(StandardCharsets.US_ASCII);
        System.arraycopy(name, 0, forged, 11, name.length);
        int head = headerLength(other, 20);
        MessageDigest digest = MessageDigest.getInstance("SHA-256");
        digest.update(forged, 0, head - 32);
        System.arraycopy(digest.digest(), 0, forged, head - 32, 32);
        Files.write(file(ID), forged);
        // The wrapped key is bound to the id it was made for.
        assertThatThrownBy(() -> get(ID)).isInstanceOf(KeyUnavailableException.class);
    }

    @Test
    void aFailingSourceLeavesTheOldContent() throws IOException {
        put(ID, content(100));
        InputStream closed = InputStream.nullInputStream();
        closed.close();
        InputStream failing =
                new SequenceInputStream(new ByteArrayInputStream(content(CHUNK + 5)), closed);
        assertThatThrownBy(() -> store.put(ID, KEY, failing)).hasMessageContaining("closed");
        assertThat(get(ID)).isEqualTo(content(100));
        try (Stream<Path> files = Files.list(store.folder())) {
            assertThat(files.toList()).containsExactly(file(ID));
        }
    }

    @Test
    void leftoversOfInterruptedPutsAreRemovedAndNeverListed() throws IOException {
        put(ID, content(100));
        Path leftover = store.folder().resolve(".unfinished-" + "x");
        Files.writeString(leftover, "half");
        assertThat(store.list()).containsExactly(ID);
        open();
        assertThat(leftover).doesNotExist();
        assertThat(get(ID)).isEqualTo(content(100));
    }

    @Test
    void deletedArtifactsAreGone() throws IOException {
        put(ID, content(100));
        store.delete(ID);
        store.delete(ID);
        assertThat(store.list()).isEqualTo(List.of());
        assertThatThrownBy(() -> store.open(ID)).isInstanceOf(NoSuchFileException.class);
    }

    @Test
    void replacingDoesNotDisturbAReaderOfTheOldContent() throws IOException {
        put(ID, content(2 * CHUNK));
        try (InputStream in = store.open(ID)) {
            byte[] first = in.readNBytes(10);
            put(ID, content(50));
            assertThat(join(first, in.readAllBytes())).isEqualTo(content(2 * CHUNK));
        }
        assertThat(get(ID)).isEqualTo(content(50));
    }

    @Test
    void nothingIsInClearAndNothingIsForOthers() throws IOException {
        byte[] secret = "the planted secret of this test".getBytes(StandardCharsets.US_ASCII);
        put(ID, secret);
        byte[] stored = Files.readAllBytes(file(ID));
        assertThat(indexOf(stored, Arrays.copyOf(secret, 8))).isEqualTo(-1);
        assertThat(mode(file(ID))).isEqualTo("rw-------");
        assertThat(mode(store.folder())).isEqualTo("rwx------");
    }

    private static int indexOf(byte[] bytes, byte[] wanted) {
        for (int i = 0; i + wanted.length <= bytes.length; i++) {
            if (ByteBuffer.wrap(bytes, i, wanted.length).equals(ByteBuffer.wrap(wanted))) {
                return i;
            }
        }
        return -1;
    }

    private static String mode(Path path) {
        try {
            return PosixFilePermissions.toString(Files.getPosixFilePermissions(path));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
