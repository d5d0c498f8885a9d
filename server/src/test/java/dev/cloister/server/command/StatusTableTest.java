package dev.cloister.server.command;

import static org.assertj.core.api.Assertions.assertThat;

import dev.cloister.server.admin.Status;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.Test;

class StatusTableTest {

    @Test
    void countsEnvironmentsByStateAndSumsTheirMemory() {
        Instant now = Instant.now();
        Status status =
                new Status(
                        "http://127.0.0.1:4566",
                        "us-east-1",
                        "000000000000",
                        now.minus(Duration.ofMinutes(125)),
                        new Status.ServerProcess(7, 200L << 20, 50L << 20),
                        List.of(
                                new Status.FunctionVersion(
                                        "hello", "$LATEST", "python3.13", 128, "Active")),
                        List.of(
                                environment("IDLE", 10, now),
                                environment("FROZEN", 20, now),
                                environment("FROZEN", 30, now)),
                        List.of(new Status.WorkerHost("here", List.of("x86_64"), "crun", 3)),
                        List.of(new Status.Queue("events", 4)));

        assertThat(new StatusTable(status).text())
                .contains("server     http://127.0.0.1:4566, process 7, for 2 h 5 min")
                .contains("memory     200 MiB resident, of which heap 50 MiB")
                .contains("functions  1 version\n")
                .containsPattern("hello:\\$LATEST +python3.13 +128 MB  Active")
                .contains("environments  3, 60 MiB, 2 frozen, 1 idle")
                .contains("worker     here, x86_64, isolation crun, 3 environments")
                .contains("queue      events, 4 waiting");
    }

    private static Status.Environment environment(String state, long mebibytes, Instant start) {
        return new Status.Environment("e", "hello", "$LATEST", state, mebibytes << 20, start);
    }
}
