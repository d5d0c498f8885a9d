package dev.cloister.storage;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import org.jdbi.v3.core.Handle;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(60)
final class SqliteDatabaseTest {
    static final Migration NUMBERS =
            new Migration("numbers", List.of("CREATE TABLE numbers (n INTEGER PRIMARY KEY)"));

    @TempDir private Path folder;

    private SqliteDatabase open() {
        return new SqliteDatabase(folder.resolve("state.db"), List.of(NUMBERS));
    }

    private static int insert(Handle handle, int number) {
        return handle.execute("INSERT INTO numbers (n) VALUES (?)", number);
    }

    private static List<Integer> numbers(Database database) {
        return database.read(
                handle ->
                        handle.select("SELECT n FROM numbers ORDER BY n")
                                .mapTo(Integer.class)
                                .list());
    }

    @Test
    void whatWasWrittenIsReadAtOnceAndAfterOpeningAgain() {
        try (SqliteDatabase database = open()) {
            assertThat(database.<Integer>write(handle -> insert(handle, 7))).isEqualTo(1);
            assertThat(numbers(database)).containsExactly(7);
        }
        try (SqliteDatabase database = open()) {
            assertThat(numbers(database)).containsExactly(7);
            database.verify();
        }
    }

    @Test
    void aFailingWriteKeepsNothingAndPassesItsExceptionOn() {
        UncheckedIOException thrown = new UncheckedIOException(new IOException("mine"));
        try (SqliteDatabase database = open()) {
            assertThatThrownBy(
                            () ->
                                    database.update(
                                            handle -> {
                                                insert(handle, 1);
                                                throw thrown;
                                            }))
                    .isSameAs(thrown);
            assertThat(numbers(database)).isEmpty();
        }
    }

    /** Holds the writer until released, so that what is queued meanwhile becomes one group. */
    private static final class HeldWriter {
        private final CountDownLatch started = new CountDownLatch(1);
        private final CountDownLatch release = new CountDownLatch(1);

        void hold(Handle handle) {
            started.countDown();
            try {
                assertThat(release.await(30, TimeUnit.SECONDS)).isTrue();
            } catch (InterruptedException e) {
                throw new IllegalStateException(e);
            }
        }
    }

    private static Future<?> inBackground(ExecutorService threads, Runnable task) {
        return threads.submit(task);
    }

    private static void awaitQueued(SqliteDatabase database, int count) {
        while (database.waitingWrites() < count) {
            Thread.onSpinWait();
        }
    }

    @Test
    void inAGroupOnlyTheFailingWritesAreLost() throws Exception {
        HeldWriter held = new HeldWriter();
        try (SqliteDatabase database = open();
                ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
            Future<?> first = inBackground(threads, () -> database.update(held::hold));
            held.started.await();
            List<Future<?>> group = new ArrayList<>();
            for (int i = 0; i < 100; i++) {
                int number = i;
                group.add(
                        inBackground(
                                threads,
                                () ->
                                        database.update(
                                                handle -> {
                                                    insert(handle, number);
                                                    if (number % 3 == 0) {
                                                        throw new IllegalStateException("no");
                                                    }
                                                })));
            }
            awaitQueued(database, 100);
            held.release.countDown();
            first.get();
            for (int i = 0; i < 100; i++) {
                Future<?> one = group.get(i);
                if (i % 3 == 0) {
                    assertThatThrownBy(one::get).hasRootCauseMessage("no");
                } else {
                    one.get();
                }
            }
            assertThat(numbers(database))
                    .isEqualTo(IntStream.range(0, 100).filter(i -> i % 3 != 0).boxed().toList());
        }
    }

    @Test
    void whenTheWholeTransactionIsLostEveryWriteOfTheGroupFailsAndLaterOnesWork() throws Exception {
        HeldWriter held = new HeldWriter();
        try (SqliteDatabase database = open();
                ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
            Future<?> first = inBackground(threads, () -> database.update(held::hold));
            held.started.await();
            Future<?> before = inBackground(threads, () -> database.write(h -> insert(h, 1)));
            awaitQueued(database, 1);
            // Stands for what SQLite does by itself when the disk is full.
            Future<?> breaking =
                    inBackground(threads, () -> database.write(h -> h.execute("ROLLBACK")));
            awaitQueued(database, 2);
            Future<?> after = inBackground(threads, () -> database.write(h -> insert(h, 2)));
            awaitQueued(database, 3);
            held.release.countDown();
            first.get();
            for (Future<?> one : List.of(before, breaking, after)) {
                assertThatThrownBy(one::get).hasCauseInstanceOf(DatabaseException.class);
            }
            assertThat(numbers(database)).isEmpty();
            database.write(h -> insert(h, 3));
            assertThat(numbers(database)).containsExactly(3);
        }
    }

