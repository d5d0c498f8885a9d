package dev.cloister.functions.wire;

import dev.cloister.api.AnonymousRoute.AnonymousRequest;
import dev.cloister.api.RawHandler.RawResponse;
import dev.cloister.functions.Installation;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.time.Instant;
import java.util.Optional;
import java.util.UUID;

/** A request without a signature, and what it was answered. */
final class FakeExchange implements AnonymousRequest {
    private final String path;
    private final ByteArrayOutputStream answer = new ByteArrayOutputStream();

    FakeExchange(String path) {
        this.path = path;
    }

    byte[] answer() {
        return answer.toByteArray();
    }

    RawResponse response() {
        return new RawResponse() {
            @Override
            public RawResponse status(int status) {
                return this;
            }

            @Override
            public RawResponse header(String name, String value) {
                return this;
            }

            @Override
            public RawResponse addHeader(String name, String value) {
                return this;
            }

            @Override
            public void send(byte[] body) throws IOException {
                answer.write(body);
            }

            @Override
            public void send(InputStream body, long length) throws IOException {
                byte[] all = body.readAllBytes();
                if (all.length != length) {
                    throw new IOException("announced " + length + ", sent " + all.length);
                }
                answer.write(all);
            }

            @Override
            public OutputStream stream() {
                return answer;
            }
        };
    }

    @Override
    public String method() {
        return "GET";
    }

    @Override
    public String rawPath() {
        return path;
    }

    @Override
    public String rawQuery() {
        return "";
    }

    @Override
    public Optional<String> query(String name) {
        return Optional.empty();
    }

    @Override
    public Optional<String> header(String name) {
        return Optional.empty();
    }

    @Override
    public byte[] body() {
        return new byte[0];
    }

    @Override
    public UUID requestId() {
        return new UUID(0, 0);
    }

    @Override
    public Instant receivedAt() {
        return Installation.START;
    }

    @Override
    public InetAddress source() {
        return InetAddress.getLoopbackAddress();
    }
}
