package dev.cloister.invoke.url;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;
import java.util.Random;
import java.util.stream.LongStream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/** Any request whose function sends it back comes back as it was. */
final class UrlRoundTripTest {
    private static final JsonMapper JSON = JsonMapper.builder().build();
    private static final List<String> TYPES =
            List.of("text/plain", "application/json", "application/octet-stream", "a/b", "");

    static LongStream seeds() {
        return LongStream.range(0, 300);
    }

    @ParameterizedTest
    @MethodSource("seeds")
    void aBodyAndAHeaderComeBackAsTheyWere(long seed) {
        Random random = new Random(seed);
        UrlFixture url = new UrlFixture();
        url.function = UrlRoundTripTest::echo;
        byte[] body = body(random);
        String value = latin(random);
        String cookie = latin(random).replace(";", "").strip();
        FakeUrlRequest request =
                url.request()
                        .header("x-value", value)
                        .header("cookie", cookie)
                        .body(TYPES.get(random.nextInt(TYPES.size())), body);
        request.rawPath = "/" + text(random, 40, 0x21, 0x7e);
        url.send(request);

        assertThat(request.status).as("status with seed " + seed).isEqualTo(200);
        assertThat(request.answer.toByteArray()).as("body with seed " + seed).isEqualTo(body);
        assertThat(request.answered("x-value")).containsExactly(value);
        assertThat(request.answered("set-cookie"))
                .isEqualTo(cookie.isBlank() ? List.of() : List.of(cookie));
    }

    /** Random bytes as an answer never break the reply. */
    @ParameterizedTest
    @MethodSource("seeds")
    void anyAnswerIsAReply(long seed) {
        Random random = new Random(seed);
        UrlFixture url = new UrlFixture();
        String good =
                "{\"statusCode\":200,\"headers\":{\"a\":\"b\"},\"cookies\":[\"c=d\"],\"body\":\"e\"}";
        char[] damaged = good.toCharArray();
        for (int i = random.nextInt(4); i >= 0; i--) {
            damaged[random.nextInt(damaged.length)] = (char) random.nextInt(0x180);
        }
        FakeUrlRequest request = url.answering(new String(damaged));
        assertThat(request.status).as("seed " + seed).isBetween(200, 599);
        request.answered.forEach(
                field ->
                        assertThat(field.value().chars())
                                .as("seed " + seed)
                                .allMatch(c -> c == '\t' || (c >= ' ' && c <= 0xff)));
    }

    private static String echo(String event) {
        JsonNode in = JSON.readTree(event);
        ObjectNode out = JsonNodeFactory.instance.objectNode();
        out.put("statusCode", 200);
        out.putObject("headers").set("x-value", in.at("/headers/x-value"));
        if (in.has("cookies")) {
            out.set("cookies", in.path("cookies"));
        }
        if (in.has("body")) {
            out.set("body", in.path("body"));
        }
        out.set("isBase64Encoded", in.path("isBase64Encoded"));
        return JSON.writeValueAsString(out);
    }

    private static byte[] body(Random random) {
        byte[] bytes = new byte[random.nextInt(200)];
        random.nextBytes(bytes);
        return switch (random.nextInt(3)) {
            case 0 -> bytes;
            case 1 -> text(random, 200, 1, 0x7ff).getBytes(StandardCharsets.UTF_8);
            default -> Base64.getEncoder().encode(Arrays.copyOf(bytes, bytes.length / 2));
        };
    }

    private static String latin(Random random) {
        return text(random, 60, 0x20, 0x7e);
    }

    private static String text(Random random, int most, int from, int to) {
        StringBuilder text = new StringBuilder();
        for (int i = random.nextInt(most); i > 0; i--) {
            text.append((char) (from + random.nextInt(to - from + 1)));
        }
        return text.toString();
    }
}
