package dev.cloister.observe.logs;

/**
 * What the store knows of a segment without opening it.
 *
 * @param minEventMillis {@code Long.MAX_VALUE} while it is empty
 * @param maxEventMillis -1 while it is empty
 * @param bytes up to the end of its last whole chunk
 * @param chunks number of its chunks
 * @param lastSequence of its last event; -1 while it is empty
 * @param sealed whether nothing more is appended
 */
record SegmentInfo(
        long id,
        long groupId,
        long createdMillis,
        long minEventMillis,
        long maxEventMillis,
        long bytes,
        int chunks,
        long lastSequence,
        boolean sealed) {

    static SegmentInfo empty(long id, long groupId, long createdMillis) {
        return new SegmentInfo(id, groupId, createdMillis, Long.MAX_VALUE, -1, 0, 0, -1, false);
    }

    SegmentInfo plus(ChunkHeader chunk, long lastSequence, long end) {
        return new SegmentInfo(
                id,
                groupId,
                createdMillis,
                Math.min(minEventMillis, chunk.minMillis()),
                Math.max(maxEventMillis, chunk.maxMillis()),
                end,
                chunks + 1,
                Math.max(this.lastSequence, lastSequence),
                sealed);
    }

    SegmentInfo asSealed() {
        return new SegmentInfo(
                id,
                groupId,
                createdMillis,
                minEventMillis,
                maxEventMillis,
                bytes,
                chunks,
                lastSequence,
                true);
    }

    boolean overlaps(long fromMillis, long toMillis) {
        return chunks > 0 && maxEventMillis >= fromMillis && minEventMillis <= toMillis;
    }
}
