package dev.cloister.server.command;

import static org.assertj.core.api.Assertions.assertThat;

import dev.cloister.server.client.ApiClient;
import dev.cloister.server.client.FakeApi;
import dev.cloister.server.client.FakeApi.Answer;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

class LogTailTest {
    private record Event(String id, long millis, String message) {}

    private final List<Event> events = new CopyOnWriteArrayList<>();

    @Test
    void eachEventIsPrintedOnceAlsoWhenMoreOfItsMillisecondFollow() throws IOException {
        try (FakeApi api = new FakeApi(request -> Answer.ok(page(request.body())));
                ApiClient client = new ApiClient(api.profile())) {
            LogTail tail = new LogTail(client, "/aws/lambda/f", Instant.ofEpochMilli(1000));

            events.add(new Event("a", 1000, "one\n"));
            events.add(new Event("b", 1001, "two"));
            events.add(new Event("c", 1001, "three"));
            assertThat(printed(tail)).containsExactly("one", "two", "three");

            assertThat(printed(tail)).isEmpty();

            events.add(new Event("d", 1001, "four"));
            events.add(new Event("e", 2000, "five"));
            assertThat(printed(tail)).containsExactly("four", "five");
            assertThat(api.requests().getFirst().header("X-amz-target"))
                    .isEqualTo("Logs_20140328.FilterLogEvents");
        }
    }

    /** As FilterLogEvents: from startTime on, two events a page. */
    private String page(String body) {
        JsonNode request = JsonMapper.shared().readTree(body);
        assertThat(request.path("logGroupName").asString()).isEqualTo("/aws/lambda/f");
        int from = Integer.parseInt(request.path("nextToken").asString("0"));
        List<Event> all =
                events.stream()
                        .filter(event -> event.millis() >= request.path("startTime").asLong())
                        .toList();
        String page =
                all.stream()
                        .skip(from)
                        .limit(2)
                        .map(LogTailTest::json)
                        .collect(Collectors.joining(","));
        String next = from + 2 < all.size() ? ",\"nextToken\":\"" + (from + 2) + "\"" : "";
        return "{\"events\":[" + page + "]" + next + "}";
    }

    private static String json(Event event) {
        return "{\"eventId\":\"%s\",\"timestamp\":%d,\"message\":\"%s\"}"
                .formatted(event.id(), event.millis(), event.message().replace("\n", "\\n"));
    }

    private static List<String> printed(LogTail tail) {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (PrintStream out = new PrintStream(bytes, true, StandardCharsets.UTF_8)) {
            tail.printNew(out);
        }
        return bytes.toString(StandardCharsets.UTF_8)
                .lines()
                .map(line -> line.replaceFirst("^\\S+  ", ""))
                .toList();
    }
}
