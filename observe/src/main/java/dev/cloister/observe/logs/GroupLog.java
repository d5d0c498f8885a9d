package dev.cloister.observe.logs;

import java.io.IOException;
import java.nio.file.NoSuchFileException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A group in use: its streams in use, its segments and the one being written. Thread-safe. Its lock
 * is held while a chunk is written; appending takes only the stream's.
 */
final class GroupLog {
    private static final Logger LOG = LoggerFactory.getLogger(GroupLog.class);

    /** A clock that steps back by less than this leaves sequences unique after a crash too. */
    private static final int SEQUENCES_PER_MILLISECOND_BITS = 20;

    private final LogContext context;
    private final long id;
    private final GroupName name;
    private final AtomicLong sequence;
    private final ReentrantLock lock = new ReentrantLock();
    private final Map<String, StreamLog> streams = new HashMap<>();
    private final TreeMap<Long, SegmentInfo> segments = new TreeMap<>();
    private @Nullable SegmentWriter writer;
    private boolean deleted;
    private volatile int retentionDays;

    GroupLog(LogContext context, GroupInfo info, List<SegmentInfo> segments) {
        this.context = context;
        this.id = info.id();
        this.name = info.name();
        this.retentionDays = info.retentionDays().orElse(0);
        long last = -1;
        for (SegmentInfo segment : segments) {
            this.segments.put(segment.id(), segment);
            last = Math.max(last, segment.lastSequence());
        }
        this.sequence =
                new AtomicLong(
                        Math.max(
                                last + 1,
                                context.clock().millis() << SEQUENCES_PER_MILLISECOND_BITS));
    }

    long id() {
        return id;
    }

    GroupName name() {
        return name;
    }

    long nextSequence() {
        return sequence.getAndIncrement();
    }

    /** 0 where events never expire. */
    int retentionDays() {
        return retentionDays;
    }

    void retentionDays(int days) {
        retentionDays = days;
    }

    /**
     * The stream for a writer, made in memory if there is none; it reaches the database with its
     * first events. Empty if the group has been deleted.
     */
    Optional<StreamLog> openStream(String streamName) {
        return locked(
                () -> {
                    if (deleted) {
                        return Optional.empty();
                    }
                    StreamLog stream = existing(streamName).orElseGet(() -> create(streamName));
                    stream.addWriters(1);
                    return Optional.of(stream);
                });
    }

    /** As {@link #openStream}, empty also if there is no such stream. */
    Optional<StreamLog> openExisting(String streamName) {
        return locked(
                () -> {
                    Optional<StreamLog> stream = deleted ? Optional.empty() : existing(streamName);
                    stream.ifPresent(found -> found.addWriters(1));
                    return stream;
                });
    }

    void closeStream(StreamLog stream) {
        locked(
                () -> {
                    stream.addWriters(-1);
                    return stream;
                });
    }

    /** Adds a stream; false if there is one of that name. */
    boolean addStream(String streamName) {
        return locked(
                () -> {
                    if (deleted) {
                        throw LogErrors.noGroup();
                    }
                    if (existing(streamName).isPresent()) {
                        return false;
                    }
                    context.saver().save(create(streamName));
                    streams.remove(streamName); // nobody has it open
                    return true;
                });
    }

    /** Deletes a stream; false if there is none. Its events can't be read any more. */
    boolean deleteStream(String streamName) {
        return locked(
                () -> {
                    Optional<StreamLog> stream = existing(streamName);
                    stream.ifPresent(
                            found -> {
                                found.markDeleted();
                                streams.remove(streamName);
                                context.saver()
                                        .exclusively(
                                                () -> context.tables().deleteStream(found.id()));
                            });
                    return stream.isPresent();
                });
    }

    /** The stream as it is now, events that are not written included. */
    Optional<StreamInfo> stream(String streamName) {
        return locked(
                () -> {
                    StreamLog loaded = streams.get(streamName);
                    return loaded != null
                            ? Optional.of(loaded.info())
                            : context.tables().stream(id, streamName);
                });
    }

    /** Streams in use. */
    List<StreamLog> loadedStreams() {
        return locked(() -> List.copyOf(streams.values()));
    }

