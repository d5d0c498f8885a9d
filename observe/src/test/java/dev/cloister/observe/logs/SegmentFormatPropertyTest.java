package dev.cloister.observe.logs;

import static dev.cloister.observe.logs.TestStore.QUIET;
import static org.assertj.core.api.Assertions.assertThat;

import dev.cloister.observe.LogStore.LogWriter;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.RepeatedTest;
import org.junit.jupiter.api.RepetitionInfo;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Fault model: the file of a segment may end anywhere (a torn write), may end in garbage or zeros
 * (a power cut), any of its bits may be flipped, and its chunks may be put together anew. What is
 * read then is what was written, less what was hit; never anything else.
 */
final class SegmentFormatPropertyTest {
    private static final String NOTICE = "[cloister] ";

    @TempDir Path folder;

    @RepeatedTest(25)
    void tornTailIsCutAtTheLastWholeChunk(RepetitionInfo repetition) throws IOException {
        long seed = 1000L + repetition.getCurrentRepetition();
        Random random = new Random(seed);
        try (TestStore store = new TestStore(folder.resolve("a"), QUIET)) {
            List<List<String>> chunks = writeChunks(store, random);
            Path file = store.segmentFiles().getFirst();
            List<Extent> extents = extents(file);
            long cut = random.nextLong(0, Files.size(file) + 1);
            int garbage = random.nextInt(3) == 0 ? random.nextInt(500) : 0;
            try (TestStore crashed = crash(store, random, cut, garbage)) {
                List<String> expected = new ArrayList<>();
                for (int i = 0; i < chunks.size() && extents.get(i).end() <= cut; i++) {
                    expected.addAll(chunks.get(i));
                }
                assertThat(crashed.messages("g")).as("seed " + seed).isEqualTo(expected);
                try (LogWriter writer = crashed.open("g", "s0")) {
                    writer.append(crashed.events("after the crash"));
                }
                crashed.reopen();
                expected.add("after the crash");
                assertThat(crashed.messages("g")).as("seed " + seed).isEqualTo(expected);
            }
        }
    }

    @RepeatedTest(25)
    void flippedBitLosesItsChunkOnlyAndReadersAreTold(RepetitionInfo repetition)
            throws IOException {
        long seed = 2000L + repetition.getCurrentRepetition();
        Random random = new Random(seed);
        try (TestStore store = new TestStore(folder.resolve("a"), QUIET)) {
            List<List<String>> chunks = writeChunks(store, random);
            Path file = store.segmentFiles().getFirst();
            List<Extent> extents = extents(file);
            long at = random.nextLong(extents.getFirst().start(), Files.size(file));
            flip(file, at, random.nextInt(8));
            int hit = 0;
            while (extents.get(hit).end() <= at) {
                hit++;
            }
            boolean header = at < extents.get(hit).start() + ChunkHeader.BYTES;
            List<String> expected = new ArrayList<>();
            for (int i = 0; i < chunks.size(); i++) {
                if (i < hit || (i > hit && !header)) {
                    expected.addAll(chunks.get(i));
                }
            }
            List<String> read = new ArrayList<>(store.messages("g"));
            boolean told = read.removeIf(message -> message.startsWith(NOTICE));
            assertThat(read).as("seed " + seed).isEqualTo(expected);
            assertThat(told).as("seed " + seed).isEqualTo(!header);
        }
    }

    @Test
    void everyBitOfAChunkIsAuthenticated() throws IOException {
        try (TestStore store = new TestStore(folder.resolve("a"), QUIET)) {
            try (LogWriter writer = store.open("g", "s")) {
                writer.append(store.events("x"));
                store.flush();
            }
            Path file = store.segmentFiles().getFirst();
            byte[] sound = Files.readAllBytes(file);
            for (int bit = 0; bit < sound.length * 8; bit += 1 + bit % 3) {
                byte[] changed = sound.clone();
                changed[bit / 8] ^= (byte) (1 << (bit % 8));
                Files.write(file, changed);
                assertThat(readOrRefuse(store)).as("bit " + bit).doesNotContain("x");
            }
            Files.write(file, sound);
            assertThat(store.messages("g")).containsExactly("x");
        }
    }

