package dev.cloister.api.http;

import dev.cloister.api.message.MalformedRequestException;
import io.helidon.common.buffers.DataReader.IncorrectNewLineException;
import io.helidon.common.buffers.DataReader.InsufficientDataAvailableException;
import io.helidon.http.RequestException;
import io.helidon.webserver.CloseConnectionException;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.OptionalLong;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** A request's body as a stream: every read has a deadline, and the whole has a bound. */
final class BodyStream extends InputStream {
    private final Supplier<InputStream> opener;
    private final ConnectionWatch watch;
    private final OptionalLong declared;
    private final long max;
    private final Runnable ended;
    private long size;
    private @Nullable InputStream in;

    /**
     * @param opener called at the first read
     * @param ended told when the whole body has been read
     */
    BodyStream(
            Supplier<InputStream> opener,
            ConnectionWatch watch,
            OptionalLong declared,
            long max,
            Runnable ended) {
        this.opener = opener;
        this.watch = watch;
        this.declared = declared;
        this.max = max;
        this.ended = ended;
    }

    @Override
    public int read() throws IOException {
        byte[] one = new byte[1];
        return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
    }

    @Override
    public int read(byte[] target, int offset, int length) throws IOException {
        watch.begin(watch.limits().idleTimeout());
        int count = guarded(target, offset, length);
        if (!watch.done()) {
            throw gone("the body took too long");
        }
        if (count < 0) {
            end();
            return -1;
        }
        size += count;
        if (size > max) {
            throw new BodyTooLargeException();
        }
        return count;
    }

    private int guarded(byte[] target, int offset, int length) {
        try {
            if (in == null) {
                in = opener.get();
            }
            return in.read(target, offset, length);
        } catch (IOException
                | UncheckedIOException
                | InsufficientDataAvailableException
                | CloseConnectionException e) {
            watch.done();
            throw new ClientGoneException(e);
        } catch (RequestException | IncorrectNewLineException | NumberFormatException e) {
            watch.done();
            // The last is what a chunk's malformed size shows as.
            throw new MalformedRequestException("The body is not well-formed");
        }
    }

    private void end() {
        if (declared.isPresent() && size != declared.getAsLong()) {
            throw gone("the body ended after " + size + " bytes");
        }
        ended.run();
    }

    private static ClientGoneException gone(String what) {
        return new ClientGoneException(new IOException(what));
    }
}
