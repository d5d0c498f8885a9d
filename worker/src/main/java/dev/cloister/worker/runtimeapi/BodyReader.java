package dev.cloister.worker.runtimeapi;

import dev.cloister.worker.Payload;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Locale;
import java.util.Map;

/**
 * Reads one request's body: by its length, or chunked with trailers (RFC 9112 section 7.1).
 * Confined to the connection's thread.
 */
final class BodyReader {
    private static final int FIRST_BYTES = 64 * 1024;

    private final RequestReader reader;
    private final RequestHead head;
    private final int most;

    private byte[] bytes = new byte[0];
    private int count;

    private BodyReader(RequestReader reader, RequestHead head, int most) {
        this.reader = reader;
        this.head = head;
        this.most = most;
    }

    /** What was read. */
    sealed interface Body {
        /**
         * @param trailers by lower-case name; a few kilobytes at most
         */
        record Complete(Payload payload, Map<String, String> trailers) implements Body {}

        /**
         * @param drained whether the rest was read too, so that the connection can go on
         */
        record TooLarge(boolean drained) implements Body {}

        /** The stream ended, or its chunks made no sense. */
        record Truncated() implements Body {}
    }

    /**
     * @param most how many bytes the body may have
     */
    static Body read(RequestReader reader, RequestHead head, int most) throws IOException {
        BodyReader body = new BodyReader(reader, head, most);
        return head.chunked() ? body.chunked() : body.sized();
    }

    private Body sized() throws IOException {
        long length = Math.max(0, head.contentLength());
        if (length > most) {
            return new Body.TooLarge(drainSized(length));
        }
        int wanted = (int) length;
        bytes = new byte[Math.min(wanted, FIRST_BYTES)];
        return take(wanted) ? complete(Map.of()) : new Body.Truncated();
    }

    private boolean drainSized(long length) throws IOException {
        if (length > RuntimeApiLimits.MAX_DRAINED_BYTES || head.expectsContinue()) {
            return false;
        }
        reader.startClock();
        byte[] scratch = new byte[FIRST_BYTES];
        long left = length;
        while (left > 0) {
            int read = reader.read(scratch, 0, (int) Math.min(left, scratch.length));
            if (read < 0) {
                return false;
            }
            left -= read;
        }
        return true;
    }

    private Body chunked() throws IOException {
        long dropped = 0;
        boolean tooLarge = false;
        while (true) {
            long size = chunkSize();
            if (size < 0) {
                return new Body.Truncated();
            }
            if (size == 0) {
                Map<String, String> trailers = new HashMap<>();
                if (!trailers(trailers)) {
                    return new Body.Truncated();
                }
                return tooLarge ? new Body.TooLarge(true) : complete(Map.copyOf(trailers));
            }
            if (!tooLarge && count + size > most) {
                tooLarge = true;
                bytes = new byte[0];
                count = 0;
                reader.startClock();
            }
            if (tooLarge) {
                dropped += size;
                if (dropped > RuntimeApiLimits.MAX_DRAINED_BYTES) {
                    return new Body.TooLarge(false);
                }
                if (!drop(size)) {
                    return new Body.TooLarge(false);
                }
            } else if (!take((int) size)) {
                return new Body.Truncated();
            }
            if (reader.read() != '\r' || reader.read() != '\n') {
                return new Body.Truncated();
            }
        }
    }

    /** Reads {@code more} bytes behind those that are here; grows only as bytes arrive. */
    private boolean take(int more) throws IOException {
        int until = count + more;
        while (count < until) {
            if (count == bytes.length) {
                int larger = Math.max(FIRST_BYTES, bytes.length * 2);
                // a body with a length is never given more room than that
                int enough = head.chunked() ? larger : Math.min(larger, until);
                bytes = Arrays.copyOf(bytes, Math.min(enough, most));
            }
            int read = reader.read(bytes, count, Math.min(until, bytes.length) - count);
            if (read < 0) {
                return false;
            }
            count += read;
        }
        return true;
    }

    private boolean drop(long size) throws IOException {
        byte[] scratch = new byte[8 * 1024];
        long left = size;
        while (left > 0) {
            int read = reader.read(scratch, 0, (int) Math.min(left, scratch.length));
            if (read < 0) {
                return false;
            }
            left -= read;
        }
        return true;
    }

    private Body complete(Map<String, String> trailers) {
        byte[] exact = count == bytes.length ? bytes : Arrays.copyOf(bytes, count);
        return new Body.Complete(Payload.of(exact), trailers);
    }

    /**
     * @return -1 if the line is no chunk size or the stream ended
     */
    private long chunkSize() throws IOException {
        String line = line(RuntimeApiLimits.CHUNK_LINE_BYTES);
        int extension = line.indexOf(';');
        String digits = (extension < 0 ? line : line.substring(0, extension)).trim();
        if (digits.isEmpty() || digits.length() > 8) {
            return -1;
        }
        long size = 0;
        for (int i = 0; i < digits.length(); i++) {
            int digit = Character.digit(digits.charAt(i), 16);
            if (digit < 0) {
                return -1;
            }
            size = size * 16 + digit;
        }
        return size;
    }

    private boolean trailers(Map<String, String> into) throws IOException {
        int left = RuntimeApiLimits.TRAILERS_BYTES;
        while (true) {
            String line = line(left);
            if (line.isEmpty()) {
                return ended;
            }
            left -= line.length();
            int colon = line.indexOf(':');
            if (colon <= 0) {
                return false;
            }
            into.put(
                    line.substring(0, colon).toLowerCase(Locale.ROOT),
                    line.substring(colon + 1).trim());
        }
    }

    /** Whether the last {@link #line} came with its line end. */
    private boolean ended;

    private String line(int limit) throws IOException {
        ended = false;
        ByteArrayOutputStream line = new ByteArrayOutputStream(16);
        while (line.size() <= limit) {
            int c = reader.read();
            if (c < 0) {
                return "";
            }
            if (c == '\r') {
                ended = reader.read() == '\n';
                return ended ? line.toString(StandardCharsets.ISO_8859_1) : "";
            }
            line.write(c);
        }
        return "";
    }
}
