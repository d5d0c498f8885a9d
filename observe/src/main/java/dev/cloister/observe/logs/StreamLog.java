package dev.cloister.observe.logs;

import dev.cloister.observe.LogStore.LogEvent;
import dev.cloister.observe.logs.StreamTable.StreamRow;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.locks.ReentrantLock;

/**
 * A stream in use: its unwritten events and its times. Thread-safe; its lock is held for no longer
 * than it takes to copy events, and no other lock is taken within.
 */
final class StreamLog {
    /** Returned by {@link #append} where the stream has been deleted. */
    static final int DELETED = -1;

    private final GroupLog group;
    private final Pending shared;
    private final MetadataSaver saver;
    private final ReentrantLock lock = new ReentrantLock();
    private final PendingEvents pending = new PendingEvents();
    private StreamInfo info;
    private boolean inDatabase;
    private boolean unsaved;
    private boolean deleted;
    // Guarded by the group's lock.
    private int writers;

    StreamLog(GroupLog group, StreamInfo info, boolean inDatabase, LogContext context) {
        this.group = group;
        this.info = info;
        this.inDatabase = inDatabase;
        this.shared = context.pending();
        this.saver = context.saver();
    }

    GroupLog group() {
        return group;
    }

    long id() {
        return info.id();
    }

    StreamInfo info() {
        lock.lock();
        try {
            return info;
        } finally {
            lock.unlock();
        }
    }

    /**
     * Takes events until so many bytes are unwritten.
     *
     * @return the index of the first event not taken, or {@link #DELETED}
     */
    int append(List<LogEvent> events, int from, int mostUnwritten, long nowMillis) {
        lock.lock();
        try {
            if (deleted) {
                return DELETED;
            }
            int before = pending.length();
            int next = from;
            while (next < events.size() && (next == from || pending.length() < mostUnwritten)) {
                LogEvent event = events.get(next++);
                long millis = Math.max(0, event.timestamp().toEpochMilli());
                byte[] message = event.message().getBytes(StandardCharsets.UTF_8);
                pending.add(millis, nowMillis, group.nextSequence(), message);
                note(millis, nowMillis);
            }
            shared.bufferedBytes().addAndGet(pending.length() - before);
            if (before == 0 && pending.length() > 0) {
                shared.unwritten(this);
            }
            markUnsaved();
            return next;
        } finally {
            lock.unlock();
        }
    }

    /** Bytes that wait to be written. */
    int unwrittenBytes() {
        lock.lock();
        try {
            return pending.length();
        } finally {
            lock.unlock();
        }
    }

    /** The unwritten events as a chunk, or empty if there are none. */
    Optional<Chunk> chunk(int index) {
        lock.lock();
        try {
            return pending.count() == 0 || deleted
                    ? Optional.empty()
                    : Optional.of(
                            new Chunk(
                                    new ChunkHeader(
                                            pending.length() + SegmentFormat.TAG_BYTES,
                                            index,
                                            info.id(),
                                            pending.minMillis(),
                                            pending.maxMillis(),
                                            pending.firstSequence(),
                                            pending.lastSequence(),
                                            pending.count()),
                                    pending.bytes(),
                                    pending.length()));
        } finally {
            lock.unlock();
        }
    }

    /** The unwritten events, for readers. */
    EventRecords unwritten() {
        lock.lock();
        try {
            return pending.records(info.id());
        } finally {
            lock.unlock();
        }
    }

    /** Forgets what has been written. */
    void written(int bytes) {
        lock.lock();
        try {
            forget(bytes);
            if (pending.length() > 0) {
                shared.unwritten(this);
            }
        } finally {
            lock.unlock();
        }
    }

    /** From now on nothing is appended or saved; unwritten events are dropped. */
    void markDeleted() {
        lock.lock();
        try {
            deleted = true;
            forget(pending.length());
        } finally {
            lock.unlock();
        }
    }

    boolean isInDatabase() {
        lock.lock();
        try {
            return inDatabase;
        } finally {
            lock.unlock();
        }
    }

    /** Whether nothing would be lost by forgetting the stream. */
    boolean isClean() {
        lock.lock();
        try {
            return deleted || (pending.length() == 0 && inDatabase && !unsaved);
        } finally {
            lock.unlock();
        }
    }

    /** The row to save, or empty if the stream has been deleted. */
    Optional<StreamRow> startSaving() {
        lock.lock();
        try {
            unsaved = false;
            return deleted ? Optional.empty() : Optional.of(new StreamRow(group.id(), info));
        } finally {
            lock.unlock();
        }
    }

    void saved() {
        lock.lock();
        try {
            inDatabase = true;
        } finally {
            lock.unlock();
        }
    }

    void saveFailed() {
        lock.lock();
        try {
            markUnsaved();
        } finally {
            lock.unlock();
        }
    }

    int writers() {
        return writers;
    }

    void addWriters(int change) {
        writers += change;
    }

    private void markUnsaved() {
        if (!unsaved) {
            unsaved = true;
            saver.changed(this);
        }
    }

    private void forget(int bytes) {
        pending.forget(bytes);
        shared.bufferedBytes().addAndGet(-bytes);
    }

    private void note(long millis, long nowMillis) {
        if (millis > info.lastEventMillis()
                || millis < info.firstEventMillis()
                || nowMillis != info.lastIngestionMillis()) {
            info =
                    new StreamInfo(
                            info.id(),
                            info.name(),
                            info.createdMillis(),
                            info.hasEvents() ? Math.min(millis, info.firstEventMillis()) : millis,
                            Math.max(millis, info.lastEventMillis()),
                            nowMillis);
        }
    }

    /** Unwritten events with the header that they are written under. */
    static final class Chunk {
        private final ChunkHeader header;
        private final byte[] text;
        private final int length;

        Chunk(ChunkHeader header, byte[] text, int length) {
            this.header = header;
            this.text = text;
            this.length = length;
        }

        ChunkHeader header() {
            return header;
        }

        byte[] text() {
            return text;
        }

        int length() {
            return length;
        }
    }
}
