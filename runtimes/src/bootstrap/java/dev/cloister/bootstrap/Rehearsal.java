package dev.cloister.bootstrap;

import com.amazonaws.services.lambda.runtime.Context;
import com.amazonaws.services.lambda.runtime.RequestHandler;
import com.amazonaws.services.lambda.runtime.logging.LogLevel;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.UUID;

/**
 * Serves two invocations of functions of its own from memory: so that the classes of the loop are
 * in the archive that is made with the image, and loaded in a prepared process.
 */
final class Rehearsal {
    private static final String ANSWER =
            String.join(
                    "\r\n",
                    "HTTP/1.1 200 OK",
                    "Content-Type: application/json",
                    "Lambda-Runtime-Aws-Request-Id: rehearsal",
                    "Lambda-Runtime-Deadline-Ms: 1",
                    "Lambda-Runtime-Client-Context: {\"custom\":{\"a\":\"b\"}}",
                    "Content-Length: 20",
                    "",
                    "{\"name\":\"rehearsal\"}");
    private static final String ACCEPTED =
            "HTTP/1.1 202 Accepted\r\nContent-Length: 0\r\n\r\n";

    private Rehearsal() {}

    /** A handler with maps and strings, the commonest types. */
    public static final class Echo implements RequestHandler<Map<String, Object>, Object> {
        @Override
        public Object handleRequest(Map<String, Object> event, Context context) {
            context.getLogger().log("rehearsal of " + context.getAwsRequestId());
            return Map.of("event", event, "custom", context.getClientContext().getCustom());
        }
    }

    /** A handler that is a plain method, with a plain object. */
    public static final class Plain {
        /** An event. */
        public static final class Named {
            private String name = "";

            public String getName() {
                return name;
            }

            public void setName(String name) {
                this.name = name;
            }
        }

        public Named handle(Named event) {
            return event;
        }

        public List<String> fail(Map<String, String> event) {
            throw new IllegalStateException("rehearsal of " + event);
        }
    }

    static void run() throws IOException {
        LogOutput log = new LogOutput(OutputStream.nullOutputStream(), true, LogLevel.UNDEFINED);
        log.log("rehearsal", LogLevel.INFO);
        Functions functions = Functions.in(Rehearsal.class.getClassLoader());
        try {
            serve(functions.load(Echo.class.getName()), log);
            serve(functions.load(Plain.class.getName() + "::handle"), log);
            serve(functions.load(Plain.class.getName() + "::fail"), log);
        } catch (Throwable e) {
            throw new IllegalStateException("the rehearsal failed", e);
        }
        loadWhatFunctionsUse();
    }

    private static void serve(Function function, LogOutput log) throws IOException {
        byte[] answers = (ANSWER + ACCEPTED).getBytes(StandardCharsets.ISO_8859_1);
        Connector connector =
                () ->
                        new Connector.Connection(
                                new Pieces(answers, answers.length - ACCEPTED.length()),
                                OutputStream.nullOutputStream(),
                                () -> {});
        new InvocationLoop(new RuntimeApi(connector, "rehearsal"), log).serve(function);
    }

    /** Gives one answer to each read, as a socket does. */
    private static final class Pieces extends ByteArrayInputStream {
        private final int boundary;

        Pieces(byte[] bytes, int boundary) {
            super(bytes);
            this.boundary = boundary;
        }

        @Override
        public synchronized int read(byte[] into, int offset, int length) {
            int limit = pos < boundary ? boundary - pos : length;
            return super.read(into, offset, Math.min(length, limit));
        }
    }

    private static void loadWhatFunctionsUse() throws IOException {
        try (ServerSocket server = new ServerSocket();
                Socket client = new Socket()) {
            client.setTcpNoDelay(true);
            if (server.isBound()) {
                throw new IllegalStateException("bound without being told to");
            }
        }
        String text = UUID.nameUUIDFromBytes(new byte[1]) + String.format("%s %d", "text", 1);
        if (Base64.getEncoder().encodeToString(text.getBytes(StandardCharsets.UTF_8)).isEmpty()) {
            throw new IllegalStateException("no text");
        }
    }
}
