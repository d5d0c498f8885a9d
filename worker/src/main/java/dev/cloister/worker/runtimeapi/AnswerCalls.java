package dev.cloister.worker.runtimeapi;

import dev.cloister.worker.Payload;
import dev.cloister.worker.runtimeapi.BodyReader.Body;
import dev.cloister.worker.runtimeapi.RuntimeSession.Verdict;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.Map;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The calls by which a runtime says how its invocation or its init went. Confined to the
 * connection's thread.
 */
final class AnswerCalls {
    private static final Logger LOG = LoggerFactory.getLogger(AnswerCalls.class);

    private static final byte[] TOO_LARGE =
            Replies.error(
                    "413 Request Entity Too Large",
                    "RequestEntityTooLarge",
                    "Exceeded maximum allowed payload size ("
                            + RuntimeApiLimits.MAX_PAYLOAD_BYTES
                            + " bytes).",
                    true);
    private static final byte[] TRUNCATED =
            Replies.error(
                    "400 Bad Request",
                    "TruncatedHTTPRequest",
                    "HTTP request detected as truncated",
                    false);

    private final Exchange exchange;
    private final RuntimeSession session;
    private final RequestReader reader;
    private final ReplyWriter writer;

    AnswerCalls(Exchange exchange) {
        this.exchange = exchange;
        this.session = exchange.session();
        this.reader = exchange.reader();
        this.writer = exchange.writer();
    }

    /**
     * {@code /2018-06-01/runtime/invocation/{id}/response} and {@code .../error}.
     *
     * @param response whether it is the former
     */
    boolean invocation(RequestHead head, String id, boolean response) throws IOException {
        return switch (session.claim(id)) {
            case ALLOWED -> claimed(head, response);
            case INVALID_REQUEST_ID ->
                    exchange.dropBody(
                            head,
                            Replies.error(
                                    "400 Bad Request",
                                    "InvalidRequestID",
                                    "Invalid request ID",
                                    true));
            case NOT_ALLOWED ->
                    exchange.notAllowed(
                            head, response ? "InvocationResponse" : "InvocationErrorResponse");
            case ENDED -> false;
        };
    }

    private boolean claimed(RequestHead head, boolean response) throws IOException {
        boolean streaming = head.responseMode().equals("streaming");
        boolean done = false;
        try {
            if (response && !streaming && !head.responseMode().isEmpty()) {
                done = true;
                session.complete(new RuntimeAnswer.InvalidResponseMode());
                return exchange.dropBody(
                        head,
                        Replies.error(
                                "400 Bad Request",
                                "InvalidFunctionResponseMode",
                                "Invalid function response mode",
                                true));
            }
            exchange.sayContinue(head);
            // the function's time limit is this body's too
            reader.stopClock();
            Body body = readBody(head, streaming);
            if (body instanceof Body.Truncated && !streaming) {
                // abandoned: the runtime may send it again on another connection
                writer.write(TRUNCATED);
                return false;
            }
            RuntimeAnswer answer = answer(head, response, body);
            done = true;
            Verdict verdict = session.complete(answer);
            return verdict == Verdict.ALLOWED && replyTo(head, body);
        } finally {
            if (!done) {
                session.abandon();
            }
        }
    }

    private Body readBody(RequestHead head, boolean streaming) throws IOException {
        try {
            return BodyReader.read(reader, head, RuntimeApiLimits.MAX_PAYLOAD_BYTES);
        } catch (IOException e) {
            if (streaming) {
                LOG.debug("a streamed response broke off: {}", e.toString());
                return new Body.Truncated();
            }
            throw e;
        }
    }

    private static RuntimeAnswer answer(RequestHead head, boolean response, Body body) {
        return switch (body) {
            case Body.TooLarge _ -> new RuntimeAnswer.TooLarge();
            case Body.Truncated _ -> new RuntimeAnswer.Truncated();
            case Body.Complete(Payload payload, Map<String, String> trailers) -> {
                if (!response) {
                    yield new RuntimeAnswer.Failure(payload, ErrorTypes.checked(head.errorType()));
                }
                String type = trailers.get("lambda-runtime-function-error-type");
                yield type == null
                        ? new RuntimeAnswer.Response(payload)
                        : new RuntimeAnswer.Failure(
                                trailerBody(trailers, payload), ErrorTypes.checked(type));
            }
        };
    }

    /** A stream that failed ends with its error in a trailer; without one, what was sent stays. */
    private static Payload trailerBody(Map<String, String> trailers, Payload sent) {
        String encoded = trailers.get("lambda-runtime-function-error-body");
        if (encoded == null) {
            return sent;
        }
        try {
            return Payload.of(
                    Base64.getDecoder().decode(encoded.getBytes(StandardCharsets.US_ASCII)));
        } catch (IllegalArgumentException e) {
            LOG.debug("the error body of a stream is not base64: {}", e.toString());
            return sent;
        }
    }

    private boolean replyTo(RequestHead head, Body body) throws IOException {
        return switch (body) {
            case Body.Complete _ -> {
                writer.write(head.keepAlive() ? Replies.ACCEPTED : Replies.ACCEPTED_CLOSE);
                yield head.keepAlive();
            }
            case Body.TooLarge(boolean drained) -> {
                writer.write(TOO_LARGE);
                yield drained && head.keepAlive();
            }
            case Body.Truncated _ -> {
                writer.write(TRUNCATED);
                yield false;
            }
        };
    }

    /** {@code /2018-06-01/runtime/init/error}. */
    boolean initError(RequestHead head) throws IOException {
        switch (session.claimInitError()) {
            case ALLOWED -> {}
            case NOT_ALLOWED, INVALID_REQUEST_ID -> {
                return exchange.notAllowed(head, "InitError");
            }
            case ENDED -> {
                return false;
            }
        }
        String type = ErrorTypes.checked(head.errorType());
        Payload document = Payload.ofUtf8("{\"errorType\":\"" + type + "\"}");
        Body body = new Body.Truncated();
        try {
            exchange.sayContinue(head);
            body = BodyReader.read(reader, head, RuntimeApiLimits.MAX_PAYLOAD_BYTES);
            if (body instanceof Body.Complete complete) {
                document = complete.payload();
            }
        } finally {
            // whatever became of its document: the runtime has said that it can't start
            session.initFailed(new Readiness.InitError(document, type));
        }
        return replyTo(head, body);
    }
}
