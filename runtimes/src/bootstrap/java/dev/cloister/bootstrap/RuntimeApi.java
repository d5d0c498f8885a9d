package dev.cloister.bootstrap;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.EOFException;
import java.io.IOException;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** One persistent HTTP/1.1 connection to the Lambda Runtime API. Used by one thread. */
final class RuntimeApi {
    private static final String API = "/2018-06-01/runtime";
    private static final String ASSIGNMENT = "/cloister/2026-01-01/assignment";
    private static final int MAX_HEAD_BYTES = 1 << 20;

    private final Connector connector;
    private final String common;
    private final byte[] next;
    private byte[] buffer = new byte[65_536];
    private Connector.@Nullable Connection connection;

    RuntimeApi(Connector connector, String host) {
        this.connector = connector;
        this.common =
                "Host: "
                        + host
                        + "\r\nUser-Agent: cloister-java/"
                        + System.getProperty("java.version")
                        + "\r\n";
        this.next = head("GET", API + "/invocation/next", "");
    }

    /**
     * An answer's status, headers by lower-case name, and body.
     *
     * @param body the answer's own copy
     */
    record Answer(int status, Map<String, String> headers, Body body) {}

    /** Bytes, since records have no arrays. */
    static final class Body {
        private final byte[] bytes;

        Body(byte[] bytes) {
            this.bytes = bytes;
        }

        byte[] bytes() {
            return bytes;
        }
    }

    Answer next() throws IOException {
        return requireOk(exchange(next), "next");
    }

    String assignment() throws IOException {
        Answer answer = requireOk(exchange(head("GET", ASSIGNMENT, "")), "assignment");
        return new String(answer.body().bytes(), UTF_8);
    }

    void respond(String requestId, byte[] body, int length) throws IOException {
        post(API + "/invocation/" + requestId + "/response", body, length, "application/json", "");
    }

    void invocationError(String requestId, String type, byte[] error) throws IOException {
        postError(API + "/invocation/" + requestId + "/error", type, error);
    }

    void initError(String type, byte[] error) throws IOException {
        postError(API + "/init/error", type, error);
    }

    void close() throws IOException {
        if (connection != null) {
            connection.close();
            connection = null;
        }
    }

    private void postError(String path, String type, byte[] error) throws IOException {
        String header = "Lambda-Runtime-Function-Error-Type: " + type + "\r\n";
        post(path, error, error.length, "application/json", header);
    }

    private void post(String path, byte[] body, int length, String contentType, String lines)
            throws IOException {
        byte[] head =
                head(
                        "POST",
                        path,
                        lines
                                + "Content-Type: "
                                + contentType
                                + "\r\nContent-Length: "
                                + length
                                + "\r\n");
        // One write, so that the whole request is one segment where it fits.
        byte[] request = Arrays.copyOf(head, head.length + length);
        System.arraycopy(body, 0, request, head.length, length);
        exchange(request);
    }

    private byte[] head(String method, String path, String lines) {
        return (method + " " + path + " HTTP/1.1\r\n" + common + lines + "\r\n")
                .getBytes(ISO_8859_1);
    }

    private static Answer requireOk(Answer answer, String what) throws IOException {
        if (answer.status() != 200) {
            throw new IOException("the Runtime API answered " + answer.status() + " to " + what);
        }
        return answer;
    }

    /** Sends a request; a kept connection that turns out to be closed is opened anew, once. */
    private Answer exchange(byte[] request) throws IOException {
        if (connection != null) {
            try {
                connection.out().write(request);
                int first = connection.in().read(buffer);
                if (first > 0) {
                    return read(connection, first);
                }
            } catch (java.net.SocketException closed) {
                // It was closed while this environment was idle: a new one is opened below.
            }
            close();
        }
        Connector.Connection opened = connector.connect();
        connection = opened;
        opened.out().write(request);
        return read(opened, Math.max(0, opened.in().read(buffer)));
    }

    private Answer read(Connector.Connection from, int first) throws IOException {
        int size = first;
        int end;
        while ((end = endOfHead(size)) < 0) {
            if (size == buffer.length) {
                if (size > MAX_HEAD_BYTES) {
                    throw new IOException("the Runtime API's answer is not HTTP");
                }
                buffer = Arrays.copyOf(buffer, size * 2);
            }
            int more = from.in().read(buffer, size, buffer.length - size);
            if (more <= 0) {
                throw new EOFException("the Runtime API's answer ended early");
            }
            size += more;
        }
        String[] lines = new String(buffer, 0, end, UTF_8).split("\r\n", -1);
        Map<String, String> headers = HashMap.newHashMap(lines.length);
        for (int i = 1; i < lines.length; i++) {
            int colon = lines[i].indexOf(':');
            if (colon > 0) {
                headers.put(
                        lines[i].substring(0, colon).toLowerCase(Locale.ROOT),
                        lines[i].substring(colon + 1).trim());
            }
        }
        byte[] body = body(from, headers, end + 4, size);
        if ("close".equalsIgnoreCase(headers.get("connection"))) {
            close();
        }
        return new Answer(Integer.parseInt(lines[0].substring(9, 12)), headers, new Body(body));
    }

    private byte[] body(
            Connector.Connection from, Map<String, String> headers, int start, int size)
            throws IOException {
        int length = Integer.parseInt(headers.getOrDefault("content-length", "0"));
        byte[] body = new byte[length];
        int here = Math.min(length, size - start);
        System.arraycopy(buffer, start, body, 0, here);
        if (from.in().readNBytes(body, here, length - here) < length - here) {
            throw new EOFException("the Runtime API's answer ended early");
        }
        return body;
    }

    private int endOfHead(int size) {
        for (int i = 3; i < size; i++) {
            if (buffer[i] == '\n'
                    && buffer[i - 1] == '\r'
                    && buffer[i - 2] == '\n'
                    && buffer[i - 3] == '\r') {
                return i - 3;
            }
        }
        return -1;
    }
}
