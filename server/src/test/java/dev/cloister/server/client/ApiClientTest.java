package dev.cloister.server.client;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.cloister.server.client.FakeApi.Answer;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.Test;

class ApiClientTest {

    @Test
    void everyRequestIsSignedForItsServiceAndRegion() throws IOException {
        try (FakeApi api = new FakeApi(_ -> Answer.ok("{}"));
                ApiClient client = new ApiClient(api.profile())) {
            call(client);

            FakeApi.Request request = api.requests().getFirst();
            assertThat(request.header("Authorization"))
                    .startsWith("AWS4-HMAC-SHA256 Credential=AKIAIOSFODNN7EXAMPLE/")
                    .contains("/eu-west-1/lambda/aws4_request")
                    .contains("SignedHeaders=content-type;host;x-amz-")
                    .doesNotContain("wJalr");
            assertThat(request.header("Content-type")).isEqualTo("application/json");
            assertThat(request.body()).isEqualTo("{\"a\":1}");
        }
    }

    @Test
    void aRefusalIsAnExceptionWithTheCallTheStatusAndTheBody() throws IOException {
        try (FakeApi api = new FakeApi(_ -> new Answer(403, Map.of(), "no such key"));
                ApiClient client = new ApiClient(api.profile())) {
            assertThatThrownBy(() -> call(client))
                    .isInstanceOfSatisfying(
                            ApiCallException.class,
                            refusal -> assertThat(refusal.status()).isEqualTo(403))
                    .hasMessageContaining(
                            "POST " + api.profile().endpoint() + "/x?y=z answered 403")
                    .hasMessageContaining("no such key");
        }
    }

    @Test
    void aServerThatIsNotThereIsAnExceptionThatNamesTheCall() throws IOException {
        ClientProfile gone;
        try (FakeApi api = new FakeApi(_ -> Answer.ok(""))) {
            gone = api.profile();
        }
        try (ApiClient client = new ApiClient(gone)) {
            assertThatThrownBy(() -> call(client))
                    .isInstanceOf(ApiCallException.class)
                    .hasMessageContaining("No answer to POST " + gone.endpoint());
        }
    }

    private static void call(ApiClient client) {
        client.call(
                "lambda",
                "POST",
                "/x?y=z",
                Map.of("Content-Type", "application/json"),
                "{\"a\":1}".getBytes(StandardCharsets.UTF_8),
                Duration.ofSeconds(10));
    }
}
