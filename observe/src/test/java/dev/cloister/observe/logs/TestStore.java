package dev.cloister.observe.logs;

import dev.cloister.api.AccountId;
import dev.cloister.api.Region;
import dev.cloister.observe.LogSettings;
import dev.cloister.observe.LogStore.LogEvent;
import dev.cloister.observe.LogStore.LogWriter;
import dev.cloister.storage.Database;
import dev.cloister.storage.SqliteDatabase;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/** A log store in a folder, with a clock that tests move. Can be closed and opened again. */
public final class TestStore implements AutoCloseable {
    public static final AccountId ACCOUNT = new AccountId("123456789012");
    public static final Region REGION = new Region("us-east-1");

    /** Flushes, syncs and sweeps only when the test does. */
    public static final LogSettings QUIET =
            LogSettings.defaults()
                    .withIntervals(Duration.ofDays(1), Duration.ofDays(1), Duration.ofDays(1));

    private final Path folder;
    private final LogSettings settings;
    private final TestKeys keys = new TestKeys();
    private Instant now = Instant.parse("2026-05-05T12:00:00Z");
    private Database database;
    private SegmentedLogStore store;

    public TestStore(Path folder, LogSettings settings) {
        this.folder = folder;
        try {
            Files.createDirectories(folder);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        this.settings = settings;
        this.database = openDatabase();
        this.store = openStore();
    }

    public SegmentedLogStore store() {
        return store;
    }

    public InstantSource clock() {
        return () -> now;
    }

    public Instant now() {
        return now;
    }

    public void pass(Duration time) {
        now = now.plus(time);
    }

    public TestKeys keys() {
        return keys;
    }

    public Path logs() {
        return folder.resolve("logs");
    }

    public void flush() {
        store.flush();
    }

    public void reopen() {
        close();
        database = openDatabase();
        store = openStore();
    }

    /** Copies the files as a crash at this moment would leave them. */
    public void copyTo(Path copy) throws IOException {
        try (Stream<Path> files = Files.walk(folder)) {
            for (Path file : files.toList()) {
                Path target = copy.resolve(folder.relativize(file).toString());
                if (Files.isDirectory(file)) {
                    Files.createDirectories(target);
                } else {
                    Files.copy(file, target);
                }
            }
        }
    }

    public TestStore at(Instant moment) {
        now = moment;
        return this;
    }

    public static GroupName group(String name) {
        return new GroupName(ACCOUNT, REGION, name);
    }

    public LogWriter open(String group, String stream) {
        return store.open(ACCOUNT, REGION, group, stream);
    }

    /** Events of the present moment. */
    public List<LogEvent> events(String... messages) {
        return Arrays.stream(messages).map(message -> new LogEvent(now, message)).toList();
    }

    /** All messages of a stream in order, by one page after the other. */
    public List<String> messages(String group, String stream) {
        return all(group, new StreamSelection.Names(List.of(stream)), 10_000).stream()
                .map(StoredEvent::message)
                .toList();
    }

    /** All messages of a group in order. */
    public List<String> messages(String group) {
        return all(group, new StreamSelection.Prefix(""), 10_000).stream()
                .map(StoredEvent::message)
                .toList();
    }

    public List<StoredEvent> all(String group, StreamSelection streams, int pageSize) {
        List<StoredEvent> all = new ArrayList<>();
        Optional<Position> next = Optional.of(Position.START);
        while (next.isPresent()) {
            EventPage page =
                    store.reader()
                            .read(
                                    group(group),
                                    new EventQuery(
                                            streams,
                                            0,
                                            Long.MAX_VALUE,
                                            next.get(),
                                            true,
                                            pageSize,
                                            message -> true,
                                            false));
            all.addAll(page.events());
            next = page.next();
        }
        return all;
    }

    public List<Path> segmentFiles() {
        return segmentFiles(logs());
    }

    public static List<Path> segmentFiles(Path logs) {
        try (Stream<Path> files = Files.walk(logs)) {
            return files.filter(file -> file.toString().endsWith(".log")).sorted().toList();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Override
    public void close() {
        store.close();
        database.close();
    }

    private Database openDatabase() {
        return new SqliteDatabase(folder.resolve("state.db"), List.of(LogSchema.MIGRATION));
    }

    private SegmentedLogStore openStore() {
        return new SegmentedLogStore(logs(), database, keys, settings, clock());
    }
}
