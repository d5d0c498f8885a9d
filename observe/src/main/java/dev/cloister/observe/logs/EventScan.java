package dev.cloister.observe.logs;

import java.io.IOException;
import java.nio.file.NoSuchFileException;
import java.util.Map;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** One query under way: looks at chunks and takes the events of its page. Used by one thread. */
final class EventScan {
    private static final Logger LOG = LoggerFactory.getLogger(EventScan.class);

    private final EventQuery query;
    private final Map<Long, String> streams;
    private final PageSelection page;
    private long scannedBytes;

    /**
     * @param streams names by id of the streams that the query is about
     */
    EventScan(EventQuery query, Map<Long, String> streams) {
        this.query = query;
        this.streams = streams;
        this.page = new PageSelection(query.forward(), query.limit());
    }

    long scannedBytes() {
        return scannedBytes;
    }

    boolean wants(SegmentInfo segment) {
        return wants(segment.first(), segment.last());
    }

    /** Takes what belongs to the page from a segment up to the length that is known of it. */
    void segment(SegmentFiles files, GroupName group, SegmentInfo segment) {
        try (SegmentReader reader = files.read(group, segment)) {
            for (int index = 0; index < segment.chunks(); index++) {
                Optional<ChunkHeader> header = reader.next();
                if (header.isEmpty() || header.get().index() != index) {
                    damaged(files, segment, "its chunk " + index + " is not where it has to be");
                    return;
                }
                chunk(files, segment, reader, header.get());
            }
        } catch (NoSuchFileException e) {
            LOG.debug("{} was removed while it was about to be read", e.getFile());
        } catch (DamagedSegmentException e) {
            LOG.error("log events are not readable", e);
        } catch (IOException e) {
            throw new LogStoreException(
                    "can't read " + files.path(segment.groupId(), segment.id()), e);
        }
    }

    /** Takes what belongs to the page from decoded records. */
    void records(EventRecords records) {
        String stream = streams.get(records.streamId());
        if (stream == null) {
            return;
        }
        scannedBytes += records.length();
        records.visit(
                (id, position, ingestion, text) -> {
                    if (inRange(position) && page.wants(position)) {
                        String message = text.decode();
                        if (query.filter().test(message)) {
                            page.add(
                                    new StoredEvent(stream, id, position, ingestion, message),
                                    text.size());
                        }
                    }
                });
    }

    EventPage page() {
        return new EventPage(page.events(), page.cut() ? page.last() : Optional.empty());
    }

    /** The page where nothing behind a place has been looked at. */
    EventPage pageUpTo(Position frontier) {
        if (page.cut() && page.last().orElse(frontier).compareTo(frontier) < 0) {
            return page();
        }
        page.cutAfter(frontier);
        return new EventPage(page.events(), Optional.of(frontier));
    }

    private void chunk(
            SegmentFiles files, SegmentInfo segment, SegmentReader reader, ChunkHeader header)
            throws IOException {
        String stream = streams.get(header.streamId());
        if (stream == null || !wants(header.first(), header.last())) {
            if (!reader.skip(header)) {
                damaged(files, segment, "it ends within chunk " + header.index());
            }
            return;
        }
        Optional<EventRecords> records = reader.body(header);
        if (records.isPresent()) {
            records(records.get());
        } else {
            damaged(files, segment, "chunk " + header.index() + " fails its check");
            notice(stream, header);
        }
    }

    /** Whether something between the two places may belong to the page. */
    private boolean wants(Position first, Position last) {
        boolean onward =
                query.forward()
                        ? last.compareTo(query.start()) > 0
                        : first.compareTo(query.start()) < 0;
        return onward
                && last.millis() >= query.fromMillis()
                && first.millis() <= query.toMillis()
                && page.wants(query.forward() ? first : last);
    }

    private boolean inRange(Position position) {
        int fromStart = position.compareTo(query.start());
        return position.millis() >= query.fromMillis()
                && position.millis() <= query.toMillis()
                && (query.forward() ? fromStart > 0 : fromStart < 0);
    }

    /** Tells the reader of the stream, in the place of the events, that they can't be shown. */
    private void notice(String stream, ChunkHeader header) {
        // Not a sequence of any event: those of a millisecond begin at that millisecond's.
        Position position = new Position(Math.max(0, header.minMillis()), header.index());
        if (!query.filtered() && inRange(position)) {
            String message =
                    "[cloister] %d log events can't be shown: what is stored of them was damaged or changed"
                            .formatted(header.count());
            page.add(
                    new StoredEvent(
                            stream, header.streamId(), position, position.millis(), message),
                    message.length());
        }
    }

    private static void damaged(SegmentFiles files, SegmentInfo segment, String how) {
        LOG.error(
                "log events are not readable: {} was damaged or changed: {}",
                files.path(segment.groupId(), segment.id()),
                how);
    }
}
