package dev.cloister.storage;

import static org.assertj.core.api.Assertions.assertThat;

import dev.cloister.storage.ArtifactStore.ArtifactId;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * Kills a writing process with SIGKILL; all it acknowledged must be there, and nothing by halves.
 */
@Timeout(120)
final class CrashTest {
    private static final int ROUNDS = 4;

    @TempDir private Path folder;

    /** Lets a child write until it has acknowledged so many writes, then kills it at once. */
    private List<Long> writeAndKill(String what, long first, int acknowledgements)
            throws IOException, InterruptedException {
        Process child =
                new ProcessBuilder(
                                ProcessHandle.current().info().command().orElse("java"),
                                "--enable-native-access=ALL-UNNAMED",
                                "-XX:+UseSerialGC",
                                "-XX:TieredStopAtLevel=1",
                                "-cp",
                                System.getProperty("java.class.path"),
                                CrashChild.class.getName(),
                                what,
                                folder.toString(),
                                Long.toString(first))
                        .redirectError(ProcessBuilder.Redirect.INHERIT)
                        .start();
        List<Long> acknowledged = new ArrayList<>();
        try (BufferedReader lines = child.inputReader()) {
            while (acknowledged.size() < acknowledgements) {
                acknowledged.add(Long.parseLong(next(lines)));
            }
            // By its handle: Process.destroyForcibly would close the pipe with lines still in it.
            child.toHandle().destroyForcibly();
            assertThat(child.waitFor(30, TimeUnit.SECONDS)).isTrue();
            // What was printed between the last line read and the kill was acknowledged as well.
            lines.lines().map(Long::parseLong).forEach(acknowledged::add);
        } finally {
            child.destroyForcibly();
        }
        assertThat(child.exitValue()).as("killed by SIGKILL").isEqualTo(137);
        return acknowledged;
    }

    private static String next(BufferedReader lines) throws IOException {
        String line = lines.readLine();
        if (line == null) {
            throw new AssertionError("the child ended before it was killed");
        }
        return line;
    }

    @Test
    void everyAcknowledgedWriteOutlivesAKill() throws Exception {
        long seed = System.nanoTime();
        Random random = new Random(seed);
        List<Long> acknowledged = new ArrayList<>();
        for (int round = 0; round < ROUNDS; round++) {
            acknowledged.addAll(
                    writeAndKill("database", 1_000_000L * round, 1 + random.nextInt(2_000)));
            try (SqliteDatabase database =
                    new SqliteDatabase(folder.resolve("state.db"), List.of(CrashChild.PAIRS))) {
                database.verify();
                List<Long> left = numbers(database, "SELECT n FROM left_half ORDER BY n");
                List<Long> right = numbers(database, "SELECT n FROM right_half ORDER BY n");
                assertThat(left).as("seed %d, round %d", seed, round).isEqualTo(right);
                assertThat(new java.util.HashSet<>(left))
                        .as("seed %d, round %d", seed, round)
                        .containsAll(acknowledged);
            }
        }
    }

    private static List<Long> numbers(Database database, String query) {
        return database.read(handle -> handle.select(query).mapTo(Long.class).list());
    }

    @Test
    void everyAcknowledgedArtifactOutlivesAKillAndHalfOnesAreRemoved() throws Exception {
        long seed = System.nanoTime();
        Random random = new Random(seed);
        for (int round = 0; round < ROUNDS; round++) {
            List<Long> acknowledged =
                    writeAndKill("artifacts", 1_000_000L * round, 1 + random.nextInt(50));
            EncryptedArtifactStore store =
                    new EncryptedArtifactStore(
                            folder.resolve("artifacts"), new CrashChild.NoKeys());
            List<ArtifactId> listed = store.list();
            assertThat(listed)
                    .as("seed %d, round %d", seed, round)
                    .containsAll(acknowledged.stream().map(n -> new ArtifactId("a" + n)).toList());
            for (ArtifactId id : listed) { // a name stands for whole content, acknowledged or not
                try (InputStream in = store.open(id)) {
                    assertThat(in.readAllBytes())
                            .as("seed %d, %s", seed, id)
                            .isEqualTo(CrashChild.content(Long.parseLong(id.value().substring(1))));
                }
                store.delete(id);
            }
            try (Stream<Path> files = Files.list(store.folder())) {
                assertThat(files).isEmpty();
            }
        }
    }
}
