package dev.cloister.observe.logs;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;

/** Encoded events of one stream, in the order of their arrival. Immutable. */
final class EventRecords {
    private final long streamId;
    private final byte[] bytes;
    private final int length;

    /**
     * @param bytes nobody changes the first {@code length} of them any more
     */
    EventRecords(long streamId, byte[] bytes, int length) {
        this.streamId = streamId;
        this.bytes = bytes;
        this.length = length;
    }

    long streamId() {
        return streamId;
    }

    int length() {
        return length;
    }

    /** Shows every event to the visitor. */
    void visit(Visitor visitor) {
        ByteBuffer buffer = ByteBuffer.wrap(bytes, 0, length);
        while (buffer.remaining() >= SegmentFormat.RECORD_BYTES) {
            long millis = buffer.getLong();
            long ingestion = buffer.getLong();
            long sequence = buffer.getLong();
            int size = buffer.getInt();
            int at = buffer.position();
            visitor.event(
                    streamId, new Position(millis, sequence), ingestion, new Text(bytes, at, size));
            buffer.position(at + size);
        }
    }

    /** Sees events; decodes the text of those it wants. */
    @FunctionalInterface
    interface Visitor {
        void event(long streamId, Position position, long ingestionMillis, Text text);
    }

    /** A message that is decoded when asked for. */
    static final class Text {
        private final byte[] bytes;
        private final int offset;
        private final int size;

        Text(byte[] bytes, int offset, int size) {
            this.bytes = bytes;
            this.offset = offset;
            this.size = size;
        }

        int size() {
            return size;
        }

        String decode() {
            return new String(bytes, offset, size, StandardCharsets.UTF_8);
        }
    }
}
