package dev.cloister.api.http;

import io.helidon.http.DirectHandler;
import io.helidon.http.HeaderNames;
import io.helidon.http.ServerResponseHeaders;
import io.helidon.http.Status;
import java.nio.charset.StandardCharsets;
import java.util.UUID;

/** Answers what isn't HTTP enough to become a request; shows nothing of what was sent. */
final class TransportErrors implements DirectHandler {
    @Override
    public TransportResponse handle(
            TransportRequest request,
            EventType eventType,
            Status defaultStatus,
            ServerResponseHeaders responseHeaders,
            String message) {
        // Faults of handlers never come here; what the server calls an internal error is a request
        // that ended too soon.
        Status status =
                eventType == EventType.INTERNAL_ERROR ? Status.BAD_REQUEST_400 : defaultStatus;
        String text =
                switch (status.code()) {
                    case 413 -> "Request entity too large";
                    case 414 -> "Request target too long";
                    case 501 -> "Transfer encoding not supported";
                    case 505 -> "HTTP version not supported";
                    default -> "Bad Request";
                };
        byte[] body = ("{\"message\":\"" + text + "\"}").getBytes(StandardCharsets.UTF_8);
        return TransportResponse.builder()
                .status(status)
                .headers(responseHeaders)
                .header(HeaderNames.CONTENT_TYPE, "application/json")
                .header(HeaderNames.create("x-amzn-RequestId"), UUID.randomUUID().toString())
                .entity(body)
                .keepAlive(false)
                .build();
    }
}
