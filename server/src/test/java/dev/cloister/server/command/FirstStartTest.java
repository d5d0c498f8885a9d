package dev.cloister.server.command;

import static org.assertj.core.api.Assertions.assertThat;

import dev.cloister.api.AccountId;
import dev.cloister.server.client.ApiClient;
import dev.cloister.server.client.FakeApi;
import dev.cloister.server.client.FakeApi.Answer;
import dev.cloister.server.client.FakeApi.Request;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.zip.ZipInputStream;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

class FirstStartTest {

    @Test
    void theSampleIsDeployedAwaitedAndInvokedTwice() throws IOException {
        AtomicInteger looks = new AtomicInteger();
        try (FakeApi api =
                new FakeApi(
                        request -> {
                            if (request.path().endsWith("/configuration")) {
                                boolean early = looks.incrementAndGet() < 3;
                                return Answer.ok(early ? state("Pending") : state("Active"));
                            }
                            return Answer.ok("{\"message\": \"Hello, world!\"}");
                        })) {
            String shown = show(api);

            assertThat(looks).hasValue(3);
            assertThat(shown)
                    .containsPattern("first  invocation +[0-9.]+ ms  .*Hello, world!")
                    .containsPattern("second invocation +[0-9.]+ ms  .*Hello, world!");
            assertThat(sourceIn(api.requests().getFirst()))
                    .contains("def handler(event, context):");
        }
    }

    @Test
    void aFunctionThatIsThereAlreadyIsUsed() throws IOException {
        try (FakeApi api =
                new FakeApi(
                        request ->
                                request.path().endsWith("/functions")
                                        ? new Answer(409, Map.of(), "exists")
                                        : Answer.ok(state("Active")))) {
            assertThat(show(api)).contains("second invocation").doesNotContain("did not work");
        }
    }

    @Test
    void aFailureIsToldWithItsReason() throws IOException {
        try (FakeApi api =
                new FakeApi(
                        request ->
                                Answer.ok(
                                        "{\"State\":\"Failed\",\"StateReason\":\"no mmdebstrap\"}"))) {
            assertThat(show(api)).contains("The sample did not work: no mmdebstrap");
        }
        try (FakeApi api =
                new FakeApi(
                        request ->
                                request.path().endsWith("/invocations")
                                        ? new Answer(
                                                200,
                                                Map.of("X-Amz-Function-Error", "Unhandled"),
                                                "{\"errorType\":\"Runtime.ExitError\"}")
                                        : Answer.ok(state("Active")))) {
            assertThat(show(api))
                    .contains("The sample did not work: {\"errorType\":\"Runtime.ExitE");
        }
        try (FakeApi api = new FakeApi(_ -> new Answer(500, Map.of(), "broken"))) {
            assertThat(show(api)).contains("answered 500: broken");
        }
    }

    private static String show(FakeApi api) {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (ApiClient client = new ApiClient(api.profile());
                PrintStream out = new PrintStream(bytes, true, StandardCharsets.UTF_8)) {
            new FirstStart(client, new AccountId("000000000000"), out).show();
        }
        return bytes.toString(StandardCharsets.UTF_8);
    }

    private static String state(String state) {
        return "{\"State\":\"" + state + "\"}";
    }

    private static String sourceIn(Request create) throws IOException {
        JsonNode body = JsonMapper.shared().readTree(create.body());
        byte[] archive = body.path("Code").path("ZipFile").binaryValue();
        try (ZipInputStream zip = new ZipInputStream(new ByteArrayInputStream(archive))) {
            assertThat(zip.getNextEntry().getName()).isEqualTo("lambda_function.py");
            return new String(zip.readAllBytes(), StandardCharsets.UTF_8);
        }
    }
}
