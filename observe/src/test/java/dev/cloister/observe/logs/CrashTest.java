package dev.cloister.observe.logs;

import static dev.cloister.observe.logs.TestStore.group;
import static org.assertj.core.api.Assertions.assertThat;

import dev.cloister.observe.LogSettings;
import dev.cloister.observe.LogStore.LogWriter;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.RepeatedTest;
import org.junit.jupiter.api.RepetitionInfo;
import org.junit.jupiter.api.io.TempDir;

/** A process that is killed with SIGKILL while it writes loses nothing that it acknowledged. */
final class CrashTest {
    @TempDir Path folder;

    /** The child: puts events and says which were acknowledged, and appends others all the time. */
    public static void main(String[] args) {
        LogSettings settings =
                LogSettings.defaults()
                        .withIntervals(
                                Duration.ofMillis(3), Duration.ofMillis(50), Duration.ofDays(1))
                        .withDisk(1 << 30, 1 << 29, 32 << 10)
                        .withBuffers(4096, 1 << 20, 1L << 40);
        TestStore store = new TestStore(Path.of(args[0]), settings);
        LogWriter appended = store.open("appended", "s");
        store.store()
                .catalog()
                .createGroup(group("put"), java.util.Map.of(), java.util.Optional.empty());
        store.store().catalog().createStream(group("put"), "s");
        for (int i = 0; ; i++) {
            appended.append(store.events("a" + i, "x".repeat(i % 500)));
            store.store().put(group("put"), "s", store.events("p" + i));
            System.out.println("p" + i);
        }
    }

    @RepeatedTest(3)
    void killedProcessLosesNothingAcknowledged(RepetitionInfo repetition) throws Exception {
        Random random = new Random(4000L + repetition.getCurrentRepetition());
        Process child =
                new ProcessBuilder(
                                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                                "--enable-native-access=ALL-UNNAMED",
                                "-cp",
                                System.getProperty("java.class.path"),
                                CrashTest.class.getName(),
                                folder.toString())
                        .redirectError(ProcessBuilder.Redirect.INHERIT)
                        .start();
        int acknowledged = killAfter(child, 100 + random.nextInt(1_000));
        try (TestStore store = new TestStore(folder, TestStore.QUIET)) {
            List<String> put = store.messages("put", "s");
            assertThat(put).hasSizeGreaterThanOrEqualTo(acknowledged);
            for (int i = 0; i < put.size(); i++) {
                assertThat(put.get(i)).isEqualTo("p" + i);
            }
            List<String> appended =
                    store.messages("appended", "s").stream()
                            .filter(m -> m.startsWith("a"))
                            .toList();
            assertThat(appended).isNotEmpty();
            for (int i = 0; i < appended.size(); i++) {
                assertThat(appended.get(i)).isEqualTo("a" + i);
            }
            assertThat(store.store().catalog().stream(group("put"), "s").hasEvents()).isTrue();
            try (LogWriter writer = store.open("appended", "s")) {
                writer.append(store.events("alive"));
            }
            assertThat(store.messages("appended", "s")).endsWith("alive");
        }
    }

    private static int killAfter(Process child, int lines)
            throws IOException, InterruptedException {
        int acknowledged = 0;
        try (BufferedReader out =
                new BufferedReader(
                        new InputStreamReader(child.getInputStream(), StandardCharsets.UTF_8))) {
            String line = out.readLine();
            while (line != null) {
                acknowledged++;
                if (acknowledged == lines) {
                    child.toHandle().destroyForcibly(); // SIGKILL; the pipe stays readable
                }
                line = out.readLine();
            }
        }
        assertThat(child.waitFor()).isEqualTo(128 + 9);
        assertThat(acknowledged).isGreaterThanOrEqualTo(lines);
        return acknowledged;
    }
}
