package dev.cloister.observe.logs;

import java.nio.ByteBuffer;
import java.util.Optional;
import java.util.zip.CRC32C;

/**
 * The clear part of a chunk; authenticated with it as additional data.
 *
 * @param length bytes of ciphertext with its tag
 * @param index place in the segment, from 0
 * @param streamId the stream whose events the chunk has
 * @param minMillis time of its earliest event
 * @param maxMillis time of its latest event
 * @param firstSequence of its events
 * @param lastSequence of its events
 * @param count number of its events
 */
record ChunkHeader(
        int length,
        int index,
        long streamId,
        long minMillis,
        long maxMillis,
        long firstSequence,
        long lastSequence,
        int count) {
    /** With the checksum that tells a damaged header from a damaged body. */
    static final int BYTES = 56;

    private static final int CHECKED_BYTES = 52;

    /** No event of the chunk is before it. */
    Position first() {
        return new Position(minMillis, firstSequence);
    }

    /** No event of the chunk is after it. */
    Position last() {
        return new Position(maxMillis, lastSequence);
    }

    void write(ByteBuffer to) {
        int start = to.position();
        to.putInt(length)
                .putInt(index)
                .putLong(streamId)
                .putLong(minMillis)
                .putLong(maxMillis)
                .putLong(firstSequence)
                .putLong(lastSequence)
                .putInt(count);
        to.putInt(checksum(to, start));
    }

    /** The header at the buffer's position, or empty if it isn't one. */
    static Optional<ChunkHeader> read(ByteBuffer from) {
        int start = from.position();
        ChunkHeader header =
                new ChunkHeader(
                        from.getInt(),
                        from.getInt(),
                        from.getLong(),
                        from.getLong(),
                        from.getLong(),
                        from.getLong(),
                        from.getLong(),
                        from.getInt());
        boolean whole = from.getInt() == checksum(from, start);
        boolean possible =
                header.length > SegmentFormat.TAG_BYTES
                        && header.length <= SegmentFormat.MOST_CHUNK_BYTES
                        && header.index >= 0
                        && header.count > 0;
        return whole && possible ? Optional.of(header) : Optional.empty();
    }

    private static int checksum(ByteBuffer buffer, int start) {
        CRC32C crc = new CRC32C();
        crc.update(buffer.slice(start, CHECKED_BYTES));
        return (int) crc.getValue();
    }
}
