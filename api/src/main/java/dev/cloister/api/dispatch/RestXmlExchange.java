package dev.cloister.api.dispatch;

import dev.cloister.api.AccessInput;
import dev.cloister.api.AwsError;
import dev.cloister.api.Operation;
import dev.cloister.api.RawHandler.RawResponse;
import dev.cloister.api.RequestContext;
import dev.cloister.api.StreamedBody;
import dev.cloister.api.StreamedHandler.Content;
import dev.cloister.api.StreamedHandler.Reply;
import dev.cloister.api.http.BodyTooLargeException;
import dev.cloister.api.http.HttpExchange;
import dev.cloister.api.message.ChecksumAlgorithm;
import dev.cloister.api.message.PayloadDigest;
import dev.cloister.api.message.QueryString;
import dev.cloister.api.message.RequestHead;
import dev.cloister.api.sigv4.Digests;
import dev.cloister.api.sigv4.SignatureGuard;
import dev.cloister.api.sigv4.SignatureVerifier;
import dev.cloister.api.sigv4.SignatureVerifier.Candidate;
import dev.cloister.api.wire.RestXmlCodec;
import dev.cloister.api.wire.WireRequest;
import dev.cloister.api.wire.WireResponse;
import java.io.IOException;
import java.io.InputStream;
import java.util.Base64;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import software.amazon.awssdk.core.SdkPojo;

/**
 * Carries out one verified request of S3. Unlike elsewhere the body is verified while it is read,
 * so that an object need not fit into memory.
 */
final class RestXmlExchange {
    /** The largest document that S3 takes: a completion with 10,000 parts, deletions of 1,000. */
    static final int MAX_DOCUMENT = 4 * 1_024 * 1_024;

    /** Stands for the operation of a request whose path can't be read. */
    static final String NO_URI = "?";

    private final SignatureGuard signatures;
    private final Gate gate;
    private final HttpExchange exchange;
    private final RequestHead head;
    private final Target target;

    RestXmlExchange(
            SignatureGuard signatures,
            Gate gate,
            HttpExchange exchange,
            RequestHead head,
            Target target) {
        this.signatures = signatures;
        this.gate = gate;
        this.exchange = exchange;
        this.head = head;
        this.target = target;
    }

    /** The two ids by which S3's clients know a request. */
    static void identify(HttpExchange exchange) {
        String id = exchange.requestId().toString();
        exchange.response().header("x-amz-request-id", id);
        exchange.response().header("x-amz-id-2", RestXmlCodec.hostId(id));
    }

    /** Carries out a signed request. */
    void serve(Candidate candidate, RequestContext context) throws IOException {
        serve(
                coded ->
                        signatures.open(
                                context.source(),
                                head,
                                candidate,
                                coded,
                                exchange.bodyLength(),
                                context.receivedAt()),
                context);
    }

    /** Carries out a request that nobody has signed. */
    void serveUnsigned(RequestContext context) throws IOException {
        serve(coded -> SignatureVerifier.openUnsigned(head, coded, exchange.bodyLength()), context);
    }

    private void serve(Function<InputStream, StreamedBody> opening, RequestContext context)
            throws IOException {
        identify(exchange);
        Service service = target.service().orElseThrow();
        Optional<Operation> implementation =
                target.operation().flatMap(OperationEntry::implementation);
        long max =
                implementation.isPresent()
                                && implementation.get() instanceof Operation.Streamed<?, ?> streamed
                        ? streamed.maxBody()
                        : MAX_DOCUMENT;
        StreamedBody body = body(opening, max);
        if (implementation.isEmpty()) {
            throw unavailable();
        }
        OperationEntry entry = target.operation().orElseThrow();
        switch (implementation.get()) {
            case Operation.Raw raw ->
                    raw.handler()
                            .handle(
                                    new RawExchange(head, target.labels(), document(body)),
                                    exchange.response(),
                                    context);
            case Operation.Unsigned<?, ?> unsigned ->
                    throw Refusals.unavailableOperation(unsigned.name());
            case Operation.Modeled<?, ?> modeled -> {
                byte[] document = document(body);
                Dispatcher.send(
                        exchange,
                        Dispatcher.modeled(
                                gate, service, entry, modeled, request(document), context));
            }
            case Operation.Streamed<?, ?> streamed ->
                    streamed(service, entry, streamed, body, context);
        }
    }

