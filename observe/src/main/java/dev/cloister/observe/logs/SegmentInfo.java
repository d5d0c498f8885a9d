package dev.cloister.observe.logs;

/**
 * What the store knows of a segment without opening it.
 *
 * @param minEventMillis {@code Long.MAX_VALUE} while it is empty
 * @param maxEventMillis -1 while it is empty
 * @param bytes up to the end of its last whole chunk
 * @param chunks number of its chunks
 * @param firstSequence of its first event; {@code Long.MAX_VALUE} while it is empty
 * @param lastSequence of its last event; -1 while it is empty
 * @param sealed whether nothing more is appended
 * @param kmsKeyArn the customer's key that it is under; empty for the account's own
 */
record SegmentInfo(
        long id,
        long groupId,
        long createdMillis,
        long minEventMillis,
        long maxEventMillis,
        long bytes,
        int chunks,
        long firstSequence,
        long lastSequence,
        boolean sealed,
        String kmsKeyArn) {

    static SegmentInfo empty(
            long id, long groupId, long createdMillis, long bytes, String kmsKeyArn) {
        return new SegmentInfo(
                id,
                groupId,
                createdMillis,
                Long.MAX_VALUE,
                -1,
                bytes,
                0,
                Long.MAX_VALUE,
                -1,
                false,
                kmsKeyArn);
    }

    SegmentInfo plus(ChunkHeader chunk, long end) {
        return new SegmentInfo(
                id,
                groupId,
                createdMillis,
                Math.min(minEventMillis, chunk.minMillis()),
                Math.max(maxEventMillis, chunk.maxMillis()),
                end,
                chunks + 1,
                Math.min(firstSequence, chunk.firstSequence()),
                Math.max(lastSequence, chunk.lastSequence()),
                sealed,
                kmsKeyArn);
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
                firstSequence,
                lastSequence,
                true,
                kmsKeyArn);
    }

    /** No event of the segment is before it. */
    Position first() {
        return new Position(minEventMillis, firstSequence);
    }

    /** No event of the segment is after it. */
    Position last() {
        return new Position(maxEventMillis, lastSequence);
    }
}
