package dev.cloister.invoke.url;

import dev.cloister.api.AccountId;
import dev.cloister.api.AwsError;
import dev.cloister.api.HostRoute.Field;
import dev.cloister.api.HostRoute.HostRequest;
import dev.cloister.api.HostRoute.Signed;
import dev.cloister.api.Principal;
import dev.cloister.api.RawHandler.RawResponse;
import dev.cloister.api.Region;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.UUID;

/** A request to a URL's host, and what it was answered. */
final class FakeUrlRequest implements HostRequest {
    static final Instant RECEIVED = Instant.parse("2026-09-07T22:50:22.123Z");
    static final UUID ID = UUID.fromString("00000000-0000-0000-0000-00000000002a");
    static final Principal SIGNER =
            new Principal(
                    new AccountId("123456789012"),
                    "arn:aws:iam::123456789012:user/u",
                    "AIDAEXAMPLE",
                    "AKIAEXAMPLE");

    String method = "GET";
    String host = "";
    String rawPath = "/";
    String rawQuery = "";
    final List<Field> query = new ArrayList<>();
    final List<Field> headers = new ArrayList<>();
    byte[] body = new byte[0];
    Optional<Principal> signer = Optional.empty();
    Region signedRegion = new Region("us-east-1");
    boolean bodyWasRead;

    int status;
    final List<Field> answered = new ArrayList<>();
    final ByteArrayOutputStream answer = new ByteArrayOutputStream();

    FakeUrlRequest header(String name, String value) {
        headers.add(new Field(name, value));
        return this;
    }

    FakeUrlRequest body(String type, byte[] bytes) {
        body = bytes;
        return header("content-type", type);
    }

    String text() {
        return answer.toString(StandardCharsets.UTF_8);
    }

    List<String> answered(String name) {
        return answered.stream()
                .filter(field -> field.name().equalsIgnoreCase(name))
                .map(Field::value)
                .toList();
    }

    RawResponse response() {
        return new RawResponse() {
            @Override
            public RawResponse status(int code) {
                status = code;
                return this;
            }

            @Override
            public RawResponse header(String name, String value) {
                answered.removeIf(field -> field.name().equalsIgnoreCase(name));
                return addHeader(name, value);
            }

            @Override
            public RawResponse addHeader(String name, String value) {
                answered.add(new Field(name, value));
                return this;
            }

            @Override
            public void send(byte[] bytes) throws IOException {
                answer.write(bytes);
            }

            @Override
            public void send(InputStream bytes, long length) throws IOException {
                bytes.transferTo(answer);
            }

            @Override
            public OutputStream stream() {
                return answer;
            }
        };
    }

    @Override
    public String method() {
        return method;
    }

    @Override
    public String host() {
        return host;
    }

    @Override
    public String rawPath() {
        return rawPath;
    }

    @Override
    public String rawQuery() {
        return rawQuery;
    }

    @Override
    public List<Field> query() {
        return query;
    }

    @Override
    public List<Field> headers() {
        return headers;
    }

    @Override
    public boolean isSecure() {
        return false;
    }

    @Override
    public boolean hasSignature() {
        return signer.isPresent();
    }

    @Override
    public byte[] body() {
        bodyWasRead = true;
        return body;
    }

    @Override
    public Signed signed(String service) {
        Principal principal =
                signer.orElseThrow(
                        () -> new AwsError("MissingAuthenticationTokenException", 403, "missing"));
        if (!service.equals("lambda")) {
            throw new AwsError("InvalidSignatureException", 403, "wrong service");
        }
        return new Signed() {
            @Override
            public Principal principal() {
                return principal;
            }

            @Override
            public Region region() {
                return signedRegion;
            }

            @Override
            public byte[] body() {
                return FakeUrlRequest.this.body();
            }
        };
    }

    @Override
    public UUID requestId() {
        return ID;
    }

    @Override
    public Instant receivedAt() {
        return RECEIVED;
    }

    @Override
    public InetAddress source() {
        return InetAddress.ofLiteral("192.0.2.9");
    }
}
