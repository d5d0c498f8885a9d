package dev.cloister.functions.code;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class CodePackagerTest {
    private static final Path MKFS = Path.of("/usr/bin/mkfs.erofs");
    private static final int EROFS_MAGIC = 0xE0F5E1E2;
    private static final Duration LIMIT = Duration.ofSeconds(60);

    @TempDir Path folder;

    @BeforeEach
    void needsMkfs() {
        Assumptions.assumeTrue(Files.isExecutable(MKFS), "erofs-utils is not installed");
    }

    @Test
    void makesTheSameErofsImageOfTheSameContent() throws Exception {
        CodePackager packager =
                new CodePackager(folder.resolve("work"), new ErofsImageBuilder(MKFS, LIMIT));
        byte[] zip =
                new Zips()
                        .file("lambda_function.py", 0100644, "def handler(e, c): return e")
                        .file("bin/tool", 0100755, "#!/bin/sh")
                        .link("tool", "bin/tool")
                        .bytes();
        try (PackedImage first = packager.build(new ByteArrayInputStream(zip));
                PackedImage second = packager.build(new ByteArrayInputStream(zip))) {
            assertThat(first.sha256()).isEqualTo(second.sha256());
            byte[] image = Files.readAllBytes(first.file());
            assertThat(first.size()).isEqualTo(image.length);
            assertThat(ByteBuffer.wrap(image).order(ByteOrder.LITTLE_ENDIAN).getInt(1024))
                    .isEqualTo(EROFS_MAGIC);
        }
        assertThat(folder.resolve("work")).isEmptyDirectory();
    }

    @Test
    void theImageHoldsWhatTheArchiveHeld() throws Exception {
        Path fsck = Path.of("/usr/bin/fsck.erofs");
        Assumptions.assumeTrue(Files.isExecutable(fsck), "fsck.erofs is not installed");
        CodePackager packager =
                new CodePackager(folder.resolve("work"), new ErofsImageBuilder(MKFS, LIMIT));
        byte[] zip =
                new Zips()
                        .file("ü/handler.py", 0100600, "x = 1\n".repeat(5000))
                        .file("bootstrap", 0104700, "#!/bin/sh")
                        .link("ü/link", "../bootstrap")
                        .folder("empty")
                        .bytes();
        Path out = folder.resolve("out");
        try (PackedImage image = packager.build(new ByteArrayInputStream(zip))) {
            Process extract =
                    new ProcessBuilder(fsck.toString(), "--extract=" + out, image.file().toString())
                            .inheritIO()
                            .start();
            assertThat(extract.waitFor()).isZero();
        }
        assertThat(out.resolve("ü/handler.py")).hasContent("x = 1\n".repeat(5000));
        assertThat(Files.getAttribute(out.resolve("ü/handler.py"), "unix:mode")).isEqualTo(0100644);
        assertThat(Files.getAttribute(out.resolve("bootstrap"), "unix:mode")).isEqualTo(0100755);
        assertThat(Files.readSymbolicLink(out.resolve("ü/link")).toString())
                .isEqualTo("../bootstrap");
        assertThat(out.resolve("empty")).isEmptyDirectory();
    }

    @Test
    void leavesNothingBehindWhenTheArchiveIsBadOrTheProgramFails() throws Exception {
        CodePackager packager =
                new CodePackager(folder.resolve("work"), new ErofsImageBuilder(MKFS, LIMIT));
        assertThatThrownBy(() -> packager.build(new ByteArrayInputStream(new byte[100])))
                .isInstanceOf(BadArchiveException.class);
        Path failing = script("echo no space left on device; exit 3");
        CodePackager broken =
                new CodePackager(folder.resolve("work"), new ErofsImageBuilder(failing, LIMIT));
        assertThatThrownBy(() -> broken.build(new ByteArrayInputStream(Zips.handler("x"))))
                .isInstanceOf(IOException.class)
                .hasMessageContaining("ended with 3: no space left on device");
        assertThat(folder.resolve("work")).isEmptyDirectory();
    }

    @Test
    void killsAProgramThatDoesNotEnd() throws Exception {
        Path endless = script("exec sleep 1000");
        CodePackager packager =
                new CodePackager(
                        folder.resolve("work"),
                        new ErofsImageBuilder(endless, Duration.ofMillis(200)));
        assertThatThrownBy(() -> packager.build(new ByteArrayInputStream(Zips.handler("x"))))
                .hasMessageContaining("did not end within");
        assertThat(folder.resolve("work")).isEmptyDirectory();
    }

    @Test
    void removesWhatAnEarlierRunLeft() throws Exception {
        Path left = Files.createDirectories(folder.resolve("work/package-1/tree/deep"));
        Files.writeString(left.resolve("code"), "in clear");
        CodePackager packager =
                new CodePackager(folder.resolve("work"), new ErofsImageBuilder(MKFS, LIMIT));
        assertThat(folder.resolve("work")).isEmptyDirectory();
        var _ = packager.check(Zips.handler("x"), Place.TASK);
    }

    private Path script(String body) throws IOException {
        Path script = folder.resolve("mkfs-" + body.length());
        Files.writeString(script, "#!/bin/sh\n" + body + "\n");
        return Files.setPosixFilePermissions(script, PosixFilePermissions.fromString("rwxr-xr-x"));
    }
}
