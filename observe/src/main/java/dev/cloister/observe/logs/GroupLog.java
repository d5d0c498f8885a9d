package dev.cloister.observe.logs;

import java.io.IOException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.ReentrantLock;

/**
 * A group in use: its streams in use, its segments and the one being written. Thread-safe. Its lock
 * is held while a chunk is written; appending takes only the stream's.
 */
final class GroupLog {

    /** A clock that steps back by less than this leaves sequences unique after a crash too. */
    private static final int SEQUENCES_PER_MILLISECOND_BITS = 20;

    private final LogContext context;
    private final long id;
    private final GroupName name;
    private final AtomicLong sequence;
    private final ReentrantLock lock = new ReentrantLock();
    private final Map<String, StreamLog> streams = new HashMap<>();
    private final GroupSegments segments;
    private boolean deleted;
    private volatile int retentionDays;

    GroupLog(LogContext context, GroupInfo info, List<SegmentInfo> segments) {
        this.context = context;
        this.id = info.id();
        this.name = info.name();
        this.retentionDays = info.retentionDays().orElse(0);
        this.segments = new GroupSegments(context, info, segments);
        this.sequence =
                new AtomicLong(
                        Math.max(
                                this.segments.lastSequence() + 1,
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

    /** The key of events that are written from now on. */
    void useKey(Optional<String> kmsKeyArn) {
        lock.lock();
        try {
            segments.useKey(kmsKeyArn);
        } finally {
            lock.unlock();
        }
    }

    /**
     * Checks that the key can be used just now.
     *
     * @throws dev.cloister.storage.KeyUnavailableException if not
     */
    void requireKey() {
        lock.lock();
        try {
            segments.requireKey();
        } finally {
            lock.unlock();
        }
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
                                                () ->
                                                        context.tables()
                                                                .streams()
                                                                .delete(found.id()));
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
                            : context.tables().streams().find(id, streamName);
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
                    return new View(segments.all(), unwritten);
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
            segments.append(stream);
        } catch (IOException e) {
            segments.abandonWriter();
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
            segments.sync();
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
            segments.closeWriter();
            return true;
        } finally {
            lock.unlock();
        }
    }

    void closeFile() throws IOException {
        lock.lock();
        try {
            segments.closeWriter();
        } finally {
            lock.unlock();
        }
    }

    long storedBytes() {
        return locked(segments::storedBytes);
    }

    /** Removes the oldest segment; false if there is none. */
    boolean dropOldestSegment() throws IOException {
        lock.lock();
        try {
            return segments.dropOldest();
        } finally {
            lock.unlock();
        }
    }

    /** Removes the segments whose last event is before a time. */
    void dropExpired(long beforeMillis) throws IOException {
        lock.lock();
        try {
            segments.dropExpired(beforeMillis);
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
            segments.clear();
            context.saver().exclusively(() -> context.tables().groups().delete(id));
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
                context.tables()
                        .streams()
                        .find(id, streamName)
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