    @Test
    void closingCommitsWhatWasAccepted() throws Exception {
        HeldWriter held = new HeldWriter();
        SqliteDatabase database = open();
        try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
            Future<?> first = inBackground(threads, () -> database.update(held::hold));
            held.started.await();
            List<Future<?>> waiting = new ArrayList<>();
            for (int i = 0; i < 600; i++) { // more than one group
                int number = i;
                waiting.add(inBackground(threads, () -> database.write(h -> insert(h, number))));
            }
            awaitQueued(database, 600);
            Future<?> closing = inBackground(threads, database::close);
            held.release.countDown();
            closing.get();
            first.get();
            for (Future<?> one : waiting) {
                one.get();
            }
        }
        assertThatThrownBy(() -> database.write(h -> insert(h, 1)))
                .isInstanceOf(DatabaseException.class)
                .hasMessageContaining("closed");
        assertThatThrownBy(() -> numbers(database))
                .isInstanceOf(DatabaseException.class)
                .hasMessageContaining("closed");
        database.close();
        try (SqliteDatabase again = open()) {
            assertThat(numbers(again)).hasSize(600);
        }
    }

    @Test
    void manyWritersLoseNothing() throws Exception {
        try (SqliteDatabase database = open()) {
            try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
                List<Future<?>> all = new ArrayList<>();
                for (int i = 0; i < 2_000; i++) {
                    int number = i;
                    all.add(inBackground(threads, () -> database.write(h -> insert(h, number))));
                }
                for (Future<?> one : all) {
                    one.get();
                }
            }
            assertThat(numbers(database)).hasSize(2_000);
        }
    }

    @Test
    void aReadHasOneViewWhateverIsWrittenMeanwhile() {
        try (SqliteDatabase database = open()) {
            database.write(h -> insert(h, 1));
            database.read(
                    handle -> {
                        assertThat(numbers(database)).containsExactly(1);
                        database.write(h -> insert(h, 2));
                        // The inner read joins this one, and sees what this one sees.
                        assertThat(numbers(database)).containsExactly(1);
                        return handle;
                    });
            assertThat(numbers(database)).containsExactly(1, 2);
        }
    }

    @Test
    void readsInsideReadsNeverWaitForEachOther() throws Exception {
        try (SqliteDatabase database = open();
                ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
            List<Future<?>> all = new ArrayList<>();
            for (int i = 0; i < 4 * SqliteDatabase.READ_CONNECTIONS; i++) {
                all.add(inBackground(threads, () -> database.read(handle -> numbers(database))));
            }
            for (Future<?> one : all) {
                one.get();
            }
        }
    }

    @Test
    void aReadCannotWriteAndAFailedReadLeavesThePoolWhole() {
        try (SqliteDatabase database = open()) {
            for (int i = 0; i < 3 * SqliteDatabase.READ_CONNECTIONS; i++) {
                assertThatThrownBy(() -> database.read(handle -> insert(handle, 1)))
                        .hasMessageContaining("readonly");
            }
            assertThat(numbers(database)).isEmpty();
        }
    }

    @Test
    void workCannotCallTheDatabaseOrEndTheTransaction() {
        try (SqliteDatabase database = open()) {
            assertThatThrownBy(
                            () -> database.write(h -> database.<Integer>write(x -> insert(x, 1))))
                    .isInstanceOf(IllegalStateException.class)
                    .hasMessageContaining("use the handle");
            assertThatThrownBy(() -> database.write(h -> numbers(database)))
                    .isInstanceOf(IllegalStateException.class);
            assertThatThrownBy(() -> database.update(Handle::commit))
                    .isInstanceOf(IllegalStateException.class)
                    .hasMessageContaining("belongs to the database");
            assertThat(database.<Integer>write(h -> h.inTransaction(x -> insert(x, 5))))
                    .isEqualTo(1);
        }
    }

    @Test
    void errorsShowTheStatementAndNoData() {
        try (SqliteDatabase database = open()) {
            assertThatThrownBy(
                            () ->
                                    database.write(
                                            h ->
                                                    h.execute(
                                                            "INSERT INTO numbers (n) VALUES (?)",
                                                            "planted")))
                    .hasMessageContaining("INSERT INTO numbers")
                    .hasMessageContaining("datatype mismatch")
                    .hasMessageNotContaining("planted");
        }
    }

    @Test
    void aFullDatabaseRefusesWritesKeepsTheOthersAndGoesOnWhenThereIsRoom() throws Exception {
        Migration blobs = new Migration("blobs", List.of("CREATE TABLE blobs (b BLOB)"));
        try (SqliteDatabase database =
                        new SqliteDatabase(folder.resolve("state.db"), List.of(NUMBERS, blobs));
                ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
            database.update(h -> h.execute("PRAGMA max_page_count = 100"));
            HeldWriter held = new HeldWriter();
            Future<?> first = inBackground(threads, () -> database.update(held::hold));
            held.started.await();
            Future<?> small = inBackground(threads, () -> database.write(h -> insert(h, 1)));
            awaitQueued(database, 1);
            Future<?> large =
                    inBackground(
                            threads,
                            () ->
                                    database.write(
                                            h ->
                                                    h.execute(
                                                            "INSERT INTO blobs (b) VALUES (?)",
                                                            new byte[1 << 20])));
            awaitQueued(database, 2);
            held.release.countDown();
            first.get();
            assertThatThrownBy(large::get).rootCause().hasMessageContaining("full");
            boolean kept = succeeded(small);
            assertThat(numbers(database)).isEqualTo(kept ? List.of(1) : List.of());
            database.update(h -> h.execute("PRAGMA max_page_count = 100000"));
            database.write(h -> insert(h, 2));
            assertThat(numbers(database)).contains(2);
            database.verify();
        }
    }

    /**
     * SQLite may take the whole group back when the disk is full: either is right, if it is said.
     */
    private static boolean succeeded(Future<?> write) throws InterruptedException {
        try {
            write.get();
            return true;
        } catch (java.util.concurrent.ExecutionException e) {
            assertThat(e).hasCauseInstanceOf(DatabaseException.class);
            return false;
        }
    }

    @Test
    void anInterruptedCallerStillLearnsThatItsWriteWasKept() {
        try (SqliteDatabase database = open()) {
            Thread.currentThread().interrupt();
            // Interrupted before it is queued: may be refused, and then is not kept.
            try {
                database.write(h -> insert(h, 1));
                assertThat(numbersUninterrupted(database)).containsExactly(1);
            } catch (DatabaseException e) {
                assertThat(numbersUninterrupted(database)).isEmpty();
            }
        }
    }

    private static List<Integer> numbersUninterrupted(Database database) {
        assertThat(Thread.interrupted()).isTrue();
        return numbers(database);
    }

    @Test
    void itsFilesAreForTheOwnerAlone() throws IOException {
        try (SqliteDatabase database = open()) {
            database.write(h -> insert(h, 1));
            try (var files = Files.list(folder)) {
                assertThat(files.toList())
                        .hasSizeGreaterThanOrEqualTo(3)
                        .allSatisfy(
                                file ->
                                        assertThat(
                                                        PosixFilePermissions.toString(
                                                                Files.getPosixFilePermissions(
                                                                        file)))
                                                .isEqualTo("rw-------"));
            }
        }
    }

    @Test
    void aSecondOwnerIsRefused() {
        try (SqliteDatabase database = open()) {
            assertThatThrownBy(this::open)
                    .isInstanceOf(DatabaseException.class)
                    .hasMessageContaining("in use by another process");
            database.write(h -> insert(h, 1));
        }
        open().close();
    }

    @Test
    void aFileThatIsNoDatabaseIsRefusedAndLeftAlone() throws IOException {
        Path file = folder.resolve("state.db");
        Files.writeString(file, "not a database at all, and long enough".repeat(100));
        byte[] before = Files.readAllBytes(file);
        assertThatThrownBy(this::open)
                .isInstanceOf(DatabaseException.class)
                .hasMessageContaining("damaged or not a database");
        assertThat(Files.readAllBytes(file)).isEqualTo(before);
    }

    @Test
    void aDamagedPageIsFoundWhenItIsOpened() throws IOException {
        try (SqliteDatabase database = open()) {
            for (int i = 0; i < 20; i++) {
                int from = i * 1000;
                database.update(h -> IntStream.range(from, from + 1000).forEach(n -> insert(h, n)));
            }
        }
        Path file = folder.resolve("state.db");
        byte[] bytes = Files.readAllBytes(file);
        byte[] rubbish = "rubbish ".repeat(512).getBytes(StandardCharsets.US_ASCII);
        System.arraycopy(rubbish, 0, bytes, bytes.length / 4096 / 2 * 4096, 4096);
        Files.write(file, bytes);
        assertThatThrownBy(this::open)
                .isInstanceOf(DatabaseException.class)
                .hasMessageContaining("damaged");
    }

    @Test
    void aFullQueueRefusesInsteadOfGrowing() {
        WriteQueue queue = new WriteQueue(2, java.time.Duration.ofMillis(1));
        queue.add(new WriteItem<>(h -> 1));
        queue.add(new WriteItem<>(h -> 1));
        assertThatThrownBy(() -> queue.add(new WriteItem<>(h -> 1)))
                .isInstanceOf(DatabaseException.class)
                .hasMessageContaining("2 writes have been waiting");
        assertThat(queue.take(1)).hasSize(1);
        queue.add(new WriteItem<>(h -> 1));
        assertThat(queue.take(10)).hasSize(2);
    }
}
