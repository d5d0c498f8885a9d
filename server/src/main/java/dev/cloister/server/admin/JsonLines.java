package dev.cloister.server.admin;

import java.io.ByteArrayOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import tools.jackson.databind.json.JsonMapper;

/** Reads and writes single lines of JSON on a channel. Thread-safe: it keeps nothing. */
final class JsonLines {
    private static final int BUFFER_BYTES = 8192;

    private final JsonMapper mapper = JsonMapper.shared();

    void write(SocketChannel channel, Object value) throws IOException {
        String line = mapper.writeValueAsString(value) + "\n";
        ByteBuffer bytes = ByteBuffer.wrap(line.getBytes(StandardCharsets.UTF_8));
        while (bytes.hasRemaining()) {
            channel.write(bytes);
        }
    }

    <T> T read(SocketChannel channel, int maximumBytes, Class<T> type) throws IOException {
        ByteArrayOutputStream line = new ByteArrayOutputStream();
        ByteBuffer buffer = ByteBuffer.allocate(BUFFER_BYTES);
        while (channel.read(buffer.clear()) >= 0) {
            int end = indexOfNewline(buffer.flip());
            line.write(buffer.array(), 0, end < 0 ? buffer.limit() : end);
            if (line.size() > maximumBytes) {
                throw new IOException("a line of more than " + maximumBytes + " bytes");
            }
            if (end >= 0) {
                return mapper.readValue(line.toByteArray(), type);
            }
        }
        throw new EOFException("the connection ended within a line");
    }

    private static int indexOfNewline(ByteBuffer buffer) {
        for (int index = 0; index < buffer.limit(); index++) {
            if (buffer.get(index) == '\n') {
                return index;
            }
        }
        return -1;
    }
}
