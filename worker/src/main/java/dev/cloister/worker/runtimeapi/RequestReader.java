package dev.cloister.worker.runtimeapi;

import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.net.SocketTimeoutException;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.time.Duration;
import java.util.Arrays;
import java.util.concurrent.Semaphore;

/**
 * Reads requests from one connection. Confined to the connection's thread.
 *
 * <p>Waiting for a request has no limit (that is what a long poll is); once its first byte is here,
 * the sender must be quick.
 */
final class RequestReader {
    private static final int START_BYTES = 4 * 1024;

    private final SocketChannel channel;
    private final Semaphore largeHeads;
    private final Duration slowSender;
    private byte[] buffer = new byte[START_BYTES];
    private ByteBuffer view = ByteBuffer.wrap(buffer);
    private int from;
    private int to;
    private long deadlineNanos;
    private boolean timed;

    /**
     * @param largeHeads one permit per request that may be larger than usual at the same time
     * @param slowSender how long a request may take
     */
    RequestReader(SocketChannel channel, Semaphore largeHeads, Duration slowSender) {
        this.channel = channel;
        this.largeHeads = largeHeads;
        this.slowSender = slowSender;
    }

    /**
     * Waits until there are bytes of a request.
     *
     * @return false at the end of the stream
     */
    boolean awaitRequest() throws IOException {
        if (from < to) {
            return true;
        }
        from = 0;
        to = 0;
        timed = false;
        return fill();
    }

    /** Reads one head; {@link #awaitRequest} has returned true. */
    RequestHead readHead() throws IOException {
        startClock();
        boolean large = false;
        try {
            int scanned = from;
            while (true) {
                int end = endOfHead(Math.max(from, scanned - 3));
                if (end >= 0) {
                    RequestHead head = HeadParser.parse(buffer, from, end - 2);
                    from = end;
                    return head;
                }
                scanned = to;
                if (to - from >= RuntimeApiLimits.HEAD_BYTES && !large) {
                    large = largeHeads.tryAcquire();
                }
                makeRoom(large ? RuntimeApiLimits.LARGE_HEAD_BYTES : RuntimeApiLimits.HEAD_BYTES);
                if (!fill()) {
                    throw new EOFException("the connection ended within a request's head");
                }
            }
        } finally {
            if (large) {
                largeHeads.release();
            }
        }
    }

    /** From now on reads of this request have a common deadline. */
    void startClock() {
        timed = true;
        deadlineNanos = System.nanoTime() + slowSender.toNanos();
    }

    /** From now on reads of this request may take as long as they do. */
    void stopClock() {
        timed = false;
    }

    /** Whether bytes are here that were not asked for yet. */
    boolean hasBuffered() {
        return from < to;
    }

    /** The next byte, or -1 at the end of the stream. */
    int read() throws IOException {
        if (from == to && !refill()) {
            return -1;
        }
        return buffer[from++] & 0xff;
    }

    /**
     * Reads up to {@code length} bytes.
     *
     * @return how many, or -1 at the end of the stream
     */
    int read(byte[] target, int offset, int length) throws IOException {
        if (from < to) {
            int count = Math.min(length, to - from);
            System.arraycopy(buffer, from, target, offset, count);
            from += count;
            return count;
        }
        int most = Math.min(length, RuntimeApiLimits.TRANSFER_BYTES);
        return timed
                ? readTimed(target, offset, most)
                : channel.read(ByteBuffer.wrap(target, offset, most));
    }

    /** Gives back what a large request made the buffer grow to. */
    void shrink() {
        if (from == to && buffer.length > RuntimeApiLimits.HEAD_BYTES) {
            replace(new byte[START_BYTES]);
            from = 0;
            to = 0;
        }
    }

    private boolean refill() throws IOException {
        from = 0;
        to = 0;
        return fill();
    }

    private boolean fill() throws IOException {
        int count;
        int room = Math.min(buffer.length - to, RuntimeApiLimits.TRANSFER_BYTES);
        if (timed) {
            count = readTimed(buffer, to, room);
        } else {
            view.limit(to + room).position(to);
            count = channel.read(view);
        }
        if (count < 0) {
            return false;
        }
        to += count;
        return true;
    }

    private int readTimed(byte[] target, int offset, int length) throws IOException {
        long leftMillis = (deadlineNanos - System.nanoTime()) / 1_000_000;
        if (leftMillis <= 0) {
            throw new BadRequestException("408 Request Timeout", "the request came too slowly");
        }
        channel.socket().setSoTimeout((int) leftMillis);
        try {
            InputStream in = channel.socket().getInputStream();
            return in.read(target, offset, length);
        } catch (SocketTimeoutException e) {
            BadRequestException slow =
                    new BadRequestException("408 Request Timeout", "the request came too slowly");
            slow.initCause(e);
            throw slow;
        }
    }

    private void makeRoom(int most) throws BadRequestException {
        if (to < buffer.length) {
            return;
        }
        if (from > 0) {
            System.arraycopy(buffer, from, buffer, 0, to - from);
            to -= from;
            from = 0;
        } else if (buffer.length < most) {
            replace(Arrays.copyOf(buffer, Math.min(most, buffer.length * 2)));
        } else {
            throw new BadRequestException(
                    "431 Request Header Fields Too Large",
                    "request line and headers are larger than " + most + " bytes");
        }
    }

    private void replace(byte[] with) {
        buffer = with;
        view = ByteBuffer.wrap(with);
    }

    /**
     * @return behind the empty line that ends the head, or -1 if it is not here yet
     */
    private int endOfHead(int start) {
        for (int i = start; i + 3 < to; i++) {
            if (buffer[i] == '\r'
                    && buffer[i + 1] == '\n'
                    && buffer[i + 2] == '\r'
                    && buffer[i + 3] == '\n') {
                return i + 4;
            }
        }
        return -1;
    }
}
