package dev.cloister.observe.logs;

import static dev.cloister.observe.logs.TestStore.QUIET;
import static dev.cloister.observe.logs.TestStore.group;
import static org.assertj.core.api.Assertions.assertThat;

import dev.cloister.observe.LogStore.LogEvent;
import dev.cloister.observe.LogStore.LogWriter;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.List;
import java.util.Random;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.RepeatedTest;
import org.junit.jupiter.api.RepetitionInfo;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class ReadOrderPropertyTest {
    @TempDir Path folder;

    /** Events out of order over streams and segments, partly flushed: pages of any size agree. */
    @RepeatedTest(12)
    void pagesOfAnySizeAndDirectionGiveEveryEventOnceInOrder(RepetitionInfo repetition) {
        long seed = 3000L + repetition.getCurrentRepetition();
        Random random = new Random(seed);
        var settings =
                QUIET.withDisk(1 << 30, 1 << 29, 8 << 10).withBuffers(2048, 1 << 20, 1 << 30);
        try (TestStore store = new TestStore(folder, settings)) {
            List<LogEvent> written = writeAtRandom(store, random);
            // Stable: events of one time stay in the order of their arrival.
            List<String> expected =
                    written.stream()
                            .sorted(Comparator.comparing(LogEvent::timestamp))
                            .map(LogEvent::message)
                            .toList();
            int size = 1 + random.nextInt(300);
            assertThat(
                            store.all("g", new StreamSelection.Prefix(""), size).stream()
                                    .map(StoredEvent::message))
                    .as("seed " + seed)
                    .isEqualTo(expected);
            long from = store.now().toEpochMilli() - 500;
            long to = store.now().toEpochMilli() + 300;
            List<String> within =
                    written.stream()
                            .filter(e -> e.timestamp().toEpochMilli() >= from)
                            .filter(e -> e.timestamp().toEpochMilli() <= to)
                            .sorted(Comparator.comparing(LogEvent::timestamp))
                            .map(LogEvent::message)
                            .toList();
            assertThat(backward(store, from, to, size)).as("seed " + seed).isEqualTo(within);
        }
    }

    /** A follower, as the CLI's {@code logs tail --follow}, next to writers: nothing is missed. */
    @Test
    void followerSeesEveryEventOfConcurrentWritersOnce() throws InterruptedException {
        var settings = QUIET.withDisk(1 << 30, 1 << 29, 64 << 10).withBuffers(2048, 8192, 1 << 30);
        int perWriter = 3_000;
        try (TestStore store = new TestStore(folder, settings)) {
            List<Thread> writers = new ArrayList<>();
            for (int w = 0; w < 4; w++) {
                int writer = w;
                store.open("g", "s" + w).close();
                writers.add(
                        Thread.ofVirtual()
                                .start(
                                        () -> {
                                            try (LogWriter out = store.open("g", "s" + writer)) {
                                                for (int i = 0; i < perWriter; i++) {
                                                    out.append(store.events(writer + ":" + i));
                                                }
                                            }
                                        }));
            }
            AtomicBoolean flushing = new AtomicBoolean(true);
            Thread flusher =
                    Thread.ofPlatform()
                            .start(
                                    () -> {
                                        while (flushing.get()) {
                                            store.flush();
                                        }
                                    });
            List<StoredEvent> seen = new ArrayList<>();
            // All events are of one moment, so their order is that of arrival; but an event may
            // become visible after one that arrived later on another stream.
            while (seen.size() < 4 * perWriter) {
                seen.clear();
                seen.addAll(store.all("g", new StreamSelection.Prefix(""), 777));
                assertThat(seen).isSortedAccordingTo(Comparator.comparing(StoredEvent::position));
                assertThat(seen.stream().map(StoredEvent::id)).doesNotHaveDuplicates();
            }
            for (int w = 0; w < 4; w++) {
                assertInOrder(seen, "s" + w);
            }
            for (Thread writer : writers) {
                writer.join();
            }
            flushing.set(false);
            flusher.join();
            assertThat(store.messages("g", "s2")).hasSize(perWriter);
        }
    }

    private static void assertInOrder(List<StoredEvent> seen, String stream) {
        List<String> messages =
                seen.stream()
                        .filter(e -> e.stream().equals(stream))
                        .map(StoredEvent::message)
                        .toList();
        for (int i = 0; i < messages.size(); i++) {
            assertThat(messages.get(i)).isEqualTo(stream.substring(1) + ":" + i);
        }
    }

    private static List<LogEvent> writeAtRandom(TestStore store, Random random) {
        List<LogWriter> writers = new ArrayList<>();
        for (int i = 0; i < 5; i++) {
            writers.add(store.open("g", "s" + i));
        }
        List<LogEvent> written = new ArrayList<>();
        for (int i = 0, n = 200 + random.nextInt(800); i < n; i++) {
            LogEvent event =
                    new LogEvent(
                            store.now().plusMillis(random.nextInt(2_000) - 1_000),
                            i + " " + "x".repeat(random.nextInt(100)));
            written.add(event);
            writers.get(random.nextInt(5)).append(List.of(event));
            if (random.nextInt(100) == 0) {
                store.flush();
            }
        }
        return written;
    }

    private static List<String> backward(TestStore store, long from, long to, int size) {
        List<StoredEvent> all = new ArrayList<>();
        Position before = Position.END;
        while (true) {
            EventPage page =
                    store.store()
                            .reader()
                            .read(
                                    group("g"),
                                    new EventQuery(
                                            new StreamSelection.Prefix(""),
                                            from,
                                            to,
                                            before,
                                            false,
                                            size,
                                            message -> true,
                                            false));
            if (page.events().isEmpty()) {
                Collections.reverse(all);
                return all.stream().map(StoredEvent::message).toList();
            }
            List<StoredEvent> events = new ArrayList<>(page.events());
            Collections.reverse(events);
            all.addAll(events);
            before = events.getLast().position();
        }
    }
}
