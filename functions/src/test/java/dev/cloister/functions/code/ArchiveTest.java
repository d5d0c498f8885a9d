package dev.cloister.functions.code;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.cloister.functions.code.BadArchiveException.Problem;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import java.util.stream.Stream;
import java.util.zip.CRC32;
import org.apache.commons.compress.utils.SeekableInMemoryByteChannel;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

class ArchiveTest {
    private static final ArchiveLimits SMALL = new ArchiveLimits(1 << 20, 100_000, 50, 1 << 16);

    @TempDir Path folder;

    static Stream<Arguments> hostile() {
        byte[] good = new Zips().file("a.py", 0100644, "x").file("b.py", 0100644, "y").bytes();
        return Stream.of(
                Arguments.of("parent", new Zips().file("../a", 0100644, "x").bytes()),
                Arguments.of("parent inside", new Zips().file("a/../../b", 0100644, "x").bytes()),
                Arguments.of("dot inside", new Zips().file("a/./b", 0100644, "x").bytes()),
                Arguments.of("absolute", new Zips().file("/etc/passwd", 0100644, "x").bytes()),
                Arguments.of(
                        "backslash",
                        patched(new Zips().file("aXb", 0100644, "x").bytes(), "aXb", "a\\b")),
                Arguments.of(
                        "NUL",
                        patched(new Zips().file("aXb", 0100644, "x").bytes(), "aXb", "a\0b")),
                Arguments.of("empty component", new Zips().file("a//b", 0100644, "x").bytes()),
                Arguments.of(
                        "long component", new Zips().file("n".repeat(256), 0100644, "x").bytes()),
                Arguments.of(
                        "long path",
                        new Zips().file("n/".repeat(1100) + "x", 0100644, "x").bytes()),
                Arguments.of(
                        "too deep", new Zips().file("n/".repeat(128) + "x", 0100644, "x").bytes()),
                Arguments.of("link out", new Zips().link("a", "../b").bytes()),
                Arguments.of("link out deep", new Zips().link("d/e/a", "../../../b").bytes()),
                Arguments.of("link absolute", new Zips().link("a", "/etc/passwd").bytes()),
                Arguments.of(
                        "link task root out", new Zips().link("a", "/var/task/../../etc").bytes()),
                Arguments.of("link empty", new Zips().link("a", "").bytes()),
                Arguments.of(
                        "below a link",
                        new Zips().folder("d").link("a", "d").file("a/b", 0100644, "x").bytes()),
                Arguments.of(
                        "link over file",
                        new Zips().file("a", 0100644, "x").link("a", "b").bytes()),
                Arguments.of("device", new Zips().entry("a", 020666, new byte[0]).bytes()),
                Arguments.of("block device", new Zips().entry("a", 060666, new byte[0]).bytes()),
                Arguments.of("fifo", new Zips().entry("a", 010666, new byte[0]).bytes()),
                Arguments.of("socket", new Zips().entry("a", 0140666, new byte[0]).bytes()),
                Arguments.of(
                        "twice",
                        new Zips().file("a", 0100644, "x").file("a", 0100644, "y").bytes()),
                Arguments.of(
                        "twice by prefix",
                        new Zips().file("a", 0100644, "x").file("./a", 0100644, "y").bytes()),
                Arguments.of(
                        "file and folder",
                        new Zips().file("a", 0100644, "x").file("a/b", 0100644, "y").bytes()),
                Arguments.of(
                        "folder and file",
                        new Zips().file("a/b", 0100644, "x").file("a", 0100644, "y").bytes()),
                Arguments.of("too many entries", many(51)),
                Arguments.of("encrypted", withFlag(good, 0x1)),
                Arguments.of("unknown compression", withShortInDirectory(good, 10, 12)),
                Arguments.of("cut at the end", java.util.Arrays.copyOf(good, good.length - 1)),
                Arguments.of("cut in half", java.util.Arrays.copyOf(good, good.length / 2)),
                Arguments.of("trailing bytes", java.util.Arrays.copyOf(good, good.length + 3)),
                Arguments.of("no zip", "hello, this is no archive at all".getBytes(UTF_8)),
                Arguments.of("wrong checksum", withIntInDirectory(good, 16, 0x12345678)),
                Arguments.of("wrong size", withIntInDirectory(good, 24, 9)),
                Arguments.of("wrong count", withShortAtEnd(good, 10, 7)),
                Arguments.of("directory elsewhere", withIntAtEnd(good, 16, 3)),
                Arguments.of("zip64 lie", zip64(good, Long.MAX_VALUE)),
                Arguments.of("zip64 negative", zip64(good, -1)),
                Arguments.of("overlap", overlapping()));
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("hostile")
    void refusesHostileArchivesAndWritesNothingOutside(String name, byte[] zip) throws IOException {
        Path tree = Files.createDirectory(folder.resolve("tree"));
        assertThatThrownBy(
                        () ->
                                Archive.unpack(
                                        new SeekableInMemoryByteChannel(zip),
                                        SMALL,
                                        Place.TASK,
                                        new FolderSink(tree)))
                .isInstanceOfSatisfying(
                        BadArchiveException.class,
                        e -> assertThat(e.problem()).isEqualTo(Problem.UNREADABLE));
        try (Stream<Path> outside = Files.list(folder)) {
            assertThat(outside).containsExactly(tree);
        }
    }

    @Test
    void refusesTooMuchContentWhileInflatingWhateverTheHeaderSays() {
        byte[] bomb = new Zips().entry("zeros", 0100644, new byte[100_001]).bytes();
        assertProblem(bomb, Problem.TOO_LARGE);
        assertThat(bomb.length).isLessThan(500);
        byte[] lying = withIntInDirectory(bomb, 24, 10);
        assertThatThrownBy(() -> unpack(lying)).isInstanceOf(BadArchiveException.class);
    }

    @Test
    void acceptsContentOfExactlyTheLimit() throws Exception {
        unpack(new Zips().entry("zeros", 0100644, new byte[100_000]).bytes());
        assertProblem(
                new Zips()
                        .entry("zeros", 0100644, new byte[99_999])
                        .entry("more", 0100644, new byte[2])
                        .bytes(),
                Problem.TOO_LARGE);
    }

    @Test
    void refusesAnEmptyArchive() {
        assertProblem(new Zips().bytes(), Problem.EMPTY);
    }

    @Test
    void keepsTheExecutableBitAndMakesEverythingReadable() throws Exception {
        Path tree =
                unpack(
                        new Zips()
                                .file("bootstrap", 0100700, "#!/bin/sh")
                                .file("secret", 0100000, "unreadable mode")
                                .file("suid", 0104755, "x")
                                .dosFile("dos.txt", "x")
                                .folder("empty")
                                .file("./with/parents/made", 0100600, "x")
                                .link("with/link", "../bootstrap")
                                .link("task", "/var/task/with/parents")
                                .bytes());
        assertThat(mode(tree, "bootstrap")).isEqualTo("rwxr-xr-x");
        assertThat(mode(tree, "secret")).isEqualTo("rw-r--r--");
        assertThat(Files.getAttribute(tree.resolve("suid"), "unix:mode")).isEqualTo(0100755);
        assertThat(mode(tree, "dos.txt")).isEqualTo("rw-r--r--");
        assertThat(mode(tree, "empty")).isEqualTo("rwxr-xr-x");
        assertThat(mode(tree, "with/parents/made")).isEqualTo("rw-r--r--");
        assertThat(Files.readSymbolicLink(tree.resolve("with/link")).toString())
                .isEqualTo("../bootstrap");
        assertThat(Files.readSymbolicLink(tree.resolve("task")).toString())
                .isEqualTo("/var/task/with/parents");
    }

    @Test
    void anyTreeComesOutAsItWentIn() throws Exception {
        for (long seed = 0; seed < 40; seed++) {
            Random random = new Random(seed);
            Map<String, byte[]> files = randomTree(random);
            Zips zip = new Zips();
            files.forEach((path, content) -> zip.entry(path, 0100644, content));
            Path tree = Files.createDirectory(folder.resolve("t" + seed));
            var _ =
                    Archive.unpack(
                            new SeekableInMemoryByteChannel(zip.bytes()),
                            ArchiveLimits.DEFAULTS,
                            Place.TASK,
                            new FolderSink(tree));
            Map<String, byte[]> found = new TreeMap<>();
            try (Stream<Path> walk = Files.walk(tree)) {
                for (Path file : walk.filter(Files::isRegularFile).toList()) {
                    found.put(tree.relativize(file).toString(), Files.readAllBytes(file));
                }
            }
            assertThat(found.keySet()).as("seed %d", seed).isEqualTo(files.keySet());
            files.forEach((path, content) -> assertThat(found.get(path)).isEqualTo(content));
        }
    }

    @Test
    void damagedArchivesAreRefusedOrHarmlessAndNothingElse() throws Exception {
        byte[] good =
                new Zips()
                        .file("a.py", 0100755, "print('a')".repeat(20))
                        .folder("pkg")
                        .file("pkg/b.py", 0100644, "b")
                        .link("pkg/l", "../a.py")
                        .bytes();
        for (long seed = 0; seed < 3000; seed++) {
            Random random = new Random(seed);
            byte[] damaged = good.clone();
            for (int i = 0; i <= random.nextInt(4); i++) {
                damaged[random.nextInt(damaged.length)] = (byte) random.nextInt();
            }
            RecordingSink sink = new RecordingSink();
            try {
                var _ =
                        Archive.unpack(
                                new SeekableInMemoryByteChannel(damaged), SMALL, Place.TASK, sink);
            } catch (BadArchiveException refused) {
                assertThat(refused.getMessage()).isNotEmpty();
            } catch (RuntimeException e) {
                throw new AssertionError("seed " + seed, e);
            }
            for (String path : sink.paths) {
                assertThat(path)
                        .as("seed %d", seed)
                        .doesNotStartWith("/")
                        .doesNotContain("..", "\\", "\0");
            }
        }
    }

    private static final class RecordingSink implements TreeSink {
        private final List<String> paths = new ArrayList<>();

        @Override
        public void directory(String path) {
            paths.add(path);
        }

        @Override
        public java.io.OutputStream file(String path, boolean executable) {
            paths.add(path);
            return java.io.OutputStream.nullOutputStream();
        }

        @Override
        public void symbolicLink(String path, String target) {
            paths.add(path);
        }
    }

    private static Map<String, byte[]> randomTree(Random random) {
        Map<String, byte[]> files = new TreeMap<>();
        String[] parts = {"a", "b", "ü", "c d", "Ελ", "x.py", "-", "日本"};
        for (int i = 0; i < 1 + random.nextInt(20); i++) {
            StringBuilder path = new StringBuilder();
            for (int depth = random.nextInt(4); depth >= 0; depth--) {
                path.append("d").append(parts[random.nextInt(parts.length)]).append('/');
            }
            path.append("f").append(parts[random.nextInt(parts.length)]).append(i);
            byte[] content = new byte[random.nextInt(5000)];
            random.nextBytes(content);
            files.put(path.toString(), content);
        }
        return files;
    }

    private Path unpack(byte[] zip) throws IOException, BadArchiveException {
        Path tree = Files.createTempDirectory(folder, "tree");
        Archive.unpack(
                new SeekableInMemoryByteChannel(zip), SMALL, Place.TASK, new FolderSink(tree));
        return tree;
    }

    private void assertProblem(byte[] zip, Problem problem) {
        assertThatThrownBy(() -> unpack(zip))
                .isInstanceOfSatisfying(
                        BadArchiveException.class, e -> assertThat(e.problem()).isEqualTo(problem));
    }

    private static String mode(Path tree, String path) throws IOException {
        return PosixFilePermissions.toString(Files.getPosixFilePermissions(tree.resolve(path)));
    }

    private static byte[] many(int count) {
        Zips zip = new Zips();
        for (int i = 0; i < count; i++) {
            zip.file("f" + i, 0100644, "x");
        }
        return zip.bytes();
    }

    private static byte[] patched(byte[] zip, String from, String to) {
        return new String(zip, ISO_8859_1).replace(from, to).getBytes(ISO_8859_1);
    }

    private static ByteBuffer edit(byte[] zip) {
        return ByteBuffer.wrap(zip.clone()).order(ByteOrder.LITTLE_ENDIAN);
    }

    private static int directory(byte[] zip) {
        return edit(zip).getInt(zip.length - 22 + 16);
    }

    private static byte[] withFlag(byte[] zip, int flag) {
        return withShortInDirectory(zip, 8, flag);
    }

    private static byte[] withShortInDirectory(byte[] zip, int offset, int value) {
        return edit(zip).putShort(directory(zip) + offset, (short) value).array();
    }

    private static byte[] withIntInDirectory(byte[] zip, int offset, int value) {
        return edit(zip).putInt(directory(zip) + offset, value).array();
    }

    private static byte[] withShortAtEnd(byte[] zip, int offset, int value) {
        return edit(zip).putShort(zip.length - 22 + offset, (short) value).array();
    }

    private static byte[] withIntAtEnd(byte[] zip, int offset, int value) {
        return edit(zip).putInt(zip.length - 22 + offset, value).array();
    }

    /** Puts a zip64 end record with a false number of entries before the end record. */
    private static byte[] zip64(byte[] zip, long entries) {
        int end = zip.length - 22;
        int directory = directory(zip);
        ByteBuffer out = ByteBuffer.allocate(zip.length + 56 + 20).order(ByteOrder.LITTLE_ENDIAN);
        out.put(zip, 0, end);
        out.putInt(0x06064b50).putLong(44).putShort((short) 45).putShort((short) 45);
        out.putInt(0).putInt(0).putLong(entries).putLong(entries);
        out.putLong(end - directory).putLong(directory);
        out.putInt(0x07064b50).putInt(0).putLong(end).putInt(1);
        out.put(zip, end, 22);
        return out.array();
    }

    /** Two directory entries that share one local entry's bytes. */
    private static byte[] overlapping() {
        ByteArrayOutputStream all = new ByteArrayOutputStream();
        CRC32 crc = new CRC32();
        crc.update('x');
        ByteBuffer local = ByteBuffer.allocate(32).order(ByteOrder.LITTLE_ENDIAN);
        local.putInt(0x04034b50).putShort((short) 10).putShort((short) 0).putShort((short) 0);
        local.putInt(0).putInt((int) crc.getValue()).putInt(1).putInt(1);
        local.putShort((short) 1).putShort((short) 0).put((byte) 'a').put((byte) 'x');
        all.writeBytes(local.array());
        for (char name : new char[] {'a', 'b'}) {
            ByteBuffer header = ByteBuffer.allocate(47).order(ByteOrder.LITTLE_ENDIAN);
            header.putInt(0x02014b50).putShort((short) 10).putShort((short) 10);
            header.putShort((short) 0).putShort((short) 0).putInt(0);
            header.putInt((int) crc.getValue()).putInt(1).putInt(1).putShort((short) 1);
            header.putShort((short) 0).putShort((short) 0).putShort((short) 0);
            header.putShort((short) 0).putInt(0).putInt(0).put((byte) name);
            all.writeBytes(header.array());
        }
        ByteBuffer end = ByteBuffer.allocate(22).order(ByteOrder.LITTLE_ENDIAN);
        end.putInt(0x06054b50).putInt(0).putShort((short) 2).putShort((short) 2);
        end.putInt(94).putInt(32).putShort((short) 0);
        all.writeBytes(end.array());
        return all.toByteArray();
    }
}
