package dev.cloister.worker.runtimeapi;

import dev.cloister.worker.Payload;
import dev.cloister.worker.runtimeapi.BodyReader.Body;
import dev.cloister.worker.runtimeapi.RuntimeSession.Verdict;
import java.io.IOException;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.Map;
import java.util.concurrent.Semaphore;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One connection of a runtime. {@link #run} is its thread's; the {@code deliver} methods are called
 * by the owner of the environment, and {@link #close} by anyone.
 */
final class RuntimeApiConnection implements LongPoll {
    private static final Logger LOG = LoggerFactory.getLogger(RuntimeApiConnection.class);

    private static final String RUNTIME = "/2018-06-01/runtime/";
    private static final String INVOCATION = RUNTIME + "invocation/";
    private static final String NEXT = INVOCATION + "next";

    private static final byte[] TOO_LARGE =
            Replies.error(
                    "413 Request Entity Too Large",
                    "RequestEntityTooLarge",
                    "Exceeded maximum allowed payload size ("
                            + RuntimeApiLimits.MAX_PAYLOAD_BYTES
                            + " bytes).",
                    true);
    private static final byte[] UNWANTED_BODY =
            Replies.error("400 Bad Request", "InvalidRequest", "GET has no body here", true);
    private static final byte[] TRUNCATED =
            Replies.error(
                    "400 Bad Request",
                    "TruncatedHTTPRequest",
                    "HTTP request detected as truncated",
                    false);

    private final SocketChannel channel;
    private final RuntimeSession session;
    private final RequestReader reader;
    private final ReplyWriter writer;

    /** Set while the reply to a long poll is owed: the runtime may not send anything meanwhile. */
    private volatile boolean polling;

    private volatile boolean pollKeepAlive = true;

    RuntimeApiConnection(SocketChannel channel, RuntimeSession session, Semaphore largeHeads) {
        this.channel = channel;
        this.session = session;
        this.reader = new RequestReader(channel, largeHeads, RuntimeApiLimits.SLOW_SENDER);
        this.writer = new ReplyWriter(channel);
    }

    /** Serves requests until the connection ends. */
    void run() {
        try {
            while (reader.awaitRequest() && !polling && serve()) {
                reader.shrink();
            }
        } catch (BadRequestException e) {
            refuse(e);
        } catch (IOException e) {
            // the runtime went away, or close() was called: nobody is left to tell
            LOG.debug("Runtime API connection ended: {}", e.toString());
        } finally {
            session.closed(this);
            close();
        }
    }

    @Override
    public boolean deliver(RuntimeEvent event) {
        boolean keepAlive = pollKeepAlive;
        polling = false;
        try {
            writer.writeEvent(event, keepAlive);
            endAfterReply(keepAlive);
            return true;
        } catch (IOException e) {
            LOG.debug("an event could not be written: {}", e.toString());
            close();
            return false;
        }
    }

    @Override
    public boolean deliverAssignment(Payload assignment) {
        boolean keepAlive = pollKeepAlive;
        polling = false;
        try {
            writer.writeJson(assignment, keepAlive);
            endAfterReply(keepAlive);
            return true;
        } catch (IOException e) {
            LOG.debug("an assignment could not be written: {}", e.toString());
            close();
            return false;
        }
    }

    private void endAfterReply(boolean keepAlive) throws IOException {
        if (!keepAlive) {
            channel.shutdownOutput();
        }
    }

    @Override
    public void close() {
        try {
            channel.close();
        } catch (IOException e) {
            LOG.debug("closing a Runtime API connection: {}", e.toString());
        }
    }

    private void refuse(BadRequestException bad) {
        try {
            String message = String.valueOf(bad.getMessage());
            writer.write(Replies.error(bad.status(), "InvalidRequest", message, false));
            channel.shutdownOutput();
        } catch (IOException e) {
            LOG.debug("a refusal could not be written: {}", e.toString());
        }
    }

    /**
     * @return whether the connection goes on
     */
    private boolean serve() throws IOException {
        RequestHead head = reader.readHead();
        String path = head.path();
        boolean get = head.method().equals("GET");
        boolean post = head.method().equals("POST");
        if (path.startsWith(INVOCATION)) {
            if (path.equals(NEXT)) {
                return get ? next(head) : wrongMethod(head);
            }
            return invocation(head, post);
        }
        return switch (path) {
            case RUNTIME + "init/error" -> post ? initError(head) : wrongMethod(head);
            case "/2018-06-01/ping", "/ping" ->
                    get ? reply(head, Replies.text("200 OK", "pong", true)) : wrongMethod(head);
            case "/cloister/2026-01-01/assignment" -> get ? assignment(head) : wrongMethod(head);
            case RUNTIME + "restore/next" -> notAllowed(head, "Restoring");
            case RUNTIME + "restore/error" -> notAllowed(head, "RestoreError");
            default -> elsewhere(head);
        };
    }

    private boolean next(RequestHead head) throws IOException {
        if (head.hasBody()) {
            return dropBody(head, UNWANTED_BODY);
        }
        startPoll(head);
        return polled(head, session.next(this), "Ready");
    }

    private boolean assignment(RequestHead head) throws IOException {
        if (head.hasBody()) {
            return dropBody(head, UNWANTED_BODY);
        }
        startPoll(head);
        return polled(head, session.assignment(this), "Assigned");
    }

    /** Before the session hears of it: the owner may answer at once. */
    private void startPoll(RequestHead head) {
        pollKeepAlive = head.keepAlive();
        polling = true;
    }

    /** After {@code ALLOWED} the reply is the owner's; this thread reads on, and so sees EOF. */
    private boolean polled(RequestHead head, Verdict verdict, String target) throws IOException {
        if (verdict != Verdict.ALLOWED) {
            polling = false;
        }
        return switch (verdict) {
            case ALLOWED -> true;
            case NOT_ALLOWED, INVALID_REQUEST_ID -> notAllowed(head, target);
            case ENDED -> false;
        };
    }

    /** {@code /2018-06-01/runtime/invocation/{id}/response} and {@code .../error}. */
    private boolean invocation(RequestHead head, boolean post) throws IOException {
        String rest = head.path().substring(INVOCATION.length());
        int slash = rest.indexOf('/');
        String id = slash < 0 ? "" : rest.substring(0, slash);
        String action = slash < 0 ? "" : rest.substring(slash + 1);
        boolean response = action.equals("response");
        if (id.isEmpty() || !(response || action.equals("error"))) {
            return elsewhere(head);
        }
        if (!post) {
            return wrongMethod(head);
        }
        return switch (session.claim(id)) {
            case ALLOWED -> claimed(head, response);
            case INVALID_REQUEST_ID ->
                    dropBody(
                            head,
                            Replies.error(
                                    "400 Bad Request",
                                    "InvalidRequestID",
                                    "Invalid request ID",
                                    true));
            case NOT_ALLOWED ->
                    notAllowed(head, response ? "InvocationResponse" : "InvocationErrorResponse");
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
                return dropBody(
                        head,
                        Replies.error(
                                "400 Bad Request",
                                "InvalidFunctionResponseMode",
                                "Invalid function response mode",
                                true));
            }
            sayContinue(head);
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

    private boolean initError(RequestHead head) throws IOException {
        switch (session.claimInitError()) {
            case ALLOWED -> {}
            case NOT_ALLOWED, INVALID_REQUEST_ID -> {
                return notAllowed(head, "InitError");
            }
            case ENDED -> {
                return false;
            }
        }
        String type = ErrorTypes.checked(head.errorType());
        Payload document = Payload.ofUtf8("{\"errorType\":\"" + type + "\"}");
        Body body = new Body.Truncated();
        try {
            sayContinue(head);
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

    private void sayContinue(RequestHead head) throws IOException {
        if (head.expectsContinue() && head.hasBody() && !reader.hasBuffered()) {
            writer.write(Replies.CONTINUE);
        }
    }

    private boolean elsewhere(RequestHead head) throws IOException {
        String path = head.path();
        if (path.startsWith("/2020-01-01/extension/")) {
            return unsupported(head, "Extension.NotSupported", "The Extensions API");
        }
        if (path.startsWith("/2022-07-01/telemetry")) {
            return unsupported(head, "Telemetry.NotSupported", "The Telemetry API");
        }
        if (path.startsWith("/2020-08-15/logs")) {
            return unsupported(head, "Logs.NotSupported", "The Logs API");
        }
        return dropBody(head, Replies.text("404 Not Found", "404 page not found\n", true));
    }

    private boolean unsupported(RequestHead head, String type, String what) throws IOException {
        String message = what + " is not available in this version of Cloister";
        return dropBody(head, Replies.error("403 Forbidden", type, message, true));
    }

    private boolean wrongMethod(RequestHead head) throws IOException {
        return dropBody(head, Replies.text("405 Method Not Allowed", "", true));
    }

    private boolean notAllowed(RequestHead head, String target) throws IOException {
        String message =
                "State transition from "
                        + session.stateName()
                        + " to "
                        + target
                        + " failed for runtime. Error: State transition is not allowed";
        return dropBody(
                head, Replies.error("403 Forbidden", "InvalidStateTransition", message, true));
    }

    private boolean reply(RequestHead head, byte[] bytes) throws IOException {
        return dropBody(head, bytes);
    }

    /** Replies, and reads away a body that nobody wants, unless it is large. */
    private boolean dropBody(RequestHead head, byte[] bytes) throws IOException {
        boolean readable = !head.hasBody();
        if (head.hasBody() && !head.expectsContinue()) {
            readable =
                    switch (BodyReader.read(reader, head, 0)) {
                        case Body.Complete _ -> true;
                        case Body.TooLarge(boolean drained) -> drained;
                        case Body.Truncated _ -> false;
                    };
        }
        writer.write(bytes);
        return readable && head.keepAlive();
    }
}
