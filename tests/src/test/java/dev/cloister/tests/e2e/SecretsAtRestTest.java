package dev.cloister.tests.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import dev.cloister.tests.product.Archives;
import dev.cloister.tests.product.Installation;
import dev.cloister.tests.product.TestFunction;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Base64;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;
import software.amazon.awssdk.core.SdkBytes;
import software.amazon.awssdk.core.sync.RequestBody;
import software.amazon.awssdk.services.kms.KmsClient;
import software.amazon.awssdk.services.s3.S3Client;
import software.amazon.awssdk.services.sts.model.Credentials;

/**
 * Secrets planted wherever a user can put one are in no file of the data folder in clear, while the
 * server runs at its most talkative and after it was killed; and a backup, kept as the documents
 * say, opens in another folder.
 */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
final class SecretsAtRestTest {
    private static final String HANDLER =
            """
            # planted-code-5Yc1
            import os
            def handler(event, context):
                print("planted-log-8Ud3")
                return {"said": event["said"], "seen": os.environ["PLANTED"]}
            """;

    private final Installation installation = Installation.inNewFolder();
    private final Map<String, String> planted = new TreeMap<>();

    @AfterAll
    void end() {
        installation.close();
    }

    @Test
    void nothingPlantedIsInClearAndABackupOpensElsewhere(@TempDir Path folder) throws IOException {
        installation.up("--set", "server.log-level=debug", "--no-sample");
        TestFunction function = plant();
        assertNothingInClear("while the server runs");
        ProcessHandle.of(installation.processId()).orElseThrow().destroyForcibly();
        assertNothingInClear("after kill -9");
        installation.up("--set", "server.log-level=debug");
        assertThat(function.call("{\"said\": \"again\"}")).contains("planted-variable-2Gh9");
        crash();
        assertThat(installation.data().resolve("log/crash.log")).isNotEmptyFile();
        assertNothingInClear("after a crash");
        installation.up("--no-sample");
        installation.down().checked();
        assertNothingInClear("after the end");

        // As docs/keys.md has it: all but the keys to one place, the keys to another, and both
        // back.
        Path backup = folder.resolve("backup");
        Path keys = folder.resolve("keys");
        run("cp", "-a", installation.data().toString(), backup.toString());
        run("mv", backup.resolve("keys").toString(), keys.toString());
        assertNotOpenable(backup);
        run("cp", "-a", keys.toString(), backup.resolve("keys").toString());
        try (Installation restored = Installation.inFolder(backup)) {
            restored.up("--no-sample");
            assertThat(
                            restored.lambda()
                                    .invoke(
                                            r ->
                                                    r.functionName(function.name())
                                                            .payload(
                                                                    SdkBytes.fromUtf8String(
                                                                            "{\"said\": \"x\"}")))
                                    .payload()
                                    .asUtf8String())
                    .contains("planted-variable-2Gh9");
            assertThat(
                            restored.s3()
                                    .getObjectAsBytes(r -> r.bucket("planted").key("o"))
                                    .asUtf8String())
                    .isEqualTo(planted.get("object"));
        }
        installation.up("--no-sample");
    }

    /** The JVM writes its report of a crash, and no core file. */
    private void crash() throws IOException {
        ProcessHandle server = ProcessHandle.of(installation.processId()).orElseThrow();
        run("kill", "-SEGV", Long.toString(server.pid()));
        server.onExit().orTimeout(1, TimeUnit.MINUTES).join();
        try (Stream<Path> files = Files.walk(installation.data())) {
            assertThat(files).noneMatch(file -> file.getFileName().toString().startsWith("core"));
        }
    }

    private static void assertNotOpenable(Path backup) throws IOException {
        Installation without = Installation.inFolder(backup);
        assertThat(without.cloister("up", "--detach").output()).contains("root key");
        Files.deleteIfExists(backup.resolve("keys"));
    }

