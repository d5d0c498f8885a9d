package dev.cloister.observe.logs;

import java.io.IOException;
import java.nio.file.NoSuchFileException;
import java.util.List;
import java.util.Optional;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** A group's segments and the one being written. Guarded by the group's lock. */
final class GroupSegments {
    private static final Logger LOG = LoggerFactory.getLogger(GroupSegments.class);

    private final LogContext context;
    private final long groupId;
    private final GroupName name;
    private final TreeMap<Long, SegmentInfo> segments = new TreeMap<>();
    private Optional<String> kmsKeyArn;
    private @Nullable SegmentWriter writer;

    GroupSegments(LogContext context, GroupInfo group, List<SegmentInfo> segments) {
        this.context = context;
        this.groupId = group.id();
        this.name = group.name();
        this.kmsKeyArn = group.kmsKeyArn();
        segments.forEach(segment -> this.segments.put(segment.id(), segment));
    }

    List<SegmentInfo> all() {
        return List.copyOf(segments.values());
    }

    /** The key of segments from now on; the one being written ends with the next event. */
    void useKey(Optional<String> newKmsKeyArn) {
        kmsKeyArn = newKmsKeyArn;
    }

    /** Checks that the group's key can be used just now. */
    void requireKey() {
        context.files().requireKey(name, kmsKeyArn);
    }

    long lastSequence() {
        return segments.values().stream().mapToLong(SegmentInfo::lastSequence).max().orElse(-1);
    }

    long storedBytes() {
        return segments.values().stream().mapToLong(SegmentInfo::bytes).sum();
    }

    /** Writes a stream's events, if it has any. */
    void append(StreamLog stream) throws IOException {
        SegmentWriter out = writerFor(stream.unwrittenBytes());
        SegmentInfo segment = segments.lastEntry().getValue();
        Optional<StreamLog.Chunk> chunk = stream.chunk(segment.chunks());
        if (chunk.isPresent()) {
            out.append(chunk.get().header(), chunk.get().text(), chunk.get().length());
            replace(segment, segment.plus(chunk.get().header(), out.end()));
            stream.written(chunk.get().length());
        }
    }

    void sync() throws IOException {
        if (writer != null) {
            writer.sync();
        }
    }

    /** Removes the oldest segment; false if there is none. */
    boolean dropOldest() throws IOException {
        if (segments.isEmpty()) {
            return false;
        }
        drop(segments.firstEntry().getValue());
        return true;
    }

    /** Removes the segments whose last event is before a time. */
    void dropExpired(long beforeMillis) throws IOException {
        for (SegmentInfo segment : all()) {
            if (segment.chunks() > 0 && segment.maxEventMillis() < beforeMillis) {
                drop(segment);
            }
        }
    }

    /** Forgets all segments, whose rows and files whoever calls removes. */
    void clear() {
        abandonWriter();
        context.pending().diskBytes().addAndGet(-storedBytes());
        segments.clear();
    }

    /** Syncs and closes the file; it is opened again when needed. */
    void closeWriter() throws IOException {
        SegmentWriter open = writer;
        if (open != null) {
            writer = null;
            try (open) {
                open.sync();
            }
        }
    }

    /** Closes the file without regard to what becomes of it. */
    void abandonWriter() {
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

    /** The writer of the segment that so many bytes go to; the last in {@code segments}. */
    private SegmentWriter writerFor(int bytes) throws IOException {
        requireKey();
        var last = segments.lastEntry();
        if (last != null && !last.getValue().sealed()) {
            SegmentInfo segment = last.getValue();
            if (fits(segment, bytes) && segment.kmsKeyArn().equals(kmsKeyArn.orElse(""))) {
                Optional<SegmentWriter> open = openAgain(segment);
                if (open.isPresent()) {
                    return open.get();
                }
            }
            closeWriter();
            replace(segment, segment.asSealed());
        }
        return begin();
    }

    /** Begins a segment: a file without a row is removed at the next start. */
    private SegmentWriter begin() throws IOException {
        long id = context.ids().next();
        String key = kmsKeyArn.orElse("");
        SegmentWriter created = context.files().create(name, groupId, id, key);
        SegmentInfo fresh =
                SegmentInfo.empty(id, groupId, context.clock().millis(), created.end(), key);
        try {
            context.tables().segments().add(fresh);
        } catch (RuntimeException e) {
            try (created) {
                context.files().delete(fresh);
            }
            throw e;
        }
        context.pending().diskBytes().addAndGet(fresh.bytes());
        segments.put(id, fresh);
        writer = created;
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
        context.saver().exclusively(() -> context.tables().segments().delete(segment.id()));
        context.saver().gone(segment);
        segments.remove(segment.id());
        context.pending().diskBytes().addAndGet(-segment.bytes());
        context.files().delete(segment);
    }
}