    @Test
    void chunksCannotBeMovedWithinOrBetweenSegments() throws IOException {
        try (TestStore store = new TestStore(folder.resolve("a"), QUIET)) {
            for (String group : List.of("g", "h")) {
                for (int i = 0; i < 2; i++) {
                    store.open(group, "s").append(store.events(group + i));
                    store.flush();
                }
            }
            List<Path> files = store.segmentFiles();
            byte[] g = Files.readAllBytes(files.get(0));
            byte[] h = Files.readAllBytes(files.get(1));
            Files.write(files.get(0), h); // the other group's segment, key and all
            assertThat(readOrRefuse(store)).isEmpty();
            byte[] swapped = g.clone();
            Files.write(files.get(0), g);
            List<Extent> chunks = extents(files.get(0));
            int length = chunks.getFirst().length();
            int first = chunks.getFirst().start();
            assertThat(chunks.getLast().length()).isEqualTo(length);
            System.arraycopy(g, first, swapped, first + length, length);
            System.arraycopy(g, first + length, swapped, first, length);
            Files.write(files.get(0), swapped);
            assertThat(readOrRefuse(store)).isEmpty();
        }
    }

    private static List<String> readOrRefuse(TestStore store) {
        try {
            return store.messages("g").stream().filter(m -> !m.startsWith(NOTICE)).toList();
        } catch (dev.cloister.storage.KeyUnavailableException e) {
            return List.of();
        }
    }

    /** Several chunks of several streams; times ascend, so that reading gives them in order. */
    private static List<List<String>> writeChunks(TestStore store, Random random) {
        List<List<String>> chunks = new ArrayList<>();
        Set<LogWriter> writers = new HashSet<>();
        for (int i = 0, n = 2 + random.nextInt(8); i < n; i++) {
            LogWriter writer = store.open("g", "s" + random.nextInt(3));
            writers.add(writer);
            List<String> messages = new ArrayList<>();
            for (int j = 0, m = 1 + random.nextInt(5); j < m; j++) {
                store.pass(java.time.Duration.ofMillis(1 + random.nextInt(50)));
                String message = i + "/" + j + " " + "é".repeat(random.nextInt(200));
                writer.append(store.events(message));
                messages.add(message);
            }
            store.flush();
            chunks.add(messages);
        }
        writers.forEach(LogWriter::close);
        return chunks;
    }

    private static TestStore crash(TestStore store, Random random, long cut, int garbage)
            throws IOException {
        Path copy = store.logs().resolveSibling("b-" + random.nextInt(1 << 30));
        Files.createDirectories(copy);
        store.copyTo(copy);
        Path file = TestStore.segmentFiles(copy.resolve("logs")).getFirst();
        try (RandomAccessFile access = new RandomAccessFile(file.toFile(), "rw")) {
            access.setLength(cut);
            byte[] junk = new byte[garbage];
            if (random.nextBoolean()) {
                random.nextBytes(junk);
            }
            access.seek(cut);
            access.write(junk);
        }
        return new TestStore(copy, QUIET).at(store.now());
    }

    /** Where the chunks of a sound segment are. */
    private static List<Extent> extents(Path file) throws IOException {
        ByteBuffer bytes = ByteBuffer.wrap(Files.readAllBytes(file));
        int wrapped = bytes.getInt(SegmentFormat.MAGIC_BYTES);
        bytes.position(SegmentFormat.MAGIC_BYTES + Integer.BYTES + wrapped);
        List<Extent> extents = new ArrayList<>();
        while (bytes.hasRemaining()) {
            int start = bytes.position();
            ChunkHeader header = ChunkHeader.read(bytes).orElseThrow();
            bytes.position(start + (int) SegmentReader.chunkBytes(header));
            extents.add(new Extent(start, bytes.position()));
        }
        return extents;
    }

    private record Extent(int start, int end) {
        int length() {
            return end - start;
        }
    }

    private static void flip(Path file, long at, int bit) throws IOException {
        try (RandomAccessFile access = new RandomAccessFile(file.toFile(), "rw")) {
            access.seek(at);
            int value = access.read();
            access.seek(at);
            access.write(value ^ (1 << bit));
        }
    }
}
