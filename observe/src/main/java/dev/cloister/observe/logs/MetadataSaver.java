package dev.cloister.observe.logs;

import dev.cloister.observe.logs.StreamTable.StreamRow;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.locks.ReentrantLock;

/**
 * Brings what changed of streams and segments into the database, many changes in one commit.
 * Thread-safe. Its lock is taken last: whoever holds it takes no group's lock.
 */
final class MetadataSaver {
    private final LogTables tables;
    private final ReentrantLock lock = new ReentrantLock();
    private final Set<StreamLog> streams = ConcurrentHashMap.newKeySet();
    private final Map<Long, SegmentInfo> segments = new ConcurrentHashMap<>();

    MetadataSaver(LogTables tables) {
        this.tables = tables;
    }

    void changed(StreamLog stream) {
        streams.add(stream);
    }

    void changed(SegmentInfo segment) {
        segments.put(segment.id(), segment);
    }

    void gone(SegmentInfo segment) {
        segments.remove(segment.id());
    }

    /** Returns when everything that had changed is committed. */
    void save() {
        lock.lock();
        try {
            saveStreamsAndSegments(List.copyOf(streams));
        } finally {
            lock.unlock();
        }
    }

    /** As {@link #save}, for one stream only. */
    void save(StreamLog stream) {
        lock.lock();
        try {
            saveStreamsAndSegments(List.of(stream));
        } finally {
            lock.unlock();
        }
    }

    /** Runs a deletion that no save may overlap: a save would bring the row back. */
    void exclusively(Runnable deletion) {
        lock.lock();
        try {
            deletion.run();
        } finally {
            lock.unlock();
        }
    }

    private void saveStreamsAndSegments(List<StreamLog> taken) {
        List<StreamRow> rows = new ArrayList<>(taken.size());
        taken.forEach(streams::remove);
        Map<Long, SegmentInfo> changed = Map.copyOf(segments);
        try {
            for (StreamLog stream : taken) {
                stream.startSaving().ifPresent(rows::add);
            }
            tables.save(rows, List.copyOf(changed.values()));
        } catch (RuntimeException e) {
            taken.forEach(StreamLog::saveFailed);
            throw e;
        }
        taken.forEach(StreamLog::saved);
        changed.forEach(segments::remove); // not one that has changed again
    }
}
