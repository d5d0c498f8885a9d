package dev.cloister.observe.logs;

import dev.cloister.storage.KeyUnavailableException;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Semaphore;

/** Reads events, those that are still in memory included. Thread-safe. */
public final class LogReader {
    /** Event text that one page may have to look at before it is returned as it is. */
    private static final long SCAN_BUDGET_BYTES = 64L << 20;

    private final LogContext context;
    private final GroupLogs groups;
    private final Semaphore open;

    LogReader(LogContext context, GroupLogs groups) {
        this.context = context;
        this.groups = groups;
        this.open = new Semaphore(context.settings().openFiles());
    }

    /**
     * A page of a group's events.
     *
     * @throws dev.cloister.api.AwsError if there is no such group or stream
     * @throws LogStoreException if a segment can't be read
     */
    public EventPage read(GroupName name, EventQuery asked) {
        GroupLog group = groups.find(name).orElseThrow(LogErrors::noGroup);
        EventQuery query = withoutExpired(group, asked);
        Map<Long, String> streams = streams(group, query);
        GroupLog.View view = group.view();
        EventScan scan = new EventScan(query, streams);
        open.acquireUninterruptibly();
        try {
            group.requireKey(); // of the events that are in memory only
            view.unwritten().forEach(scan::records);
            List<SegmentInfo> segments = inOrder(view.segments(), query);
            for (int i = 0; i < segments.size(); i++) {
                SegmentInfo segment = segments.get(i);
                Optional<Position> frontier = frontier(segment, query, scan);
                if (frontier.isPresent()) {
                    return scan.pageUpTo(frontier.get());
                }
                if (scan.wants(segment)) {
                    scan.segment(context.files(), group.name(), segment);
                }
            }
        } catch (KeyUnavailableException e) {
            throw LogErrors.keyRefused(e, name);
        } finally {
            open.release();
        }
        return scan.page();
    }

    /** Events past their retention are gone for readers at once; their segments go later. */
    private EventQuery withoutExpired(GroupLog group, EventQuery query) {
        int days = group.retentionDays();
        long oldest = days == 0 ? 0 : context.clock().millis() - days * 24L * 60 * 60 * 1000;
        return new EventQuery(
                query.streams(),
                Math.max(query.fromMillis(), oldest),
                query.toMillis(),
                query.start(),
                query.forward(),
                query.limit(),
                query.filter(),
                query.filtered());
    }

    private Map<Long, String> streams(GroupLog group, EventQuery query) {
        Map<Long, String> streams = new HashMap<>();
        switch (query.streams()) {
            case StreamSelection.Names(List<String> names) -> {
                for (String stream : names) {
                    StreamInfo info = group.stream(stream).orElseThrow(LogErrors::noStream);
                    streams.put(info.id(), info.name());
                }
            }
            case StreamSelection.Prefix(String prefix) -> {
                // Those in use first: a stream may leave that set for the database, never the
                // other way without being used.
                for (StreamLog stream : group.loadedStreams()) {
                    StreamInfo info = stream.info();
                    if (info.name().startsWith(prefix)) {
                        streams.put(info.id(), info.name());
                    }
                }
                context.tables()
                        .streams()
                        .withEvents(group.id(), prefix, query.fromMillis(), query.toMillis())
                        .forEach(info -> streams.put(info.id(), info.name()));
            }
        }
        return streams;
    }

    private static List<SegmentInfo> inOrder(List<SegmentInfo> segments, EventQuery query) {
        Comparator<SegmentInfo> order =
                query.forward()
                        ? Comparator.comparing(SegmentInfo::first)
                        : Comparator.comparing(SegmentInfo::last).reversed();
        return segments.stream().filter(segment -> segment.chunks() > 0).sorted(order).toList();
    }

    /** Where a forward scan that has looked at enough stops: before this segment's first event. */
    private static Optional<Position> frontier(
            SegmentInfo segment, EventQuery query, EventScan scan) {
        Position before = new Position(segment.minEventMillis(), segment.firstSequence() - 1);
        return query.forward()
                        && scan.scannedBytes() > SCAN_BUDGET_BYTES
                        && before.compareTo(query.start()) > 0
                ? Optional.of(before)
                : Optional.empty();
    }
}
