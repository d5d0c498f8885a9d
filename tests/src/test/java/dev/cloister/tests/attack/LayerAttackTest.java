package dev.cloister.tests.attack;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.cloister.tests.product.Installation;
import dev.cloister.tests.product.SharedInstallation;
import dev.cloister.tests.product.TestFunction;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.UUID;
import java.util.stream.Stream;
import org.apache.commons.compress.archivers.zip.ZipArchiveEntry;
import org.apache.commons.compress.archivers.zip.ZipArchiveOutputStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.extension.ExtendWith;
import software.amazon.awssdk.core.SdkBytes;
import software.amazon.awssdk.services.lambda.LambdaClient;
import software.amazon.awssdk.services.lambda.model.InvalidParameterValueException;

/** Layers made to break out of {@code /opt}, into each other, or into the host. */
@ExtendWith(SharedInstallation.class)
final class LayerAttackTest {
    private static final int FILE = 0100644;
    private static final int SETUID_PROGRAM = 0104755;
    private static final int LINK = 0120777;
    private static final int DEVICE = 060666;
    private static final String UNREADABLE =
            "Could not unzip uploaded file. Please check your file, then try to upload again.";

    private final Installation installation;
    private LambdaClient lambda;

    LayerAttackTest(Installation installation) {
        this.installation = installation;
    }

    @BeforeEach
    void open() {
        lambda = installation.lambda();
    }

    @AfterEach
    void close() {
        lambda.close();
    }

    /** A text, and so many zeros after it. */
    private record Entry(String name, int mode, String text, int zeros) {
        Entry(String name, int mode, String text) {
            this(name, mode, text, 0);
        }

        void writeTo(OutputStream out) throws IOException {
            out.write(text.getBytes(StandardCharsets.UTF_8));
            byte[] chunk = new byte[1 << 16];
            for (int left = zeros; left > 0; left -= chunk.length) {
                out.write(chunk, 0, Math.min(left, chunk.length));
            }
        }
    }

    private static SdkBytes zip(Entry... entries) {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (ZipArchiveOutputStream zip = new ZipArchiveOutputStream(bytes)) {
            for (Entry each : entries) {
                ZipArchiveEntry entry = new ZipArchiveEntry(each.name);
                entry.setUnixMode(each.mode);
                zip.putArchiveEntry(entry);
                each.writeTo(zip);
                zip.closeArchiveEntry();
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return SdkBytes.fromByteArray(bytes.toByteArray());
    }

    private static String published(LambdaClient lambda, SdkBytes zip) {
        return lambda.publishLayerVersion(
                        r ->
                                r.layerName("attack-" + UUID.randomUUID())
                                        .content(c -> c.zipFile(zip)))
                .layerVersionArn();
    }

    private record Attack(String name, SdkBytes zip, String refusal) {}

    @TestFactory
    Stream<DynamicTest> hostileLayersAreRefused() {
        Path outside = Path.of("/tmp/cloister-layer-escape-" + UUID.randomUUID());
        String name = outside.getFileName().toString();
        return Stream.of(
                        new Attack(
                                "a name that climbs out",
                                zip(new Entry("../".repeat(20) + "tmp/" + name, FILE, "x")),
                                UNREADABLE),
                        new Attack(
                                "an absolute name",
                                zip(new Entry(outside.toString(), FILE, "x")),
                                UNREADABLE),
                        new Attack(
                                "a file below a link that leads out",
                                zip(
                                        new Entry("python", LINK, "/tmp"),
                                        new Entry("python/" + name, FILE, "x")),
                                UNREADABLE),
                        new Attack(
                                "a link into the function's code",
                                zip(new Entry("python", LINK, "/var/task")),
                                UNREADABLE),
                        new Attack(
                                "a link above its root",
                                zip(new Entry("a/b", LINK, "../../etc/shadow")),
                                UNREADABLE),
                        new Attack(
                                "a link above its root by way of it",
                                zip(new Entry("a", LINK, "/opt/../etc/shadow")),
                                UNREADABLE),
                        new Attack("a device", zip(new Entry("disk", DEVICE, "")), UNREADABLE),
                        new Attack(
                                "a bomb",
                                zip(new Entry("zeros", FILE, "x", 262_144_000)),
                                "Unzipped size must be smaller than 262144000 bytes"))
                .map(
                        attack ->
                                DynamicTest.dynamicTest(
                                        attack.name,
                                        () -> {
                                            try (LambdaClient client = installation.lambda()) {
                                                assertThatThrownBy(
                                                                () -> published(client, attack.zip))
                                                        .isInstanceOf(
                                                                InvalidParameterValueException
                                                                        .class)
                                                        .hasMessageContaining(attack.refusal);
                                            }
                                            assertThat(Files.exists(outside)).isFalse();
                                        }));
    }

    @Test
    void oneLayersLinkDoesNotLeadAnothersFilesAstray() {
        String links =
                published(
                        lambda,
                        zip(
                                new Entry("kept/shared.py", FILE, "WHO = 'kept'"),
                                new Entry("python", LINK, "kept")));
        String writer =
                published(lambda, zip(new Entry("python/shared.py", FILE, "WHO = 'writer'")));
        String source =
                """
                import os
                def handler(event, context):
                    with open("/opt/kept/shared.py") as kept, open("/opt/python/shared.py") as given:
                        return [kept.read(), given.read(), os.path.islink("/opt/python")]
                """;
        try (TestFunction function =
                TestFunction.python(installation, lambda, source, r -> r.layers(links, writer))) {
            assertThat(function.call("{}"))
                    .isEqualTo("[\"WHO = 'kept'\", \"WHO = 'writer'\", false]");
        }
    }

    @Test
    void layersAreReadOnlyGiveNoPrivilegeAndReachNobodyElse() {
        String layer =
                published(
                        lambda,
                        zip(
                                new Entry("bin/become", SETUID_PROGRAM, "#!/bin/bash\nid -u\n"),
                                new Entry("secret", FILE, "of one function")));
        String source =
                """
                import errno, os, subprocess

                def refused(attempt):
                    try:
                        attempt()
                        return "allowed"
                    except OSError as e:
                        return errno.errorcode[e.errno]

                def handler(event, context):
                    if not os.path.exists("/opt/bin"):
                        return [os.path.exists("/opt/secret")]
                    return [
                        refused(lambda: open("/opt/secret", "a")),
                        refused(lambda: open("/opt/new", "w")),
                        refused(lambda: os.remove("/opt/secret")),
                        refused(lambda: os.chmod("/opt/secret", 0o777)),
                        oct(os.stat("/opt/bin/become").st_mode & 0o7000),
                        subprocess.run(["become"], capture_output=True, text=True).stdout.strip()
                        == str(os.getuid()),
                    ]
                """;
        try (TestFunction owner =
                        TestFunction.python(installation, lambda, source, r -> r.layers(layer));
                TestFunction other = TestFunction.python(installation, lambda, source)) {
            assertThat(owner.call("{}"))
                    .isEqualTo("[\"EROFS\", \"EROFS\", \"EROFS\", \"EROFS\", \"0o0\", true]");
            assertThat(other.call("{}")).isEqualTo("[false]");
        }
    }
}
