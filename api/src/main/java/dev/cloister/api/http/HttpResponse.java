package dev.cloister.api.http;

import dev.cloister.api.RawHandler.RawResponse;
import io.helidon.http.HeaderNames;
import io.helidon.http.HeaderValues;
import io.helidon.http.Status;
import io.helidon.webserver.CloseConnectionException;
import io.helidon.webserver.http.RoutingResponse;
import io.helidon.webserver.http.ServerResponse;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;

/** The reply under way; every write has a deadline, so that no client can hold the thread. */
final class HttpResponse implements RawResponse {
    private static final int BUFFER = 64 * 1_024;

    private final ServerResponse response;
    private final ConnectionWatch watch;
    private final boolean head;
    private boolean started;
    private boolean answered;

    /**
     * @param head whether the request's method is HEAD, whose replies have no body
     */
    HttpResponse(ServerResponse response, ConnectionWatch watch, boolean head) {
        this.response = response;
        this.watch = watch;
        this.head = head;
    }

    boolean isUnanswered() {
        return !started;
    }

    void closeConnection() {
        if (!started) {
            response.header(HeaderValues.CONNECTION_CLOSE);
        }
    }

    /** Forgets status and headers that were set for a reply that isn't to be. */
    void reset(String requestId) {
        response.headers().clear();
        header("x-amzn-RequestId", requestId);
    }

    @Override
    public RawResponse status(int status) {
        response.status(Status.create(status));
        return this;
    }

    @Override
    public RawResponse header(String name, String value) {
        response.header(HeaderValues.create(HeaderNames.create(name), oneLine(value)));
        return this;
    }

    @Override
    public RawResponse addHeader(String name, String value) {
        response.headers().add(HeaderValues.create(HeaderNames.create(name), oneLine(value)));
        return this;
    }

    /** A value from a handler must not start a header of its own. */
    private static String oneLine(String value) {
        for (int i = 0; i < value.length(); i++) {
            char c = value.charAt(i);
            if ((c < ' ' && c != '\t') || c == 0x7f) {
                throw new IllegalArgumentException("a header's value has a control character");
            }
        }
        return value;
    }

    @Override
    public void send(byte[] body) throws IOException {
        start();
        answered = true;
        guarded(
                () -> {
                    if (head || body.length == 0) {
                        response.send();
                    } else {
                        response.send(body);
                    }
                });
    }

    @Override
    public void send(InputStream body, long length) throws IOException {
        response.header(HeaderNames.CONTENT_LENGTH, Long.toString(length));
        long left = length;
        try (OutputStream out = stream()) {
            byte[] buffer = new byte[(int) Math.min(BUFFER, Math.max(1, length))];
            while (left > 0) {
                int count = body.read(buffer, 0, (int) Math.min(buffer.length, left));
                if (count < 0) {
                    throw new IOException("the reply's source ended " + left + " bytes too soon");
                }
                out.write(buffer, 0, count);
                left -= count;
            }
        }
    }

    @Override
    public OutputStream stream() throws IOException {
        start();
        OutputStream[] opened = new OutputStream[1];
        guarded(() -> opened[0] = response.outputStream());
        return new GuardedStream(opened[0]);
    }

    private void start() {
        if (started) {
            throw new IllegalStateException("the request has been answered already");
        }
        started = true;
    }

    /** A reply that was begun and not ended can't be told from a whole one but by a broken end. */
    void finish() {
        if (started && !answered) {
            throw new CloseConnectionException("a reply was not finished");
        }
    }

    @FunctionalInterface
    private interface Write {
        void run() throws IOException;
    }

    private void guarded(Write write) throws IOException {
        watch.begin(watch.limits().bodyTimeout());
        boolean inTime;
        try {
            write.run();
        } catch (UncheckedIOException | CloseConnectionException e) {
            throw new ClientGoneException(e);
        } finally {
            inTime = watch.done();
        }
        if (!inTime) {
            throw new ClientGoneException(new IOException("the client didn't take its reply"));
        }
    }

    private final class GuardedStream extends OutputStream {
        private final OutputStream out;

        GuardedStream(OutputStream out) {
            this.out = out;
        }

        @Override
        public void write(int octet) throws IOException {
            guarded(() -> out.write(octet));
        }

        @Override
        public void write(byte[] bytes, int offset, int length) throws IOException {
            guarded(() -> out.write(bytes, offset, length));
        }

        @Override
        public void flush() throws IOException {
            guarded(out::flush);
        }

        @Override
        public void close() throws IOException {
            if (answered) {
                return;
            }
            guarded(
                    () -> {
                        out.close();
                        if (response instanceof RoutingResponse routing) {
                            routing.commit();
                        }
                    });
            answered = true;
        }
    }
}
