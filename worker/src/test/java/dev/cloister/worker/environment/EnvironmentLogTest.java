package dev.cloister.worker.environment;

import static org.assertj.core.api.Assertions.assertThat;

import dev.cloister.worker.LogSink;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(30)
final class EnvironmentLogTest {
    private final SystemWorkerClock clock = new SystemWorkerClock(InstantSource.system());

    @AfterEach
    void close() {
        clock.close();
    }

    @Test
    void outputThatComesLateIsBeforeTheInvocationsEnd() {
        RecordingSink sink = new RecordingSink();
        try (EnvironmentLog log = started(sink)) {
            log.begin(List.of("START 1"), true);
            assertThat(sink.closed()).isFalse();
            print(log, "one\npart");
            log.end(List.of("END 1", "REPORT 1"));
            print(log, "ial\nlate");
            assertThat(log.tail().orElseThrow().utf8())
                    .isEqualTo("START 1\none\npartial\nlate\nEND 1\nREPORT 1\n");
            log.begin(List.of("START 2"), false);
            log.end(List.of("END 2"));
            assertThat(log.tail()).isEmpty();
        }
        assertThat(sink.closed()).isTrue();
        assertThat(sink.messages())
                .containsExactly(
                        "START 1",
                        "one",
                        "partial",
                        "late",
                        "END 1",
                        "REPORT 1",
                        "START 2",
                        "END 2");
        List<Instant> times = sink.events().stream().map(LogSink.Event::timestamp).toList();
        assertThat(times).isSorted();
    }

    @Test
    void theLastLinesComeWithoutAnotherInvocation() {
        RecordingSink sink = new RecordingSink();
        try (EnvironmentLog log = started(sink)) {
            log.begin(List.of("START 1"), false);
            log.end(List.of("END 1", "REPORT 1"));
            assertThat(sink.awaitMessage("REPORT 1"))
                    .containsExactly("START 1", "END 1", "REPORT 1");
        }
    }

    @Test
    void outputWaitsForASlowStoreAndThePlatformDoesNot() throws InterruptedException {
        CountDownLatch blocked = new CountDownLatch(1);
        CountDownLatch go = new CountDownLatch(1);
        AtomicLong stored = new AtomicLong();
        LogSink slow =
                events -> {
                    blocked.countDown();
                    await(go);
                    stored.addAndGet(events.size());
                };
        AtomicLong printed = new AtomicLong();
        try (EnvironmentLog log = started(slow)) {
            log.begin(List.of("START"), false);
            await(blocked);
            Thread printer =
                    Thread.ofVirtual()
                            .start(
                                    () -> {
                                        byte[] line =
                                                "y\n"
                                                        .repeat(1_000)
                                                        .getBytes(StandardCharsets.UTF_8);
                                        for (int i = 0; i < 100; i++) {
                                            log.accept(line);
                                            printed.addAndGet(1_000);
                                        }
                                    });
            while (printer.getState() != Thread.State.WAITING) {
                Thread.onSpinWait();
            }
            assertThat(printed.get()).isLessThan(20_000);
            log.end(List.of("END"));
            log.begin(List.of("START"), false);
            go.countDown();
            assertThat(printer.join(java.time.Duration.ofSeconds(10))).isTrue();
        }
        assertThat(stored.get()).isEqualTo(100_000 + 3);
    }

    @Test
    void aFailingStoreLosesItsBatchOnly() {
        RecordingSink sink = new RecordingSink();
        CountDownLatch failed = new CountDownLatch(1);
        LogSink failingOnce =
                events -> {
                    if (failed.getCount() > 0) {
                        failed.countDown();
                        throw new IllegalStateException("disk full");
                    }
                    sink.write(events);
                };
        try (EnvironmentLog log = started(failingOnce)) {
            log.write(List.of("lost"));
            await(failed);
            log.write(List.of("kept"));
        }
        assertThat(sink.messages()).containsExactly("kept");
    }

    private EnvironmentLog started(LogSink sink) {
        EnvironmentLog log = new EnvironmentLog(sink, "test", clock);
        log.start();
        return log;
    }

    private static void print(EnvironmentLog log, String text) {
        log.accept(text.getBytes(StandardCharsets.UTF_8));
    }

    private static void await(CountDownLatch latch) {
        try {
            if (!latch.await(10, TimeUnit.SECONDS)) {
                throw new AssertionError("nothing happened for ten seconds");
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
