package dev.cloister.worker.runtimeapi;

import dev.cloister.worker.Payload;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/**
 * Writes replies to one connection, each with one system call where it fits the socket's buffer.
 * Thread-safe: the owner of the environment and the connection's thread both write.
 */
final class ReplyWriter {
    /** Up to this size head and body are copied into one buffer; beyond, they are gathered. */
    private static final int JOINED_BYTES = 32 * 1024;

    private final SocketChannel channel;

    // guarded by this
    private byte[] joined = new byte[1024];
    private int size;

    ReplyWriter(SocketChannel channel) {
        this.channel = channel;
    }

    synchronized void write(byte[] reply) throws IOException {
        writeFully(ByteBuffer.wrap(reply));
    }

    /** The reply to {@code /next}. */
    synchronized void writeEvent(RuntimeEvent event, boolean keepAlive) throws IOException {
        size = 0;
        add(Replies.NEXT_START);
        addText(event.requestId());
        add(Replies.NEXT_DEADLINE);
        addText(Long.toString(event.deadlineMillis()));
        addHeader(Replies.NEXT_ARN, event.invokedFunctionArn());
        addHeader(Replies.NEXT_TRACE, event.traceHeader());
        addHeader(Replies.NEXT_CLIENT_CONTEXT, event.clientContext());
        addHeader(Replies.NEXT_TENANT, event.tenantId());
        finish(event.payload(), keepAlive);
    }

    /** A reply of status 200 with a JSON body. */
    synchronized void writeJson(Payload body, boolean keepAlive) throws IOException {
        size = 0;
        addText("HTTP/1.1 200 OK\r\nContent-Type: application/json");
        finish(body, keepAlive);
    }

    private void finish(Payload body, boolean keepAlive) throws IOException {
        add(Replies.CONTENT_LENGTH);
        addText(Integer.toString(body.length()));
        add(keepAlive ? Replies.END : Replies.CLOSE_AND_END);
        byte[] bytes = body.bytes();
        if (size + bytes.length <= JOINED_BYTES) {
            add(bytes);
            writeFully(ByteBuffer.wrap(joined, 0, size));
            return;
        }
        ByteBuffer[] both = {ByteBuffer.wrap(joined, 0, size), ByteBuffer.wrap(bytes)};
        while (both[1].position() < bytes.length) {
            // the JDK copies what a heap buffer offers: offer it in pieces
            both[1].limit(
                    Math.min(bytes.length, both[1].position() + RuntimeApiLimits.TRANSFER_BYTES));
            channel.write(both);
        }
    }

    private void addHeader(byte[] name, String value) {
        if (!value.isEmpty()) {
            add(name);
            addText(value);
        }
    }

    private void addText(String text) {
        add(text.getBytes(StandardCharsets.UTF_8));
    }

    private void add(byte[] bytes) {
        if (size + bytes.length > joined.length) {
            joined = Arrays.copyOf(joined, Math.max(size + bytes.length, joined.length * 2));
        }
        System.arraycopy(bytes, 0, joined, size, bytes.length);
        size += bytes.length;
    }

    private void writeFully(ByteBuffer bytes) throws IOException {
        while (bytes.hasRemaining()) {
            channel.write(bytes);
        }
    }
}
