package dev.cloister.server.command;

import dev.cloister.server.client.ApiClient;
import java.io.PrintStream;
import java.time.Duration;
import java.time.Instant;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** Reads a log group onward from where it last stopped. Used by one thread. */
final class LogTail {
    private static final Duration CALL_TIMEOUT = Duration.ofSeconds(30);
    private static final Map<String, String> HEADERS =
            Map.of(
                    "Content-Type", "application/x-amz-json-1.1",
                    "X-Amz-Target", "Logs_20140328.FilterLogEvents");

    private final ApiClient client;
    private final String group;
    private final JsonMapper json = JsonMapper.shared();
    private long fromMillis;

    /** Events of {@link #fromMillis} that have been printed: the next read returns them again. */
    private Set<String> printedIds = new HashSet<>();

    LogTail(ApiClient client, String group, Instant since) {
        this.client = client;
        this.group = group;
        this.fromMillis = since.toEpochMilli();
    }

    /** Prints every event that has not been printed yet, in order. */
    void printNew(PrintStream out) {
        Map<String, Object> request = new LinkedHashMap<>();
        request.put("logGroupName", group);
        request.put("startTime", fromMillis);
        boolean more = true;
        while (more) {
            JsonNode page =
                    json.readTree(
                            client.call(
                                            "logs",
                                            "POST",
                                            "/",
                                            HEADERS,
                                            json.writeValueAsBytes(request),
                                            CALL_TIMEOUT)
                                    .body());
            page.path("events").forEach(event -> print(event, out));
            more = page.hasNonNull("nextToken");
            if (more) {
                request.put("nextToken", page.path("nextToken").asString());
            }
        }
        out.flush();
    }

    private void print(JsonNode event, PrintStream out) {
        String id = event.path("eventId").asString();
        long millis = event.path("timestamp").asLong();
        if (printedIds.contains(id)) {
            return;
        }
        if (millis > fromMillis) {
            fromMillis = millis;
            printedIds = new HashSet<>();
        }
        printedIds.add(id);
        out.printf("%s  %s%n", Instant.ofEpochMilli(millis), stripLineFeed(event));
    }

    private static String stripLineFeed(JsonNode event) {
        return event.path("message").asString().stripTrailing();
    }
}
