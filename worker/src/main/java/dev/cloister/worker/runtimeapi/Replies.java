package dev.cloister.worker.runtimeapi;

import java.nio.charset.StandardCharsets;

/** The Runtime API's replies as bytes. */
final class Replies {
    private static final String OK_BODY = "{\"status\":\"OK\"}\n";

    static final byte[] ACCEPTED = json("202 Accepted", OK_BODY, true);
    static final byte[] ACCEPTED_CLOSE = json("202 Accepted", OK_BODY, false);
    static final byte[] CONTINUE = ascii("HTTP/1.1 100 Continue\r\n\r\n");

    /** Everything of a {@code /next} reply that is the same each time, up to its first value. */
    static final byte[] NEXT_START =
            ascii(
                    String.join(
                            "\r\n",
                            "HTTP/1.1 200 OK",
                            "Content-Type: application/json",
                            "Lambda-Runtime-Aws-Request-Id: "));

    static final byte[] NEXT_DEADLINE = ascii("\r\nLambda-Runtime-Deadline-Ms: ");
    static final byte[] NEXT_ARN = ascii("\r\nLambda-Runtime-Invoked-Function-Arn: ");
    static final byte[] NEXT_TRACE = ascii("\r\nLambda-Runtime-Trace-Id: ");
    static final byte[] NEXT_CLIENT_CONTEXT = ascii("\r\nLambda-Runtime-Client-Context: ");
    static final byte[] NEXT_TENANT = ascii("\r\nLambda-Runtime-Aws-Tenant-Id: ");
    static final byte[] CONTENT_LENGTH = ascii("\r\nContent-Length: ");
    static final byte[] END = ascii("\r\n\r\n");
    static final byte[] CLOSE_AND_END = ascii("\r\nConnection: close\r\n\r\n");

    private Replies() {}

    /** An error in the Runtime API's form. The texts are ours: nothing in them needs escaping. */
    static byte[] error(String status, String type, String message, boolean keepAlive) {
        return json(
                status,
                "{\"errorMessage\":\"" + message + "\",\"errorType\":\"" + type + "\"}\n",
                keepAlive);
    }

    static byte[] json(String status, String body, boolean keepAlive) {
        return reply(status, "application/json", body, keepAlive);
    }

    static byte[] text(String status, String body, boolean keepAlive) {
        return reply(status, "text/plain; charset=utf-8", body, keepAlive);
    }

    private static byte[] reply(String status, String type, String body, boolean keepAlive) {
        return ascii(
                "HTTP/1.1 "
                        + status
                        + "\r\nContent-Type: "
                        + type
                        + "\r\nContent-Length: "
                        + body.length()
                        + (keepAlive ? "" : "\r\nConnection: close")
                        + "\r\n\r\n"
                        + body);
    }

    private static byte[] ascii(String text) {
        return text.getBytes(StandardCharsets.US_ASCII);
    }
}