    /** Coded aws-chunked, a body is a little longer than its payload. */
    private StreamedBody body(Function<InputStream, StreamedBody> opening, long max) {
        long coded = max + max / 64 + 64 * 1_024;
        try {
            StreamedBody body = opening.apply(exchange.openBody(coded));
            if (body.length().orElse(0) > max) {
                throw tooLarge(max);
            }
            return body;
        } catch (BodyTooLargeException e) {
            throw tooLarge(max);
        }
    }

    private AwsError tooLarge(long max) {
        if (max == MAX_DOCUMENT) {
            return new AwsError("MaxMessageLengthExceeded", 400, "Your request was too large.");
        }
        return new AwsError(
                "EntityTooLarge",
                400,
                "Your proposed upload exceeds the maximum allowed size",
                Map.of("MaxSizeAllowed", max));
    }

    private AwsError unavailable() {
        if (target.operationName().equals(NO_URI)) {
            return RestXmlRefusals.malformed("Couldn't parse the specified URI.");
        }
        if (target.operation().isEmpty()) {
            return new AwsError(
                    "MethodNotAllowed",
                    405,
                    "The specified method is not allowed against this resource.",
                    Map.of("Method", head.method()));
        }
        return new AwsError(
                "NotImplemented",
                501,
                "A header you provided implies functionality that is not implemented",
                Map.of("Operation", target.operationName()));
    }

    private WireRequest request(byte[] document) {
        return new WireRequest(head, target.labels(), () -> QueryString.EMPTY, document);
    }

    /** A document in whole, with the checksums that came along verified. */
    private byte[] document(StreamedBody body) throws IOException {
        InputStream in = body.stream();
        byte[] document = in.readNBytes(MAX_DOCUMENT);
        if (document.length == MAX_DOCUMENT && in.read() >= 0) {
            throw tooLarge(MAX_DOCUMENT);
        }
        Optional<String> md5 = head.headers().first("content-md5");
        if (md5.isPresent()) {
            String actual = Base64.getEncoder().encodeToString(Digests.md5().digest(document));
            if (!actual.equals(md5.get())) {
                throw new AwsError(
                        "BadDigest",
                        400,
                        "The Content-MD5 you specified did not match what we received.");
            }
        }
        for (ChecksumAlgorithm algorithm : ChecksumAlgorithm.values()) {
            Optional<String> expected =
                    head.headers()
                            .first(algorithm.header())
                            .or(() -> body.trailer(algorithm.header()));
            if (expected.isPresent() && isOfBody()) {
                verify(algorithm, expected.get(), document);
            }
        }
        return document;
    }

    /** A completion's checksum is that of the whole object. */
    private boolean isOfBody() {
        return !target.operationName().equals("CompleteMultipartUpload");
    }

    private static void verify(ChecksumAlgorithm algorithm, String expected, byte[] document) {
        PayloadDigest digest = algorithm.digest();
        digest.update(document, 0, document.length);
        if (!digest.base64().equals(expected)) {
            throw new AwsError(
                    "BadDigest",
                    400,
                    "The " + algorithm + " you specified did not match the calculated checksum.");
        }
    }

    private <I extends SdkPojo, O extends SdkPojo> void streamed(
            Service service,
            OperationEntry entry,
            Operation.Streamed<I, O> operation,
            StreamedBody body,
            RequestContext context)
            throws IOException {
        SdkPojo input =
                service.codec()
                        .readInput(entry.facts(), operation.newInput().get(), request(new byte[0]));
        Dispatcher.validate(service, entry, input);
        gate.pass(service, entry, AccessInput.of(input), context);
        // The table pairs each builder with the handler of what it builds.
        @SuppressWarnings("unchecked")
        I typed = (I) input;
        Reply<O> reply = operation.handler().handle(typed, body, context);
        if (reply.content().isPresent()) {
            send(reply, reply.content().get());
        } else {
            Dispatcher.send(
                    exchange,
                    new WireResponse(
                            reply.status(), RestXmlCodec.headers(reply.output()), new byte[0]));
        }
    }

    private void send(Reply<?> reply, Content content) throws IOException {
        try (InputStream in = content.stream()) {
            RawResponse response = exchange.response();
            response.status(reply.status());
            RestXmlCodec.headers(reply.output()).forEach(response::header);
            response.send(in, content.length());
        }
    }
}
