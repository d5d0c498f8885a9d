package dev.cloister.observe.logs;

import java.nio.ByteBuffer;
import java.util.Arrays;

/**
 * Encoded events that wait to be written. Guarded by its stream's lock.
 *
 * <p>Bytes once appended never change in place: {@link #records} hands out the array, and a reader
 * or the writer of the segment uses it while more is appended behind.
 */
final class PendingEvents {
    private static final int FIRST_CAPACITY = 1024;
    private static final byte[] NOTHING = new byte[0];

    private byte[] bytes = NOTHING;
    private int length;
    private int count;
    private long minMillis = Long.MAX_VALUE;
    private long maxMillis = -1;
    private long firstSequence = -1;
    private long lastSequence = -1;

    int length() {
        return length;
    }

    int count() {
        return count;
    }

    long minMillis() {
        return minMillis;
    }

    long maxMillis() {
        return maxMillis;
    }

    long firstSequence() {
        return firstSequence;
    }

    long lastSequence() {
        return lastSequence;
    }

    byte[] bytes() {
        return bytes;
    }

    EventRecords records(long streamId) {
        return new EventRecords(streamId, bytes, length);
    }

    void add(long millis, long ingestionMillis, long sequence, byte[] message) {
        int needed = Math.addExact(length, SegmentFormat.RECORD_BYTES + message.length);
        if (needed > bytes.length) {
            bytes =
                    Arrays.copyOf(
                            bytes, Math.max(needed, Math.max(FIRST_CAPACITY, bytes.length * 2)));
        }
        ByteBuffer.wrap(bytes, length, needed - length)
                .putLong(millis)
                .putLong(ingestionMillis)
                .putLong(sequence)
                .putInt(message.length)
                .put(message);
        length = needed;
        firstSequence = count == 0 ? sequence : firstSequence;
        count++;
        minMillis = Math.min(minMillis, millis);
        maxMillis = Math.max(maxMillis, millis);
        lastSequence = sequence;
    }

    /** Forgets the first {@code written} bytes; what was appended meanwhile stays. */
    void forget(int written) {
        byte[] rest = Arrays.copyOfRange(bytes, written, length);
        bytes = NOTHING;
        length = 0;
        count = 0;
        minMillis = Long.MAX_VALUE;
        maxMillis = -1;
        if (rest.length > 0) {
            bytes = rest;
            length = rest.length;
            new EventRecords(0, rest, rest.length)
                    .visit(
                            (stream, position, ingestion, text) -> {
                                firstSequence = count == 0 ? position.sequence() : firstSequence;
                                count++;
                                minMillis = Math.min(minMillis, position.millis());
                                maxMillis = Math.max(maxMillis, position.millis());
                            });
        }
    }
}
