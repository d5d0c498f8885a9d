package dev.cloister.api.http;

import dev.cloister.api.message.MalformedRequestException;
import io.helidon.common.buffers.DataReader.IncorrectNewLineException;
import io.helidon.common.buffers.DataReader.InsufficientDataAvailableException;
import io.helidon.http.HeaderNames;
import io.helidon.http.HeaderValues;
import io.helidon.http.RequestException;
import io.helidon.webserver.CloseConnectionException;
import io.helidon.webserver.http.ServerRequest;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.util.Arrays;
import java.util.OptionalLong;

/** Reads one request's body within its bounds of size, time and memory. */
final class BodyReader implements AutoCloseable {
    private static final int FIRST_CHUNK = 16 * 1_024;

    /** Up to here a body of known length gets its array at once. */
    private static final int WHOLE = 8 * 1_024 * 1_024;

    /** So much of an unwanted body is read to answer its sender before the connection ends. */
    private static final long MAX_SKIPPED = 96L * 1_024 * 1_024;

    private static final Duration MEMORY_PATIENCE = Duration.ofSeconds(10);

    private final ServerRequest request;
    private final ConnectionWatch watch;
    private final BodyMemory memory;
    private final OptionalLong declared;
    private int memoryTaken;
    private boolean opened;
    private boolean consumed;

    BodyReader(ServerRequest request, ConnectionWatch watch, BodyMemory memory) {
        this.request = request;
        this.watch = watch;
        this.memory = memory;
        this.declared =
                request.headers().contains(HeaderNames.TRANSFER_ENCODING)
                        ? OptionalLong.empty()
                        : OptionalLong.of(request.headers().contentLength().orElse(0));
        this.consumed = declared.orElse(-1) == 0;
    }

    boolean isConsumed() {
        return consumed;
    }

    byte[] read(long max) {
        if (consumed) {
            return new byte[0];
        }
        if (declared.orElse(0) > max) {
            skip();
            throw new BodyTooLargeException();
        }
        memoryTaken = memory.take(declared.orElse(max), MEMORY_PATIENCE);
        watch.begin(watch.limits().bodyTimeout());
        try {
            byte[] body = readAll(open(), max);
            consumed = true;
            return body;
        } catch (IOException
                | UncheckedIOException
                | InsufficientDataAvailableException
                | CloseConnectionException e) {
            throw new ClientGoneException(e);
        } catch (RequestException | IncorrectNewLineException | NumberFormatException e) {
            // The last is what a chunk's malformed size shows as.
            throw new MalformedRequestException("The body is not well-formed");
        } finally {
            end();
        }
    }

    /** The declared length; empty where the body comes in chunks of HTTP's own. */
    OptionalLong declared() {
        return declared;
    }

    /**
     * The body as a stream that takes no memory; nothing is read, and no client is told to go on,
     * before the first read. Each read has the time of an idle connection.
     *
     * @throws BodyTooLargeException if it has more than {@code max} bytes: now or from a read
     */
    InputStream stream(long max) {
        if (declared.orElse(0) > max) {
            throw new BodyTooLargeException();
        }
        return new BodyStream(
                () -> consumed ? InputStream.nullInputStream() : open(),
                watch,
                declared,
                max,
                () -> consumed = true);
    }

    /** Nobody closes the stream: that would read the rest of it, however long it is. */
    private InputStream open() {
        opened = true;
        return request.content().inputStream();
    }

    private byte[] readAll(InputStream in, long max) throws IOException {
        int expected = (int) Math.min(declared.orElse(FIRST_CHUNK), Integer.MAX_VALUE - 16);
        byte[] body = new byte[Math.min(expected, WHOLE)];
        int size = 0;
        while (true) {
            int count = in.read(body, size, body.length - size);
            if (count < 0) {
                break;
            }
            size += count;
            if (size > max) {
                skipRest(in, size);
                throw new BodyTooLargeException();
            }
            if (size == body.length) {
                if (declared.isPresent() && size == declared.getAsLong()) {
                    // One more read, so that the server sees the body's end as well.
                    if (in.read() < 0) {
                        return body;
                    }
                    throw new IOException("the body is longer than declared");
                }
                long most = Math.min(declared.orElse(max), max) + 1;
                body = Arrays.copyOf(body, (int) Math.min(body.length * 2L, most));
            }
        }
        if (declared.isPresent() && size != declared.getAsLong()) {
            throw new IOException("the body ended after " + size + " bytes");
        }
        return Arrays.copyOf(body, size);
    }

    /**
     * Reads and drops the body.
     *
     * @return false if it was given up
     */
    boolean skip() {
        if (consumed) {
            return true;
        }
        // A client that waits for leave to send gets its answer instead.
        boolean waits = request.headers().containsToken(HeaderValues.EXPECT_100);
        if (opened || waits || declared.orElse(0) > MAX_SKIPPED) {
            return false;
        }
        watch.begin(watch.limits().bodyTimeout());
        opened = true;
        try {
            skipRest(open(), 0);
        } catch (IOException
                | UncheckedIOException
                | InsufficientDataAvailableException
                | CloseConnectionException e) {
            throw new ClientGoneException(e);
        } catch (RequestException | IncorrectNewLineException | NumberFormatException e) {
            // Not well-formed from here on: what follows can't be read as a request.
            consumed = false;
        } finally {
            end();
        }
        return consumed;
    }

    private void skipRest(InputStream in, long alreadyRead) throws IOException {
        byte[] scratch = new byte[FIRST_CHUNK];
        long read = alreadyRead;
        while (read <= MAX_SKIPPED) {
            int count = in.read(scratch);
            if (count < 0) {
                consumed = true;
                return;
            }
            read += count;
        }
    }

    private void end() {
        if (!watch.done()) {
            throw new ClientGoneException(new IOException("the body took too long"));
        }
    }

    @Override
    public void close() {
        memory.giveBack(memoryTaken);
        memoryTaken = 0;
    }
}
