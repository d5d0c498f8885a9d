package dev.cloister.invoke.url;

import static org.assertj.core.api.Assertions.assertThat;

import dev.cloister.functions.urls.Cors;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

final class UrlAnswerTest {
    private final UrlFixture url = new UrlFixture();

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "{\"hello\": \"world\"} | {\"hello\": \"world\"}",
                "[\"hello\", 3, true] | [\"hello\", 3, true]",
                "\"hello\" | hello",
                "\"{\\\"a\\\":1}\" | {\"a\":1}",
                "3 | 3",
                "3.1 | 3.1",
                "true | true",
                "null | null",
            })
    void anAnswerWithoutAStatusIsTheBody(String answer, String body) {
        FakeUrlRequest request = url.answering(answer);
        assertThat(request.status).isEqualTo(200);
        assertThat(request.answered("Content-Type")).containsExactly("application/json");
        assertThat(request.text()).isEqualTo(body);
    }

    @Test
    void anAnswerWithAStatusIsAResponse() {
        FakeUrlRequest request =
                url.answering(
                        """
                        {"statusCode": 201,
                         "headers": {"Content-Type": "text/plain", "My-Header": 7, "none": null},
                         "cookies": ["a=1; Secure", "b=2"],
                         "body": "aGVsbG8=", "isBase64Encoded": true}
                        """);
        assertThat(request.status).isEqualTo(201);
        assertThat(request.text()).isEqualTo("hello");
        assertThat(request.answered("content-type")).containsExactly("text/plain");
        assertThat(request.answered("my-header")).containsExactly("7");
        assertThat(request.answered("none")).isEmpty();
        assertThat(request.answered("set-cookie")).containsExactly("a=1; Secure", "b=2");
        assertThat(request.answered("x-amzn-trace-id")).containsExactly("root=1-0-0;sampled=0");
    }

    @Test
    void aStatusAloneIsEnough() {
        FakeUrlRequest request = url.answering("{\"statusCode\": \"404\"}");
        assertThat(request.status).isEqualTo(404);
        assertThat(request.text()).isEmpty();
        assertThat(request.answered("content-type")).containsExactly("application/json");
    }

    @Test
    void aBodyThatIsNoTextIsItsJson() {
        assertThat(url.answering("{\"statusCode\": 200, \"body\": {\"a\": [1]}}").text())
                .isEqualTo("{\"a\":[1]}");
    }

    @ParameterizedTest
    @ValueSource(ints = {204, 304})
    void someStatusesHaveNoBody(int status) {
        FakeUrlRequest request =
                url.answering("{\"statusCode\": " + status + ", \"body\": \"text\"}");
        assertThat(request.status).isEqualTo(status);
        assertThat(request.text()).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{\"statusCode\": 99}",
                "{\"statusCode\": 100}",
                "{\"statusCode\": 600}",
                "{\"statusCode\": \"ok\"}",
                "{\"statusCode\": 200.5}",
                "{\"statusCode\": null}",
                "{\"statusCode\": [200]}",
                "{\"statusCode\": 200, \"headers\": []}",
                "{\"statusCode\": 200, \"headers\": {\"a\": {}}}",
                "{\"statusCode\": 200, \"headers\": {\"a b\": \"c\"}}",
                "{\"statusCode\": 200, \"headers\": {\"\": \"c\"}}",
                "{\"statusCode\": 200, \"headers\": {\"a\": \"b\\r\\nSet-Cookie: c\"}}",
                "{\"statusCode\": 200, \"headers\": {\"a\": \"\\u0100\"}}",
                "{\"statusCode\": 200, \"cookies\": \"a=1\"}",
                "{\"statusCode\": 200, \"cookies\": [\"a\\nb\"]}",
                "{\"statusCode\": 200, \"cookies\": [{}]}",
                "{\"statusCode\": 200, \"body\": \"abcde\", \"isBase64Encoded\": true}",
                "{\"statusCode\": 200",
                "",
                "no json",
                "{} {}"
            })
    void whatCannotBeSentIsAServerError(String answer) {
        FakeUrlRequest request = url.answering(answer);
        assertThat(request.status).isEqualTo(502);
        assertThat(request.text()).isEqualTo("Internal Server Error");
        assertThat(request.answered("set-cookie")).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "Transfer-Encoding",
                "content-length",
                "CONNECTION",
                "x-amzn-RequestId",
                "upgrade"
            })
    void theServersOwnHeadersAreNotTheFunctions(String name) {
        FakeUrlRequest request =
                url.answering("{\"statusCode\": 200, \"headers\": {\"" + name + "\": \"1\"}}");
        assertThat(request.status).isEqualTo(200);
        assertThat(request.answered(name)).isEmpty();
    }

    private static Cors cors(List<String> origins, boolean credentials) {
        return new Cors(
                Optional.of(credentials),
                Optional.of(List.of("x-a", "x-b")),
                Optional.of(List.of("GET", "POST")),
                Optional.of(origins),
                Optional.of(List.of("x-c")),
                Optional.of(60));
    }

    private FakeUrlRequest preflight(String origin) {
        FakeUrlRequest request =
                url.request()
                        .header("origin", origin)
                        .header("access-control-request-method", "PUT");
        request.method = "OPTIONS";
        return url.send(request);
    }

    @Test
    void answersAPreflightWithoutTheFunctionAndWithoutASignature() {
        url.cors = Optional.of(cors(List.of("https://a.example"), true));
        url.authorizer = _ -> false;
        FakeUrlRequest allowed = preflight("https://a.example");
        assertThat(allowed.status).isEqualTo(200);
        assertThat(allowed.answered("access-control-allow-origin"))
                .containsExactly("https://a.example");
        assertThat(allowed.answered("access-control-allow-methods")).containsExactly("GET,POST");
        assertThat(allowed.answered("access-control-allow-headers")).containsExactly("x-a,x-b");
        assertThat(allowed.answered("access-control-allow-credentials")).containsExactly("true");
        assertThat(allowed.answered("access-control-max-age")).containsExactly("60");
        assertThat(allowed.answered("vary")).containsExactly("Origin");
        FakeUrlRequest other = preflight("https://b.example");
        assertThat(other.status).isEqualTo(200);
        assertThat(other.answered).isEmpty();
        assertThat(url.calls).isEmpty();
    }

    @Test
    void aPreflightGoesToAFunctionWhoseUrlHasNoCors() {
        preflight("https://a.example");
        assertThat(url.calls).hasSize(1);
    }

    @Test
    void theConfigurationWinsOverTheFunctionsCorsHeaders() {
        url.cors = Optional.of(cors(List.of("*"), false));
        url.function =
                _ ->
                        "{\"statusCode\": 200, \"headers\": {\"Access-Control-Allow-Origin\": \"x\","
                                + "\"access-control-allow-credentials\": \"true\", \"vary\": \"Accept\"}}";
        FakeUrlRequest request = url.send(url.request().header("origin", "https://a.example"));
        assertThat(request.answered("access-control-allow-origin")).containsExactly("*");
        assertThat(request.answered("access-control-allow-credentials")).isEmpty();
        assertThat(request.answered("access-control-expose-headers")).containsExactly("x-c");
        assertThat(request.answered("vary")).containsExactly("Accept");
        assertThat(new String(request.answer.toByteArray(), StandardCharsets.UTF_8)).isEmpty();
    }
}
