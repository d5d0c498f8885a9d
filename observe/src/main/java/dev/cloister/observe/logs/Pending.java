package dev.cloister.observe.logs;

import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;

/**
 * What is not where it has to be yet: streams with unwritten events, and the totals. Thread-safe.
 */
final class Pending {
    private final Set<StreamLog> unwritten = ConcurrentHashMap.newKeySet();
    private final AtomicLong bufferedBytes = new AtomicLong();
    private final AtomicLong diskBytes = new AtomicLong();

    void unwritten(StreamLog stream) {
        unwritten.add(stream);
    }

    /** The streams that had unwritten events; they are no longer remembered here. */
    List<StreamLog> takeUnwritten() {
        List<StreamLog> taken = List.copyOf(unwritten);
        taken.forEach(unwritten::remove);
        return taken;
    }

    /** Bytes of events in memory. */
    AtomicLong bufferedBytes() {
        return bufferedBytes;
    }

    /** Bytes of all segments. */
    AtomicLong diskBytes() {
        return diskBytes;
    }
}
