package dev.cloister.worker.runtimeapi;

import dev.cloister.worker.Payload;
import dev.cloister.worker.runtimeapi.RuntimeSession.Verdict;
import java.io.IOException;
import java.nio.channels.SocketChannel;
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

    private static final byte[] UNWANTED_BODY =
            Replies.error("400 Bad Request", "InvalidRequest", "GET has no body here", true);

    private final SocketChannel channel;
    private final RuntimeSession session;
    private final RequestReader reader;
    private final ReplyWriter writer;
    private final Exchange exchange;
    private final AnswerCalls answers;

    /** Set while the reply to a long poll is owed: the runtime may not send anything meanwhile. */
    private volatile boolean polling;

    private volatile boolean pollKeepAlive = true;

    RuntimeApiConnection(SocketChannel channel, RuntimeSession session, Semaphore largeHeads) {
        this.channel = channel;
        this.session = session;
        this.reader = new RequestReader(channel, largeHeads, RuntimeApiLimits.SLOW_SENDER);
        this.writer = new ReplyWriter(channel);
        this.exchange = new Exchange(reader, writer, session);
        this.answers = new AnswerCalls(exchange);
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
                return get ? next(head) : exchange.wrongMethod(head);
            }
            return invocation(head, post);
        }
        return switch (path) {
            case RUNTIME + "init/error" ->
                    post ? answers.initError(head) : exchange.wrongMethod(head);
            case "/2018-06-01/ping", "/ping" ->
                    get
                            ? exchange.dropBody(head, Replies.text("200 OK", "pong", true))
                            : exchange.wrongMethod(head);
            case "/cloister/2026-01-01/assignment" ->
                    get ? assignment(head) : exchange.wrongMethod(head);
            case RUNTIME + "restore/next" -> exchange.notAllowed(head, "Restoring");
            case RUNTIME + "restore/error" -> exchange.notAllowed(head, "RestoreError");
            default -> elsewhere(head);
        };
    }

    private boolean next(RequestHead head) throws IOException {
        if (head.hasBody()) {
            return exchange.dropBody(head, UNWANTED_BODY);
        }
        startPoll(head);
        return polled(head, session.next(this), "Ready");
    }

    private boolean assignment(RequestHead head) throws IOException {
        if (head.hasBody()) {
            return exchange.dropBody(head, UNWANTED_BODY);
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
            case NOT_ALLOWED, INVALID_REQUEST_ID -> exchange.notAllowed(head, target);
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
        return post ? answers.invocation(head, id, response) : exchange.wrongMethod(head);
    }

    private boolean elsewhere(RequestHead head) throws IOException {
        String path = head.path();
        if (path.startsWith("/2020-01-01/extension/")) {
            return exchange.unsupported(head, "Extension.NotSupported", "The Extensions API");
        }
        if (path.startsWith("/2022-07-01/telemetry")) {
            return exchange.unsupported(head, "Telemetry.NotSupported", "The Telemetry API");
        }
        if (path.startsWith("/2020-08-15/logs")) {
            return exchange.unsupported(head, "Logs.NotSupported", "The Logs API");
        }
        return exchange.dropBody(head, Replies.text("404 Not Found", "404 page not found\n", true));
    }
}
