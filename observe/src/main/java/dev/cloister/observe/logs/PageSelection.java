package dev.cloister.observe.logs;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * Keeps the events of one page out of all that are offered, in any order: the first ones in the
 * query's direction that are within the page's bounds. Memory stays within a page and one event.
 */
final class PageSelection {
    /** GetLogEvents, FilterLogEvents: "up to 1 MB of log events". */
    private static final long MOST_BYTES = 1 << 20;

    private static final int EVENT_OVERHEAD_BYTES = 26;

    private final Comparator<Position> order;
    private final int limit;
    private final TreeMap<Position, Kept> kept;
    private long bytes;
    private @Nullable Position refusedFrom;

    PageSelection(boolean forward, int limit) {
        this.order = forward ? Comparator.naturalOrder() : Comparator.reverseOrder();
        this.limit = limit;
        this.kept = new TreeMap<>(order);
    }

    /** Whether an event at this place would be in the page, as far as is known. */
    boolean wants(Position position) {
        Position bound = refusedFrom;
        return bound == null || order.compare(position, bound) < 0;
    }

    void add(StoredEvent event, int messageBytes) {
        if (!wants(event.position())) {
            return;
        }
        int size = messageBytes + EVENT_OVERHEAD_BYTES;
        if (kept.put(event.position(), new Kept(event, size)) == null) {
            bytes += size;
        }
        // An event that has been pushed out bounds the page: nothing behind it may come back in.
        while (kept.size() > limit || (bytes > MOST_BYTES && kept.size() > 1)) {
            var last = kept.pollLastEntry();
            bytes -= last.getValue().size();
            refusedFrom = last.getKey();
        }
    }

    /** Leaves only what is up to a place: behind it not everything has been offered. */
    void cutAfter(Position frontier) {
        kept.tailMap(frontier, false).clear();
    }

    boolean cut() {
        return refusedFrom != null;
    }

    /** The page in ascending order. */
    List<StoredEvent> events() {
        List<StoredEvent> events = new ArrayList<>(kept.size());
        kept.values().forEach(each -> events.add(each.event()));
        events.sort(Comparator.comparing(StoredEvent::position));
        return events;
    }

    Optional<Position> last() {
        return kept.isEmpty() ? Optional.empty() : Optional.of(kept.lastKey());
    }

    private record Kept(StoredEvent event, int size) {}
}
