package dev.cloister.observe.logs;

import static dev.cloister.observe.logs.TestStore.QUIET;
import static dev.cloister.observe.logs.TestStore.REGION;
import static dev.cloister.observe.logs.TestStore.group;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.cloister.api.AccountId;
import dev.cloister.api.AwsError;
import dev.cloister.api.Region;
import dev.cloister.observe.LogSettings;
import dev.cloister.observe.LogStore.LogEvent;
import dev.cloister.observe.LogStore.LogWriter;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class SegmentedLogStoreTest {
    @TempDir Path folder;

    @Test
    void whatWasAppendedIsReadAtOnceAndAfterEveryStep() {
        try (TestStore store = new TestStore(folder, QUIET)) {
            try (LogWriter writer = store.open("/aws/lambda/f", "s")) {
                writer.append(store.events("START", "héllo wörld 日本", ""));
                assertThat(store.messages("/aws/lambda/f", "s"))
                        .containsExactly("START", "héllo wörld 日本", "");
                store.flush();
                writer.append(store.events("END"));
                assertThat(store.messages("/aws/lambda/f", "s"))
                        .containsExactly("START", "héllo wörld 日本", "", "END");
            }
            store.reopen();
            assertThat(store.messages("/aws/lambda/f", "s"))
                    .containsExactly("START", "héllo wörld 日本", "", "END");
            try (LogWriter writer = store.open("/aws/lambda/f", "s")) {
                writer.append(store.events("again"));
            }
            assertThat(store.messages("/aws/lambda/f")).endsWith("END", "again").hasSize(5);
            assertThat(store.segmentFiles()).hasSize(1);
        }
    }

    @Test
    void flushIntervalAloneBringsEventsToDisk() throws Exception {
        LogSettings settings =
                LogSettings.defaults()
                        .withIntervals(
                                Duration.ofMillis(5), Duration.ofMillis(5), Duration.ofDays(1));
        try (TestStore store = new TestStore(folder, settings)) {
            store.open("g", "s").append(store.events("soon on disk"));
            long deadline = System.nanoTime() + Duration.ofSeconds(20).toNanos();
            while (store.segmentFiles().isEmpty()
                    || Files.size(store.segmentFiles().getFirst()) < 100) {
                assertThat(System.nanoTime()).as("deadline for the flush").isLessThan(deadline);
                Thread.onSpinWait();
            }
        }
    }

    @Test
    void eventIdsStayTheSameThroughFlushAndRestart() {
        try (TestStore store = new TestStore(folder, QUIET)) {
            store.open("g", "s").append(store.events("a", "b", "c"));
            List<String> before = ids(store);
            assertThat(before).doesNotHaveDuplicates().allMatch(id -> id.matches("[0-9]{56}"));
            store.flush();
            assertThat(ids(store)).isEqualTo(before);
            store.reopen();
            assertThat(ids(store)).isEqualTo(before);
        }
    }

    @Test
    void accountsAndRegionsAreSeparate() {
        try (TestStore store = new TestStore(folder, QUIET)) {
            AccountId other = new AccountId("210987654321");
            store.store().open(other, REGION, "g", "s").append(store.events("theirs"));
            store.store()
                    .open(TestStore.ACCOUNT, new Region("eu-west-1"), "g", "s")
                    .append(store.events("elsewhere"));
            store.open("g", "s").append(store.events("mine"));
            store.flush();
            assertThat(store.messages("g")).containsExactly("mine");
            assertThat(store.store().catalog().groups(other, REGION, "", "", "", 10)).hasSize(1);
            store.store().catalog().deleteGroup(group("g"));
            assertThat(store.segmentFiles()).hasSize(2);
        }
    }

    @Test
    void writerGoesOnAfterItsGroupOrStreamWasDeleted() {
        try (TestStore store = new TestStore(folder, QUIET)) {
            LogWriter writer = store.open("g", "s");
            writer.append(store.events("before"));
            store.flush();
            store.store().catalog().deleteGroup(group("g"));
            assertThatThrownBy(() -> store.messages("g"))
                    .isInstanceOf(AwsError.class)
                    .hasMessage("The specified log group does not exist.");
            writer.append(store.events("anew"));
            assertThat(store.messages("g")).containsExactly("anew");
            store.store().catalog().deleteStream(group("g"), "s");
            assertThat(store.messages("g")).isEmpty();
            writer.append(store.events("and again"));
            store.flush();
            assertThat(store.messages("g", "s")).containsExactly("and again");
            store.reopen();
            assertThat(store.messages("g", "s")).containsExactly("and again");
        }
    }

    @Test
    void filesOfDeletionsThatACrashInterruptedAreRemovedAtTheStart() throws IOException {
        try (TestStore store = new TestStore(folder, QUIET)) {
            store.open("g", "s").append(store.events("kept"));
            store.flush();
            Path orphan = store.logs().resolve("00000000000000ff");
            Files.createDirectory(orphan);
            Files.writeString(orphan.resolve("00000000000000fe.log"), "x");
            store.reopen();
            assertThat(store.segmentFiles()).hasSize(1);
            assertThat(store.messages("g")).containsExactly("kept");
        }
    }

    @Test
    void nothingOfAnEventIsOnDiskInClear() throws IOException {
        String secret = "hunter2-correct-horse-battery";
        try (TestStore store = new TestStore(folder, QUIET)) {
            LogWriter writer = store.open("g", "s");
            writer.append(store.events("password=" + secret));
            store.flush();
            writer.append(store.events(secret));
            store.store().put(group("g"), "s", store.events("put " + secret));
            store.store().close();
            try (Stream<Path> files = Files.walk(folder)) {
                for (Path file : files.filter(Files::isRegularFile).toList()) {
                    String content = Files.readString(file, StandardCharsets.ISO_8859_1);
                    assertThat(content).as(file.toString()).doesNotContain(secret, "hunter2");
                }
            }
            assertThat(
                            PosixFilePermissions.toString(
                                    Files.getPosixFilePermissions(store.segmentFiles().getFirst())))
                    .isEqualTo("rw-------");
        }
    }

    @Test
    void thousandsOfIdleStreamsCostNoFileThreadOrKeyEach() throws IOException {
        LogSettings settings = QUIET.withOpenFiles(4);
        try (TestStore store = new TestStore(folder, settings)) {
            List<LogWriter> writers = new ArrayList<>();
            int threads = Thread.activeCount();
            for (int i = 0; i < 5_000; i++) {
                LogWriter writer = store.open("g" + i % 10, "stream-" + i);
                writer.append(store.events("one line"));
                writers.add(writer);
            }
            store.flush();
            assertThat(Thread.activeCount()).isLessThanOrEqualTo(threads + 1);
            assertThat(openSegments(store)).isLessThanOrEqualTo(4);
            assertThat(store.keys().generated()).isEqualTo(10);
            assertThat(store.segmentFiles()).hasSize(10);
            writers.forEach(LogWriter::close);
            assertThat(store.messages("g3")).hasSize(500);
        }
    }

    @Test
    void fullBufferIsWrittenByWhoFillsIt() {
        LogSettings settings = QUIET.withBuffers(4096, 1 << 20, 1L << 30);
        try (TestStore store = new TestStore(folder, settings)) {
            LogWriter writer = store.open("g", "s");
            List<LogEvent> many = new ArrayList<>();
            for (int i = 0; i < 2_000; i++) {
                many.addAll(store.events("line " + i + " " + "x".repeat(50)));
            }
            writer.append(many);
            assertThat(store.store().bufferedBytes()).isLessThan(4096 + 200);
            assertThat(store.messages("g", "s"))
                    .isEqualTo(many.stream().map(LogEvent::message).toList());
        }
    }

    @Test
    void allBuffersTogetherAreBounded() {
        LogSettings settings = QUIET.withBuffers(4096, 16_384, 1L << 30);
        try (TestStore store = new TestStore(folder, settings)) {
            for (int i = 0; i < 100; i++) {
                store.open("g", "s" + i).append(store.events("x".repeat(1_000)));
                assertThat(store.store().bufferedBytes()).isLessThan(16_384 + 2_000);
            }
            assertThat(store.messages("g")).hasSize(100);
        }
    }

    @Test
    void chattyWriterWaitsAndOthersDoNot() throws InterruptedException {
        LogSettings settings = QUIET.withBuffers(64 << 10, 32 << 20, 256 << 10);
        try (TestStore store = new TestStore(folder, settings)) {
            LogWriter chatty = store.open("g", "chatty");
            LogWriter modest = store.open("g", "modest");
            List<LogEvent> flood = store.events("x".repeat(200 << 10));
            Thread flooding =
                    Thread.ofVirtual()
                            .start(
                                    () -> {
                                        while (!Thread.currentThread().isInterrupted()) {
                                            chatty.append(flood);
                                        }
                                    });
            // The flood has a burst of two seconds' worth, then it waits more than it writes.
            while (flooding.getState() != Thread.State.TIMED_WAITING) {
                Thread.onSpinWait();
            }
            for (int i = 0; i < 500; i++) {
                modest.append(store.events("a", "b", "c"));
            }
            assertThat(flooding.isAlive()).isTrue();
            flooding.interrupt();
            flooding.join();
            assertThat(store.messages("g", "modest")).hasSize(1_500);
        }
    }

    @Test
    void closedStoreAndTooLargeEventsAreRefused() {
        try (TestStore store = new TestStore(folder, QUIET)) {
            LogWriter writer = store.open("g", "s");
            String largest = "x".repeat(SegmentedLogStore.MOST_EVENT_BYTES);
            writer.append(store.events(largest));
            assertThatThrownBy(() -> writer.append(store.events(largest + "x")))
                    .isInstanceOf(IllegalArgumentException.class);
            assertThatThrownBy(() -> writer.append(store.events("日".repeat(400_000))))
                    .isInstanceOf(IllegalArgumentException.class);
            assertThat(store.messages("g", "s")).containsExactly(largest);
            store.store().close();
            assertThatThrownBy(() -> writer.append(store.events("late")))
                    .isInstanceOf(IllegalStateException.class);
        }
    }

    @Test
    void streamTimesAreKeptThroughRestart() {
        try (TestStore store = new TestStore(folder, QUIET)) {
            LogWriter writer = store.open("g", "s");
            long first = store.now().toEpochMilli();
            writer.append(store.events("a"));
            store.pass(Duration.ofSeconds(10));
            writer.append(store.events("b"));
            StreamInfo expected = store.store().catalog().stream(group("g"), "s");
            assertThat(expected.firstEventMillis()).isEqualTo(first);
            assertThat(expected.lastEventMillis()).isEqualTo(first + 10_000);
            store.reopen();
            assertThat(store.store().catalog().stream(group("g"), "s")).isEqualTo(expected);
            assertThat(
                            store.store()
                                    .catalog()
                                    .streams(
                                            group("g"),
                                            "",
                                            new StreamOrder(true, true, Optional.empty()),
                                            10))
                    .containsExactly(expected);
        }
    }

    @Test
    void groupsAreLimited() {
        try (TestStore store = new TestStore(folder, QUIET.withGroupsPerRegion(2))) {
            store.store().catalog().createGroup(group("a"), Map.of(), Optional.empty());
            store.store().catalog().createGroup(group("b"), Map.of(), Optional.empty());
            assertThatThrownBy(
                            () ->
                                    store.store()
                                            .catalog()
                                            .createGroup(group("c"), Map.of(), Optional.empty()))
                    .isInstanceOf(AwsError.class)
                    .hasMessage("Resource limit exceeded.");
            assertThatThrownBy(
                            () ->
                                    store.store()
                                            .catalog()
                                            .createGroup(group("a"), Map.of(), Optional.empty()))
                    .hasMessage("The specified log group already exists");
        }
    }

    private static List<String> ids(TestStore store) {
        return store.all("g", new StreamSelection.Prefix(""), 2).stream()
                .map(StoredEvent::id)
                .toList();
    }

    private static long openSegments(TestStore store) throws IOException {
        try (Stream<Path> files = Files.list(Path.of("/proc/self/fd"))) {
            return files.filter(
                            fd -> {
                                try {
                                    return Files.readSymbolicLink(fd).startsWith(store.logs());
                                } catch (IOException e) {
                                    return false; // the listing's own, closed meanwhile
                                }
                            })
                    .count();
        }
    }
}
