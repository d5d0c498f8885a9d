package dev.cloister.observe.logs;

import dev.cloister.api.AccountId;
import dev.cloister.api.Region;
import dev.cloister.observe.LogKeys;
import dev.cloister.observe.LogSettings;
import dev.cloister.observe.LogStore;
import dev.cloister.storage.Database;
import dev.cloister.storage.KeyUnavailableException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.HashSet;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.locks.LockSupport;

/**
 * The log store on this machine's disk: metadata in the database (tables of {@link LogSchema}),
 * events in encrypted segment files. Thread-safe.
 *
 * <p>Appending copies events into the stream's buffer. They reach the segment's file within the
 * flush interval, or at once when the stream's buffer or all buffers together are full: then the
 * thread that appends does the writing itself. Written events survive {@code kill -9}; a power cut
 * takes at most the sync interval. One process at a time uses a folder; the database's lock sees to
 * it.
 */
public final class SegmentedLogStore implements LogStore {
    /** CloudWatch Logs quotas: a log event's size, with the 26 bytes that AWS adds to each. */
    public static final int MOST_EVENT_BYTES = 1 << 20;

    private final LogSettings settings;
    private final LogContext context;
    private final GroupLogs groups;
    private final Flusher flusher;
    private final Thread flusherThread;
    private final LogCatalog catalog;
    private final LogReader reader;
    private volatile boolean closed;

    /**
     * Opens the store and removes the files of groups whose deletion a crash interrupted.
     *
     * @param folder for the segment files; made if there is none
     * @param database with the tables of {@link LogSchema#MIGRATION}
     * @throws LogStoreException if the folder can't be used
     */
    public SegmentedLogStore(
            Path folder,
            Database database,
            LogKeys keys,
            LogSettings settings,
            InstantSource clock) {
        this.settings = settings;
        LogTables tables = LogTables.of(database);
        this.context =
                new LogContext(
                        settings,
                        clock,
                        tables,
                        new SegmentFiles(folder, keys),
                        new IdBlocks(tables),
                        new MetadataSaver(tables),
                        new Pending());
        this.groups = new GroupLogs(context);
        this.flusher =
                new Flusher(
                        context,
                        groups,
                        new DiskBounds(context, groups),
                        new OpenFiles(settings.openFiles()));
        this.catalog = new LogCatalog(context, groups);
        this.reader = new LogReader(context, groups);
        removeOrphans();
        context.pending().diskBytes().set(tables.segments().totalBytes());
        this.flusherThread = Thread.ofPlatform().name("log-flusher").daemon().start(flusher);
    }

    /** Groups and streams. */
    public LogCatalog catalog() {
        return catalog;
    }

    /** Events. */
    public LogReader reader() {
        return reader;
    }

    @Override
    public boolean hasGroup(AccountId account, Region region, String group) {
        return groups.find(new GroupName(account, region, group)).isPresent();
    }

    @Override
    public LogWriter open(AccountId account, Region region, String group, String stream) {
        GroupName name = new GroupName(account, region, group);
        return new StreamWriter(this, name, stream, openStream(name, stream));
    }

    /**
     * Adds events to an existing stream; they survive {@code kill -9} when it returns.
     *
     * @throws dev.cloister.api.AwsError if there is no such group or stream
     */
    public void put(GroupName name, String stream, List<LogEvent> events) {
        GroupLog group = groups.find(name).orElseThrow(LogErrors::noGroup);
        StreamLog found = group.openExisting(stream).orElseThrow(LogErrors::noStream);
        try {
            checkEvents(events);
            requireKey(group);
            int next = 0;
            while (next < events.size()) {
                next = append(found, events, next);
                if (next == StreamLog.DELETED) {
                    throw LogErrors.noStream();
                }
            }
            flusher.write(found);
        } finally {
            group.closeStream(found);
        }
    }

    /** Refused before anything is taken: what is refused has not been stored. */
    private static void requireKey(GroupLog group) {
        try {
            group.requireKey();
        } catch (KeyUnavailableException e) {
            throw LogErrors.keyRefused(e, group.name());
        }
    }

    @Override
    public void close() {
        if (closed) {
            return;
        }
        closed = true;
        flusher.stop();
        boolean interrupted = false;
        while (flusherThread.isAlive()) {
            LockSupport.unpark(flusherThread);
            try {
                flusherThread.join(100);
            } catch (InterruptedException e) {
                interrupted = true; // what was appended is written first
            }
        }
        try {
            flusher.finish();
        } finally {
            if (interrupted) {
                Thread.currentThread().interrupt();
            }
        }
    }

    LogSettings settings() {
        return settings;
    }

    /** Writes everything appended so far, as the flush interval does. */
    void flush() {
        flusher.flush();
    }

    /** Removes what has expired, as the sweep interval does. */
    void sweep() {
        flusher.sweep();
    }

    /** Bytes of events that are in memory only. */
    long bufferedBytes() {
        return context.pending().bufferedBytes().get();
    }

    /** Bytes of all segments. */
    long diskBytes() {
        return context.pending().diskBytes().get();
    }

    StreamLog openStream(GroupName name, String stream) {
        while (true) {
            checkOpen();
            Optional<StreamLog> opened = groups.findOrAdd(name).openStream(stream);
            if (opened.isPresent()) {
                return opened.get();
            }
            Thread.onSpinWait(); // the group is being deleted; it is gone from the map in a moment
        }
    }

    /** Takes some of the events, writing them out where buffers are full. */
    int append(StreamLog stream, List<LogEvent> events, int from) {
        checkOpen();
        int most = settings.streamBufferBytes();
        int next = stream.append(events, from, most, context.clock().millis());
        if (next != StreamLog.DELETED
                && (stream.unwrittenBytes() >= most
                        || context.pending().bufferedBytes().get() >= settings.bufferBytes())) {
            flusher.write(stream);
        }
        return next;
    }

    /** Returns the events' bytes as AWS counts them. */
    long checkEvents(List<LogEvent> events) {
        long bytes = 0;
        for (LogEvent event : events) {
            // At most 3 bytes of UTF-8 for a char: only long messages have to be counted.
            int length = event.message().length();
            if (length > MOST_EVENT_BYTES / 3 && utf8Length(event) > MOST_EVENT_BYTES) {
                throw new IllegalArgumentException(
                        "a log event has at most " + MOST_EVENT_BYTES + " bytes");
            }
            bytes += length + 26L;
        }
        return bytes;
    }

    private static int utf8Length(LogEvent event) {
        return event.message().getBytes(java.nio.charset.StandardCharsets.UTF_8).length;
    }

    private void checkOpen() {
        if (closed) {
            throw new IllegalStateException("the log store is closed");
        }
    }

    /** Files that no row names: their group or segment was deleted and the process ended then. */
    private void removeOrphans() {
        Set<String> known = new HashSet<>();
        for (long id : context.tables().segments().ids()) {
            known.add(HexFormat.of().toHexDigits(id));
        }
        try {
            for (Path file : context.files().all()) {
                String name = String.valueOf(file.getFileName());
                if (!known.contains(name.substring(0, name.indexOf('.')))) {
                    Files.deleteIfExists(file);
                }
            }
        } catch (IOException e) {
            throw new LogStoreException("can't remove the file of a deleted log segment", e);
        }
    }
}
