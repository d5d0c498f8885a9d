package dev.cloister.worker.environment;

import dev.cloister.worker.Payload;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/** Keeps the last 4,096 bytes of one invocation's log. Not thread-safe. */
final class LogTail {
    /** What Invoke returns in X-Amz-Log-Result, before base64. */
    static final int BYTES = 4096;

    private final byte[] ring = new byte[BYTES];
    private long written;

    void add(String message) {
        // at least as many bytes as characters are kept: cut before encoding
        int from = Math.max(0, message.length() - BYTES);
        put(message.substring(from).getBytes(StandardCharsets.UTF_8));
        put(new byte[] {'\n'});
    }

    private void put(byte[] bytes) {
        for (int i = Math.max(0, bytes.length - BYTES); i < bytes.length; i++) {
            ring[(int) (written++ % BYTES)] = bytes[i];
        }
    }

    /** From the start of a character. */
    Payload bytes() {
        if (written <= BYTES) {
            return Payload.of(Arrays.copyOf(ring, (int) written));
        }
        int start = (int) (written % BYTES);
        byte[] ordered = new byte[BYTES];
        System.arraycopy(ring, start, ordered, 0, BYTES - start);
        System.arraycopy(ring, 0, ordered, BYTES - start, start);
        int from = 0;
        while (from < 3 && (ordered[from] & 0xC0) == 0x80) {
            from++;
        }
        return Payload.of(Arrays.copyOfRange(ordered, from, BYTES));
    }
}
