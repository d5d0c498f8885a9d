package dev.cloister.tests.crash;

import static org.assertj.core.api.Assertions.assertThat;

import dev.cloister.tests.product.Installation;
import dev.cloister.tests.product.SharedImages;
import dev.cloister.tests.product.TestFunction;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import software.amazon.awssdk.services.lambda.LambdaClient;

/** {@code kill -9} while a new version of a runtime is built, by a package tool that never ends. */
@SuppressWarnings("NullAway.Init")
final class RuntimeBuildKillTest {
    private static final String RUNTIME = "python3.13";
    private static final long LIMIT = TimeUnit.SECONDS.toNanos(60);

    @TempDir Path programs;

    @Test
    void theOldVersionStaysInUseAndNothingOfTheBuildIsLeft() throws Exception {
        Path begun = programs.resolve("begun");
        neverEndingPackageTool(begun);
        try (Installation installation = Installation.withOwnRuntimes();
                ExecutorService command = Executors.newSingleThreadExecutor()) {
            Path home = installation.data().resolve("runtimes").resolve(RUNTIME);
            SharedImages.copyNewest(RUNTIME, home);
            installation.up("--no-sample");
            try (LambdaClient lambda = installation.lambda();
                    TestFunction function =
                            TestFunction.python(
                                    installation, lambda, "def handler(e, c):\n    return e")) {
                List<String> before = versions(home);
                installation.down().checked();
                installation.preferPrograms(Optional.of(programs));
                installation.up("--no-sample");
                for (int round = 0; round < 2; round++) {
                    Future<?> update = command.submit(() -> update(installation));
                    await(() -> Files.exists(begun), "the build did not begin");
                    ProcessHandle tool = tool(begun);
                    assertThat(home.resolve(".build/tree/half")).exists();

                    kill(installation);
                    await(() -> !tool.isAlive(), "the package tool outlived the server");
                    update.get(60, TimeUnit.SECONDS);
                    Files.delete(begun);
                    installation.up("--no-sample");

                    assertThat(home.resolve(".build")).doesNotExist();
                    assertThat(versions(home)).isEqualTo(before);
                    assertThat(function.call("1")).isEqualTo("1");
                }
            }
        }
    }

    /** Does as mmdebstrap until its tree is half there; its last argument is the tree. */
    private void neverEndingPackageTool(Path begun) throws IOException {
        Path program = programs.resolve("mmdebstrap");
        Files.writeString(
                program,
                """
                #!/bin/sh
                for tree; do :; done
                mkdir -p "$tree"
                echo half > "$tree/half"
                # A process of its own, as apt-get is mmdebstrap's.
                sh -c 'sleep 987654' &
                # The host's /proc has its own number of this process, which is awk's parent.
                awk '/^PPid:/ {print $2}' /proc/self/status > %s.new
                mv %s.new %s
                wait
                """
                        .formatted(begun, begun, begun));
        assertThat(program.toFile().setExecutable(true)).isTrue();
    }

    private static ProcessHandle tool(Path begun) throws IOException {
        String parent = Files.readAllLines(begun).getLast();
        return ProcessHandle.of(Long.parseLong(parent)).orElseThrow();
    }

    private static void update(Installation installation) {
        // It fails with its server; what matters is what stays.
        installation.cloister("runtimes", "update", RUNTIME, "--force");
    }

    private static void kill(Installation installation) throws Exception {
        ProcessHandle server = ProcessHandle.of(installation.processId()).orElseThrow();
        server.destroyForcibly();
        server.onExit().get(10, TimeUnit.SECONDS);
    }

    private static List<String> versions(Path home) throws IOException {
        try (var all = Files.list(home)) {
            return all.map(file -> file.getFileName().toString())
                    .filter(name -> name.startsWith("v"))
                    .sorted()
                    .toList();
        }
    }

    private interface Condition {
        boolean holds();
    }

    private static void await(Condition condition, String otherwise) {
        long start = System.nanoTime();
        while (!condition.holds()) {
            if (System.nanoTime() - start > LIMIT) {
                throw new AssertionError(otherwise);
            }
            LockSupport.parkNanos(20_000_000);
        }
    }
}