    /** Forgets the streams that nobody has open and whose events and times are saved. */
    void forgetIdleStreams() {
        locked(() -> streams.values().removeIf(s -> s.writers() == 0 && s.isClean()));
    }

    /** Segments and unwritten events at one moment. */
    View view() {
        return locked(
                () -> {
                    List<EventRecords> unwritten = new ArrayList<>();
                    for (StreamLog stream : streams.values()) {
                        EventRecords records = stream.unwritten();
                        if (records.length() > 0) {
                            unwritten.add(records);
                        }
                    }
                    return new View(List.copyOf(segments.values()), unwritten);
                });
    }

    /**
     * Writes a stream's events to the segment.
     *
     * @throws LogStoreException if that fails; the events are still in memory
     */
    void write(StreamLog stream) {
        lock.lock();
        try {
            if (deleted || stream.chunk(0).isEmpty()) {
                return;
            }
            if (!stream.isInDatabase()) {
                context.saver().save(stream);
            }
            SegmentWriter out = writerFor(stream.unwrittenBytes());
            SegmentInfo segment = segments.lastEntry().getValue();
            Optional<StreamLog.Chunk> chunk = stream.chunk(segment.chunks());
            if (chunk.isPresent()) {
                append(stream, chunk.get(), out, segment);
            }
        } catch (IOException e) {
            abandonWriter();
            throw new LogStoreException(
                    "can't write log events of "
                            + name.arn()
                            + " to "
                            + context.files().path(id, 0).getParent()
                            + "; they stay in memory until it is possible: check its disk space"
                            + " and permissions",
                    e);
        } finally {
            lock.unlock();
        }
    }

    /** Makes durable what has been written. */
    void sync() throws IOException {
        lock.lock();
        try {
            if (writer != null) {
                writer.sync();
            }
        } finally {
            lock.unlock();
        }
    }

    /** Closes the open segment if nobody is using the group; it is opened again when needed. */
    boolean tryCloseFile() throws IOException {
        if (!lock.tryLock()) {
            return false;
        }
        try {
            closeWriter();
            return true;
        } finally {
            lock.unlock();
        }
    }

    void closeFile() throws IOException {
        lock.lock();
        try {
            closeWriter();
        } finally {
            lock.unlock();
        }
    }

    long storedBytes() {
        return locked(() -> segments.values().stream().mapToLong(SegmentInfo::bytes).sum());
    }

    /** Removes the oldest segment; false if there is none. */
    boolean dropOldestSegment() throws IOException {
        lock.lock();
        try {
            if (segments.isEmpty()) {
                return false;
            }
            drop(segments.firstEntry().getValue());
            return true;
        } finally {
            lock.unlock();
        }
    }

    /** Removes the segments whose last event is before a time. */
    int dropExpired(long beforeMillis) throws IOException {
        lock.lock();
        try {
            int dropped = 0;
            for (SegmentInfo segment : List.copyOf(segments.values())) {
                if (segment.chunks() > 0 && segment.maxEventMillis() < beforeMillis) {
                    drop(segment);
                    dropped++;
                }
            }
            return dropped;
        } finally {
            lock.unlock();
        }
    }

    /** Deletes everything; writers that are open make the group anew with their next event. */
    void delete() throws IOException {
        lock.lock();
        try {
            deleted = true;
            streams.values().forEach(StreamLog::markDeleted);
            streams.clear();
            abandonWriter();
            context.saver().exclusively(() -> context.tables().deleteGroup(id));
            segments.values().forEach(s -> context.pending().diskBytes().addAndGet(-s.bytes()));
            segments.clear();
            context.files().deleteGroup(id);
        } finally {
            lock.unlock();
        }
    }

    private Optional<StreamLog> existing(String streamName) {
        StreamLog loaded = streams.get(streamName);
        if (loaded != null) {
            return Optional.of(loaded);
        }
        Optional<StreamLog> found =
                context.tables().stream(id, streamName)
                        .map(info -> new StreamLog(this, info, true, context));
        found.ifPresent(stream -> streams.put(streamName, stream));
        return found;
    }

