package dev.cloister.runtimes;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.BufferedInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.time.Duration;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;

/** A Runtime API on loopback: hands out what a test enqueues, keeps what the runtime posts. */
final class FakeRuntimeApi implements AutoCloseable {
    static final Duration PATIENCE = Duration.ofSeconds(20);

    private final ServerSocket server;
    private final BlockingQueue<Event> events = new LinkedBlockingQueue<>();
    private final BlockingQueue<String> assignments = new LinkedBlockingQueue<>();
    private final BlockingQueue<Posted> posted = new LinkedBlockingQueue<>();
    private final BlockingQueue<String> prepared = new LinkedBlockingQueue<>();

    /** What next answers. */
    record Event(String requestId, String body, Map<String, String> headers) {}

    /** What the runtime posted; header names in lower case. */
    record Posted(String path, Map<String, String> headers, String body) {}

    FakeRuntimeApi() throws IOException {
        server = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
        Thread.ofVirtual().start(this::accept);
    }

    String address() {
        return "127.0.0.1:" + server.getLocalPort();
    }

    void enqueue(Event event) {
        events.add(event);
    }

    /** Answers the long poll of a prepared process. */
    void assign(String json) {
        assignments.add(json);
    }

    /** Waits until a prepared process asks for its function. */
    void awaitPrepared() throws InterruptedException {
        if (prepared.poll(PATIENCE.toMillis(), TimeUnit.MILLISECONDS) == null) {
            throw new AssertionError("the process did not ask for an assignment");
        }
    }

    Posted awaitPost() throws InterruptedException {
        Posted post = posted.poll(PATIENCE.toMillis(), TimeUnit.MILLISECONDS);
        if (post == null) {
            throw new AssertionError("the runtime posted nothing");
        }
        return post;
    }

    @Override
    public void close() throws IOException {
        server.close();
    }

    private void accept() {
        while (!server.isClosed()) {
            try {
                Socket socket = server.accept();
                socket.setTcpNoDelay(true);
                Thread.ofVirtual().start(() -> serve(socket));
            } catch (IOException closed) {
                return;
            }
        }
    }

    private void serve(Socket socket) {
        try (socket) {
            InputStream in = new BufferedInputStream(socket.getInputStream(), 65_536);
            OutputStream out = socket.getOutputStream();
            while (answer(in, out)) {
                out.flush();
            }
        } catch (IOException | InterruptedException gone) {
            // The runtime has ended, or the test has.
            return;
        }
    }

    private boolean answer(InputStream in, OutputStream out)
            throws IOException, InterruptedException {
        String requestLine = line(in);
        if (requestLine.isEmpty()) {
            return false;
        }
        Map<String, String> headers = new LinkedHashMap<>();
        for (String line = line(in); !line.isEmpty(); line = line(in)) {
            String[] parts = line.split(":", 2);
            headers.put(parts[0].toLowerCase(Locale.ROOT), parts[1].trim());
        }
        int length = Integer.parseInt(headers.getOrDefault("content-length", "0"));
        String body = new String(in.readNBytes(length), UTF_8);
        String path = requestLine.split(" ", -1)[1];
        if (path.endsWith("/invocation/next")) {
            Event event = events.take();
            Map<String, String> answer = new HashMap<>(event.headers());
            answer.put("Lambda-Runtime-Aws-Request-Id", event.requestId());
            write(out, "200 OK", answer, event.body());
        } else if (path.endsWith("/assignment")) {
            prepared.add(path);
            write(out, "200 OK", Map.of(), assignments.take());
        } else {
            write(out, "202 Accepted", Map.of(), "{\"status\":\"OK\"}");
            posted.add(new Posted(path, headers, body));
        }
        return true;
    }

    private static void write(
            OutputStream out, String status, Map<String, String> headers, String body)
            throws IOException {
        byte[] bytes = body.getBytes(UTF_8);
        StringBuilder head = new StringBuilder("HTTP/1.1 " + status + "\r\n");
        headers.forEach((name, value) -> head.append(name + ": " + value + "\r\n"));
        head.append(
                "Content-Type: application/json\r\nContent-Length: " + bytes.length + "\r\n\r\n");
        ByteArrayOutputStream all = new ByteArrayOutputStream();
        all.writeBytes(head.toString().getBytes(UTF_8));
        all.writeBytes(bytes);
        out.write(all.toByteArray());
    }

    private static String line(InputStream in) throws IOException {
        ByteArrayOutputStream line = new ByteArrayOutputStream();
        for (int c = in.read(); c >= 0 && c != '\n'; c = in.read()) {
            if (c != '\r') {
                line.write(c);
            }
        }
        return line.toString(ISO_8859_1);
    }
}
