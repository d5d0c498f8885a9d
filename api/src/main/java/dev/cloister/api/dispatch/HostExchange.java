package dev.cloister.api.dispatch;

import dev.cloister.api.AwsError;
import dev.cloister.api.HostRoute.Field;
import dev.cloister.api.HostRoute.HostRequest;
import dev.cloister.api.HostRoute.Signed;
import dev.cloister.api.Principal;
import dev.cloister.api.Region;
import dev.cloister.api.http.BodyTooLargeException;
import dev.cloister.api.http.HttpExchange;
import dev.cloister.api.message.RequestHead;
import dev.cloister.api.message.RequestHeaders;
import dev.cloister.api.sigv4.ClaimParser;
import dev.cloister.api.sigv4.SignatureClaim;
import dev.cloister.api.sigv4.SignatureGuard;
import dev.cloister.api.sigv4.SignatureRefusal;
import dev.cloister.api.sigv4.SignatureVerifier.Candidate;
import dev.cloister.api.wire.Protocol;
import java.net.InetAddress;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.UUID;

/** A request to a host of its own, whose route asks for a signature or doesn't. */
final class HostExchange implements HostRequest {
    private final HttpExchange exchange;
    private final RequestHead head;
    private final String host;
    private final long maxBody;
    private final SignatureGuard signatures;
    private final Instant receivedAt;

    HostExchange(
            HttpExchange exchange,
            RequestHead head,
            String host,
            long maxBody,
            SignatureGuard signatures,
            Instant receivedAt) {
        this.exchange = exchange;
        this.head = head;
        this.host = host;
        this.maxBody = maxBody;
        this.signatures = signatures;
        this.receivedAt = receivedAt;
    }

    @Override
    public String method() {
        return head.method();
    }

    @Override
    public String host() {
        return host;
    }

    @Override
    public String rawPath() {
        return head.rawPath();
    }

    @Override
    public String rawQuery() {
        return head.rawQuery();
    }

    @Override
    public List<Field> query() {
        return head.query().parameters().stream()
                .map(parameter -> new Field(parameter.name(), parameter.value()))
                .toList();
    }

    @Override
    public List<Field> headers() {
        RequestHeaders headers = head.headers();
        List<Field> all = new ArrayList<>(headers.size());
        for (int i = 0; i < headers.size(); i++) {
            all.add(new Field(headers.name(i), headers.value(i)));
        }
        return all;
    }

    @Override
    public boolean isSecure() {
        return exchange.isSecure();
    }

    @Override
    public boolean hasSignature() {
        return head.headers()
                        .first("authorization")
                        .filter(text -> text.startsWith("AWS4-"))
                        .isPresent()
                || head.query().contains("X-Amz-Algorithm");
    }

    @Override
    public byte[] body() {
        try {
            return exchange.readBody(maxBody);
        } catch (BodyTooLargeException e) {
            throw tooLarge();
        }
    }

    @Override
    public Signed signed(String service) {
        try {
            SignatureClaim claim = ClaimParser.parse(head).orElseThrow(SignatureRefusal::missing);
            Candidate candidate =
                    signatures.check(source(), head, claim, Optional.of(service), receivedAt);
            byte[] payload = signatures.verify(source(), head, candidate, body(), receivedAt);
            return new Verified(candidate.credential().principal(), candidate.region(), payload);
        } catch (SignatureRefusal refusal) {
            throw Refusals.signature(refusal, Protocol.REST_JSON);
        }
    }

    @Override
    public UUID requestId() {
        return exchange.requestId();
    }

    @Override
    public Instant receivedAt() {
        return receivedAt;
    }

    @Override
    public InetAddress source() {
        return exchange.source();
    }

    private AwsError tooLarge() {
        return new AwsError(
                "RequestEntityTooLargeException",
                413,
                "Request must be smaller than " + maxBody + " bytes");
    }

    private static final class Verified implements Signed {
        private final Principal principal;
        private final Region region;
        private final byte[] body;

        Verified(Principal principal, Region region, byte[] body) {
            this.principal = principal;
            this.region = region;
            this.body = body;
        }

        @Override
        public Principal principal() {
            return principal;
        }

        @Override
        public Region region() {
            return region;
        }

        @Override
        public byte[] body() {
            return body;
        }
    }
}