    private StreamLog create(String streamName) {
        StreamLog stream =
                new StreamLog(
                        this,
                        new StreamInfo(
                                context.ids().next(),
                                streamName,
                                context.clock().millis(),
                                StreamInfo.NONE,
                                StreamInfo.NONE,
                                StreamInfo.NONE),
                        false,
                        context);
        streams.put(streamName, stream);
        context.saver().changed(stream);
        return stream;
    }

    private void append(
            StreamLog stream, StreamLog.Chunk chunk, SegmentWriter out, SegmentInfo segment)
            throws IOException {
        out.append(chunk.header(), chunk.text(), chunk.length());
        SegmentInfo longer = segment.plus(chunk.header(), chunk.lastSequence(), out.end());
        replace(segment, longer);
        stream.written(chunk.length());
    }

    /** The writer of the segment that so many bytes go to; the last in {@code segments}. */
    private SegmentWriter writerFor(int bytes) throws IOException {
        var last = segments.lastEntry();
        if (last != null && !last.getValue().sealed()) {
            SegmentInfo segment = last.getValue();
            if (fits(segment, bytes)) {
                Optional<SegmentWriter> open = openAgain(segment);
                if (open.isPresent()) {
                    return open.get();
                }
            }
            closeWriter();
            replace(segment, segment.asSealed());
        }
        SegmentInfo fresh = SegmentInfo.empty(context.ids().next(), id, context.clock().millis());
        context.tables().addSegment(fresh);
        SegmentWriter created = context.files().create(name, fresh);
        writer = created;
        segments.put(fresh.id(), fresh);
        replace(
                fresh,
                new SegmentInfo(
                        fresh.id(),
                        id,
                        fresh.createdMillis(),
                        fresh.minEventMillis(),
                        fresh.maxEventMillis(),
                        created.end(),
                        0,
                        -1,
                        false));
        return created;
    }

    /** The writer of a segment begun earlier; empty if its file is not what it was. */
    private Optional<SegmentWriter> openAgain(SegmentInfo segment) throws IOException {
        if (writer == null) {
            try {
                writer = context.files().reopen(name, segment);
            } catch (NoSuchFileException | DamagedSegmentException e) {
                LOG.error("log events are lost or not readable; going on in a new segment", e);
            }
        }
        return Optional.ofNullable(writer);
    }

    private boolean fits(SegmentInfo segment, int bytes) {
        long age = context.clock().millis() - segment.createdMillis();
        return segment.chunks() == 0
                || (segment.bytes() + bytes <= context.settings().segmentBytes()
                        && age <= context.settings().segmentAge().toMillis());
    }

    private void replace(SegmentInfo old, SegmentInfo now) {
        segments.put(now.id(), now);
        context.pending().diskBytes().addAndGet(now.bytes() - old.bytes());
        context.saver().changed(now);
    }

    private void drop(SegmentInfo segment) throws IOException {
        if (!segment.sealed()) {
            abandonWriter();
        }
        context.saver().exclusively(() -> context.tables().deleteSegment(segment.id()));
        context.saver().gone(segment);
        segments.remove(segment.id());
        context.pending().diskBytes().addAndGet(-segment.bytes());
        context.files().delete(segment);
    }

    private void closeWriter() throws IOException {
        SegmentWriter open = writer;
        if (open != null) {
            writer = null;
            try (open) {
                open.sync();
            }
        }
    }

    /** Closes the file without regard to what becomes of it. */
    private void abandonWriter() {
        SegmentWriter open = writer;
        writer = null;
        if (open != null) {
            try {
                open.close();
            } catch (IOException e) {
                throw new LogStoreException("can't close " + open.path(), e);
            }
        }
    }

    private <T> T locked(java.util.function.Supplier<T> work) {
        lock.lock();
        try {
            return work.get();
        } finally {
            lock.unlock();
        }
    }

    /** Segments and unwritten events at one moment: together every event once. */
    record View(List<SegmentInfo> segments, List<EventRecords> unwritten) {
        View {
            segments = List.copyOf(segments);
            unwritten = List.copyOf(unwritten);
        }
    }
}
