package dev.cloister.observe.logs;

import dev.cloister.storage.KeyUnavailableException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Reads the segment that was being written when the process ended, finds its last whole, authentic
 * chunk, and what the database does not know yet of the events before it.
 */
final class SegmentRecovery {
    private static final Logger LOG = LoggerFactory.getLogger(SegmentRecovery.class);

    private final SegmentFiles files;
    private final Map<Long, StreamTimes> streams = new HashMap<>();

    SegmentRecovery(SegmentFiles files) {
        this.files = files;
    }

    /** First and last event and last arrival of the streams that were met. */
    Map<Long, StreamTimes> streams() {
        return streams;
    }

    /** The segment as it is, or empty if there is nothing in it. */
    Optional<SegmentInfo> recover(GroupName group, SegmentInfo known) {
        Path path = files.path(known.groupId(), known.id());
        try (SegmentReader reader = files.readToRecover(group, known)) {
            SegmentInfo found = scan(reader, known);
            long size = Files.size(path);
            if (size > found.bytes() && found.chunks() > 0) {
                LOG.warn(
                        "{}: cut {} bytes after the last whole chunk, as a crash leaves them",
                        path,
                        size - found.bytes());
            }
            return found.chunks() > 0 ? Optional.of(found) : Optional.empty();
        } catch (NoSuchFileException e) {
            return Optional.empty(); // removed by hand, or never made durable
        } catch (DamagedSegmentException e) {
            if (known.chunks() == 0) {
                return Optional.empty(); // the crash came while its first bytes were written
            }
            LOG.error("log events are not readable and are left as they are", e);
            return Optional.of(known.asSealed());
        } catch (KeyUnavailableException e) {
            LOG.error("{} can't be opened and is left as it is", path, e);
            return Optional.of(known.asSealed());
        } catch (IOException e) {
            throw new LogStoreException("can't read " + path, e);
        }
    }

    private SegmentInfo scan(SegmentReader reader, SegmentInfo known) throws IOException {
        SegmentInfo found =
                SegmentInfo.empty(
                        known.id(),
                        known.groupId(),
                        known.createdMillis(),
                        reader.chunksStart(),
                        known.kmsKeyArn());
        SegmentInfo tail = found;
        while (true) {
            Optional<ChunkHeader> header = reader.next();
            if (header.isEmpty() || header.get().index() != tail.chunks()) {
                return found;
            }
            Optional<EventRecords> events = reader.body(header.get());
            events.ifPresent(this::note);
            tail = tail.plus(header.get(), reader.position());
            if (events.isPresent()) {
                found = tail; // a damaged chunk is kept if a sound one follows
            }
        }
    }

    private void note(EventRecords records) {
        records.visit(
                (stream, position, ingestion, text) -> {
                    StreamTimes times =
                            new StreamTimes(position.millis(), position.millis(), ingestion);
                    streams.merge(stream, times, StreamTimes::with);
                });
    }

    /** Times in milliseconds since the epoch. */
    record StreamTimes(long first, long last, long ingestion) {
        StreamTimes with(StreamTimes that) {
            return new StreamTimes(
                    Math.min(first, that.first),
                    Math.max(last, that.last),
                    Math.max(ingestion, that.ingestion));
        }
    }
}
