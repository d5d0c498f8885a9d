package dev.cloister.runtimes;

import static org.assertj.core.api.Assertions.assertThat;

import dev.cloister.runtimes.RunningFunction.Outcome;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Builds the real images (into {@code -Dcloister.images}, kept between runs) and runs the semantics
 * of each language in them. Needs root and, the first time, the network.
 */
@Tag("images")
@SuppressWarnings("NullAway.Init")
class ImagesTest {
    private static final DebianRuntimeImages IMAGES =
            new DebianRuntimeImages(
                    Path.of(System.getProperty("cloister.images", "/var/tmp/cloister-images")),
                    new StandardRuntimeCatalog(),
                    HostTools.onPath());

    @TempDir static Path mountPoint;
    @TempDir Path task;

    private static Launcher launcher(String identifier) {
        try {
            return new ImageLauncher(
                    IMAGES.ensure(identifier, System.out::println), mountPoint.resolve(identifier));
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }

    @Nested
    class Python311 extends PythonSemantics {
        @Override
        Launcher launcher() {
            return ImagesTest.launcher("python3.11");
        }

        @Override
        String taskRoot() {
            return "/var/task";
        }
    }

    @Nested
    class Python313 extends PythonSemantics {
        @Override
        Launcher launcher() {
            return ImagesTest.launcher("python3.13");
        }

        @Override
        String taskRoot() {
            return "/var/task";
        }
    }

    @Nested
    class Node20 extends NodeSemantics {
        @Override
        Launcher launcher() {
            return ImagesTest.launcher("nodejs20.x");
        }

        @Override
        String taskRoot() {
            return "/var/task";
        }
    }

    @Nested
    class Node22 extends NodeSemantics {
        @Override
        Launcher launcher() {
            return ImagesTest.launcher("nodejs22.x");
        }

        @Override
        String taskRoot() {
            return "/var/task";
        }
    }

    @Nested
    class Java21 extends JavaSemantics {
        @Override
        Launcher launcher() {
            return ImagesTest.launcher("java21");
        }

        @Override
        String taskRoot() {
            return "/var/task";
        }
    }

    @Nested
    class Java25 extends JavaSemantics {
        @Override
        Launcher launcher() {
            return ImagesTest.launcher("java25");
        }

        @Override
        String taskRoot() {
            return "/var/task";
        }
    }

    @Nested
    class Ruby33 extends RubySemantics {
        @Override
        Launcher launcher() {
            return ImagesTest.launcher("ruby3.3");
        }

        @Override
        String taskRoot() {
            return "/var/task";
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"java21", "java25"})
    void aJavaProcessPreparedForAnotherMemorySizeStartsAnew(String identifier) throws Exception {
        Files.createDirectories(task.resolve("example"));
        JavaSources.compile(
                task,
                "package example; public class App { public long x() {"
                        + " return Runtime.getRuntime().maxMemory() >> 20; } }");
        try (RunningFunction function =
                RunningFunction.prepared(
                        launcher(identifier),
                        task,
                        "example.App::x",
                        Map.of("LAMBDA_TASK_ROOT", "/var/task"))) {
            assertThat(function.invoke("{}").json().asInt()).isBetween(200, 217);
        }
    }

    @Test
    void aCustomRuntimeIsTheFunctionsBootstrap() throws Exception {
        script(
                "bootstrap",
                """
                #!/bin/sh
                api=http://$AWS_LAMBDA_RUNTIME_API/2018-06-01/runtime
                while :; do
                  event=$(curl -sS -D /tmp/headers "$api/invocation/next")
                  id=$(grep -i request-id /tmp/headers | awk '{print $2}' | tr -d '\\r')
                  curl -sS -o /dev/null -d "$event" "$api/invocation/$id/response"
                done
                """);
        try (RunningFunction function =
                new RunningFunction(launcher("provided.al2023"), task, "any")) {
            assertThat(function.invoke("{\"a\":1}").posted().body()).isEqualTo("{\"a\":1}");
            assertThat(function.invoke("[2]").posted().body()).isEqualTo("[2]");
        }
    }

    @Test
    void aMissingBootstrapIsReported() throws Exception {
        try (RunningFunction function =
                new RunningFunction(launcher("provided.al2023"), task, "any")) {
            Outcome outcome = function.await();
            assertThat(outcome.posted().path()).isEqualTo("/2018-06-01/runtime/init/error");
            assertThat(outcome.posted().body())
                    .isEqualTo(
                            "{\"errorMessage\":\"Couldn't find valid bootstrap(s): [/var/task/bootstrap"
                                    + " /opt/bootstrap]\",\"errorType\":\"Runtime.InvalidEntrypoint\"}");
            assertThat(function.exitStatus()).isEqualTo(1);
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"python3.13", "nodejs22.x", "java25", "ruby3.3"})
    void aWrapperScriptGetsTheCommand(String identifier) throws Exception {
        script("wrapper", "#!/bin/bash\necho \"wrapping $1\"\nexit 5\n");
        try (RunningFunction function =
                new RunningFunction(
                        launcher(identifier),
                        task,
                        "app.handler",
                        Map.of("AWS_LAMBDA_EXEC_WRAPPER", "/var/task/wrapper"))) {
            assertThat(function.exitStatus()).isEqualTo(5);
            assertThat(function.printed()).startsWith("wrapping /var/lang/bin/");
        }
        try (RunningFunction function =
                new RunningFunction(
                        launcher(identifier),
                        task,
                        "app.handler",
                        Map.of("AWS_LAMBDA_EXEC_WRAPPER", "/opt/none"))) {
            assertThat(function.exitStatus()).isEqualTo(127);
            assertThat(function.printed()).startsWith("/opt/none: does not exist");
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"python3.11", "python3.13"})
    void pythonHasBoto3(String identifier) throws Exception {
        script(
                "app.py",
                """
                import boto3, locale, ssl, sqlite3, zoneinfo, ctypes, lzma, bz2, decimal
                def handler(event, context):
                    for name in ('s3', 'sqs', 'lambda', 'dynamodb'):
                        boto3.client(name, region_name='eu-west-1')
                    return [len(ssl.create_default_context().get_ca_certs()) > 100 or
                            ssl.get_default_verify_paths().cafile is not None,
                            locale.setlocale(locale.LC_ALL, ''),
                            str(zoneinfo.ZoneInfo('Asia/Tokyo'))]
                """);
        try (RunningFunction function =
                new RunningFunction(launcher(identifier), task, "app.handler")) {
            assertThat(function.invoke("{}").posted().body())
                    .isEqualTo("[true, \"en_US.UTF-8\", \"Asia/Tokyo\"]");
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"nodejs20.x", "nodejs22.x"})
    void nodeHasTheAwsSdk(String identifier) throws Exception {
        script(
                "index.mjs",
                """
                import { createRequire } from 'module';
                const require = createRequire(import.meta.url);
                const names = ['cloudwatch-logs', 'dynamodb', 'eventbridge', 'kms', 'lambda', 's3',
                    'secrets-manager', 'sns', 'sqs', 'ssm', 'sts'];
                export const handler = async () => {
                    const found = names.map((n) => Object.keys(require('@aws-sdk/client-' + n))
                        .some((k) => k.endsWith('Client')));
                    const { SQSClient, ListQueuesCommand } = require('@aws-sdk/client-sqs');
                    const { DynamoDBDocumentClient } = require('@aws-sdk/lib-dynamodb');
                    const client = new SQSClient({ endpoint: 'http://127.0.0.1:1', region: 'eu-west-1',
                        credentials: { accessKeyId: 'a', secretAccessKey: 'b' }, maxAttempts: 1 });
                    const code = await client.send(new ListQueuesCommand({})).catch((e) => e.code);
                    return [found.every(Boolean), typeof DynamoDBDocumentClient, code];
                };
                """);
        try (RunningFunction function =
                new RunningFunction(launcher(identifier), task, "index.handler")) {
            assertThat(function.invoke("{}").posted().body())
                    .isEqualTo("[true,\"function\",\"ECONNREFUSED\"]");
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "python3.11",
                "python3.13",
                "nodejs20.x",
                "nodejs22.x",
                "java21",
                "java25",
                "ruby3.3",
                "provided.al2023"
            })
    void everyImageIsSealed(String identifier) throws Exception {
        RuntimeImage image = IMAGES.ensure(identifier, System.out::println);
        Path mount = Files.createDirectories(mountPoint.resolve("sealed-" + identifier));
        String script =
                """
                mount -t erofs -o ro "$1" "$2" && cd "$2"
                find . -xdev \\( -perm /6000 -o ! -uid 0 -o ! -gid 0 -o -type b -o -type c \\) -print
                find . -xdev ! -type l ! -perm -o+r -print
                find . -xdev ! -type l ! -path ./tmp -perm /o+w -print
                for need in var/task opt var/runtime tmp dev proc etc/hosts; do
                  test -e $need || echo "no $need"
                done
                cat etc/resolv.conf
                grep sbx etc/passwd
                stat -c %a tmp
                """;
        Process process =
                new ProcessBuilder(
                                "unshare",
                                "--mount",
                                "bash",
                                "-c",
                                script,
                                "bash",
                                image.file().toString(),
                                mount.toString())
                        .redirectErrorStream(true)
                        .start();
        String printed =
                new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertThat(printed)
                .isEqualTo(
                        """
                        nameserver 169.254.100.1
                        sbx_user1051:x:993:990::/home/sbx_user1051:/sbin/nologin
                        1777
                        """);
        assertThat(image.versionSha()).matches("[0-9a-f]{64}");
        assertThat(ImageFolder.sha256(image.file())).isEqualTo(image.versionSha());
    }

    private void script(String name, String source) throws IOException {
        Files.writeString(task.resolve(name), source);
        assertThat(task.resolve(name).toFile().setExecutable(true, false)).isTrue();
    }
}
