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
        String text =
                switch (defaultStatus.code()) {
                    case 413 -> "Request entity too large";
                    case 414 -> "Request target too long";
                    case 505 -> "HTTP version not supported";
                    default -> defaultStatus.code() < 500 ? "Bad Request" : "Internal failure";
                };
        byte[] body = ("{\"message\":\"" + text + "\"}").getBytes(StandardCharsets.UTF_8);
        return TransportResponse.builder()
                .status(defaultStatus)
                .headers(responseHeaders)
                .header(HeaderNames.CONTENT_TYPE, "application/json")
                .header(HeaderNames.create("x-amzn-RequestId"), UUID.randomUUID().toString())
                .entity(body)
                .keepAlive(false)
                .build();
    }
}