    private TestFunction plant() {
        planted.put("code", "planted-code-5Yc1");
        planted.put("log", "planted-log-8Ud3");
        planted.put("variable", "planted-variable-2Gh9");
        planted.put("payload", "planted-payload-7Ws4");
        planted.put("object", "planted-object-3Kp6");
        planted.put("layer", "planted-layer-9Rt2");
        planted.put("plaintext", "planted-plaintext-1Zx8");
        String layer =
                installation
                        .lambda()
                        .publishLayerVersion(
                                r ->
                                        r.layerName("planted")
                                                .content(
                                                        c ->
                                                                c.zipFile(
                                                                        Archives.zip(
                                                                                "python/planted.py",
                                                                                "# "
                                                                                        + planted
                                                                                                .get(
                                                                                                        "layer")))))
                        .layerVersionArn();
        TestFunction function =
                TestFunction.python(
                        installation,
                        installation.lambda(),
                        HANDLER,
                        f ->
                                f.layers(layer)
                                        .environment(
                                                e ->
                                                        e.variables(
                                                                Map.of(
                                                                        "PLANTED",
                                                                        "planted-variable-2Gh9"))));
        assertThat(function.call("{\"said\": \"planted-payload-7Ws4\"}"))
                .contains("planted-payload-7Ws4");
        S3Client s3 = installation.s3();
        s3.createBucket(r -> r.bucket("planted"));
        s3.putObject(
                r -> r.bucket("planted").key("o"), RequestBody.fromString(planted.get("object")));
        KmsClient kms = installation.kms();
        String key = kms.createKey(_ -> {}).keyMetadata().keyId();
        SdkBytes blob =
                kms.encrypt(
                                r ->
                                        r.keyId(key)
                                                .plaintext(
                                                        SdkBytes.fromUtf8String(
                                                                planted.get("plaintext"))))
                        .ciphertextBlob();
        planted.put(
                "data key",
                HexFormat.of()
                        .formatHex(
                                kms.generateDataKey(r -> r.keyId(key).keySpec("AES_256"))
                                        .plaintext()
                                        .asByteArray()));
        assertThat(kms.decrypt(r -> r.ciphertextBlob(blob)).plaintext().asUtf8String())
                .isEqualTo(planted.get("plaintext"));
        plantCredentials();
        return function;
    }

    /** An IAM user's access key and a session. */
    private void plantCredentials() {
        installation.aws("iam", "create-user", "--user-name", "planted").checked();
        planted.put(
                "access key",
                installation
                        .aws(
                                "iam",
                                "create-access-key",
                                "--user-name",
                                "planted",
                                "--query",
                                "AccessKey.SecretAccessKey",
                                "--output",
                                "text")
                        .checked()
                        .strip());
        Credentials session = installation.sts().getSessionToken(_ -> {}).credentials();
        planted.put("session secret", session.secretAccessKey());
        planted.put("session token", session.sessionToken());
    }

    private void assertNothingInClear(String when) throws IOException {
        List<String> found = new ArrayList<>();
        try (Stream<Path> files =
                Files.walk(installation.data()).filter(file -> Files.isRegularFile(file))) {
            for (Path file : files.toList()) {
                String text = read(file);
                planted.forEach(
                        (what, secret) -> {
                            for (String form : forms(secret)) {
                                if (text.contains(form)) {
                                    found.add(what + " in " + file);
                                }
                            }
                        });
            }
        }
        assertThat(found).as(when).isEmpty();
    }

    /** As it is, in Base64 and in hexadecimal digits; a data key also as its bytes. */
    private static List<String> forms(String secret) {
        byte[] bytes = secret.getBytes(StandardCharsets.UTF_8);
        List<String> forms =
                new ArrayList<>(
                        List.of(
                                secret,
                                Base64.getEncoder().withoutPadding().encodeToString(bytes),
                                HexFormat.of().formatHex(bytes)));
        if (secret.matches("[0-9a-f]{64}")) {
            forms.add(new String(HexFormat.of().parseHex(secret), StandardCharsets.ISO_8859_1));
        }
        return forms;
    }

    private static String read(Path file) {
        try {
            return Files.readString(file, StandardCharsets.ISO_8859_1);
        } catch (NoSuchFileException e) {
            return ""; // gone since it was listed
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static void run(String... command) throws IOException {
        Process process = new ProcessBuilder(command).inheritIO().start();
        try {
            assertThat(process.waitFor()).isZero();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(e);
        }
    }
}
