package dev.cloister.api;

import static org.assertj.core.api.Assertions.assertThat;

import dev.cloister.api.http.RawClient;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.InstantSource;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.TestInstance.Lifecycle;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Whatever a client sends, signed or not: it gets an answer that lays the fault at its own door, or
 * a closed connection, and soon.
 */
@TestInstance(Lifecycle.PER_CLASS)
@Timeout(240)
class HostileInputTest {
    private static final int ROUNDS = 150;

    private final ApiServer server =
            new ApiServer(
                    ApiSettings.loopback(0),
                    new FakeCredentials(),
                    InstantSource.system(),
                    definitions(),
                    List.of());

    /** Without the operation that fails on purpose. */
    private static List<ServiceDefinition> definitions() {
        return new TestServices()
                .definitions().stream()
                        .map(
                                d ->
                                        TestServices.open(
                                                d.signingName(),
                                                d.facts(),
                                                d.operations().stream()
                                                        .filter(
                                                                o ->
                                                                        !o.name()
                                                                                .equals(
                                                                                        "ListFunctions"))
                                                        .toList()))
                        .toList();
    }

    @BeforeAll
    void start() {
        server.start();
    }

    @AfterAll
    void stop() {
        server.close();
    }

    private void expectAnAnswer(byte[] request, String what) throws IOException {
        try (RawClient client = new RawClient(server.port())) {
            try {
                client.send(request).endOutput();
            } catch (IOException e) {
                // The server may close before it has read everything.
            }
            String reply = client.untilClosed();
            if (reply.isEmpty()) {
                return;
            }
            assertThat(reply).as(what).startsWith("HTTP/1.1 ");
            String status = reply.substring(9, 12);
            if (status.startsWith("5")) {
                // Not a fault: what isn't offered, and versions of HTTP other than 1.1.
                assertThat(status).as(what).isIn("501", "505");
            }
            assertThat(reply).as(what).containsIgnoringCase("x-amzn-requestid: ");
        }
    }

    @ParameterizedTest
    @ValueSource(longs = {1, 2})
    void survivesRandomBytes(long seed) throws IOException {
        Random random = new Random(seed);
        for (int round = 0; round < ROUNDS; round++) {
            byte[] bytes = new byte[random.nextInt(2_000)];
            random.nextBytes(bytes);
            if (random.nextBoolean()) {
                byte[] start = "POST / HTTP/1.1\r\nHost: h\r\n".getBytes(StandardCharsets.UTF_8);
                System.arraycopy(start, 0, bytes, 0, Math.min(start.length, bytes.length));
            }
            expectAnAnswer(bytes, "seed " + seed + " round " + round);
        }
    }

    @ParameterizedTest
    @ValueSource(longs = {3, 4})
    void survivesDamagedRequests(long seed) throws IOException {
        Random random = new Random(seed);
        byte[] whole =
                SignedText.of(
                        "lambda",
                        "POST",
                        "/2015-03-31/functions/f/invocations?Qualifier=x",
                        Map.of("X-Amz-Log-Type", "Tail", "Content-Type", "application/json"),
                        "{\"a\":[1,2,3]}".getBytes(StandardCharsets.UTF_8));
        for (int round = 0; round < ROUNDS; round++) {
            byte[] damaged = whole.clone();
            for (int i = random.nextInt(4); i >= 0; i--) {
                damaged[random.nextInt(damaged.length)] = (byte) random.nextInt(256);
            }
            if (random.nextInt(3) == 0) {
                damaged = Arrays.copyOf(damaged, random.nextInt(damaged.length));
            }
            expectAnAnswer(damaged, "seed " + seed + " round " + round);
        }
    }

    @ParameterizedTest
    @ValueSource(longs = {5, 6})
    void survivesSignedNonsense(long seed) throws IOException {
        Random random = new Random(seed);
        for (int round = 0; round < ROUNDS; round++) {
            String service = pick(random, "lambda", "logs", "sts", "s3", "nosuch");
            String target =
                    pick(
                            random,
                            "/",
                            "/2015-03-31/functions",
                            "/2015-03-31/functions/" + segment(random),
                            "/2015-03-31/functions/" + segment(random) + "/invocations",
                            "/2017-03-31/tags/" + segment(random) + "?tagKeys=" + segment(random),
                            "/2015-03-31/functions?MaxItems=" + segment(random),
                            "/" + segment(random) + "/" + segment(random));
            Map<String, String> headers =
                    pick(
                            random,
                            Map.of(),
                            Map.of("X-Amz-Target", "Logs_20140328." + segment(random)),
                            Map.of("X-Amz-Target", "Logs_20140328.DescribeLogGroups"),
                            Map.of("X-Amz-Target", segment(random)),
                            Map.of("smithy-protocol", "rpc-v2-cbor"),
                            Map.of("Content-Type", "application/x-www-form-urlencoded"));
            byte[] body =
                    pick(random, json(random, 0), form(random), "", "[1", "{\"a\":", "nul")
                            .getBytes(StandardCharsets.UTF_8);
            byte[] request =
                    SignedText.of(
                            service,
                            pick(random, "GET", "POST", "PUT", "DELETE", "HEAD", "PATCH"),
                            target,
                            headers,
                            body);
            expectAnAnswer(
                    request,
                    "seed "
                            + seed
                            + " round "
                            + round
                            + ": "
                            + new String(request, StandardCharsets.UTF_8));
        }
    }

    @ParameterizedTest
    @ValueSource(longs = {7, 8})
    void survivesWrongTypesInEveryMember(long seed) throws IOException {
        Random random = new Random(seed);
        for (int round = 0; round < ROUNDS; round++) {
            String body = json(random, 0);
            expectAnAnswer(
                    SignedText.of(
                            "lambda",
                            "POST",
                            "/2015-03-31/functions",
                            Map.of(),
                            body.getBytes(StandardCharsets.UTF_8)),
                    "seed " + seed + " round " + round + ": " + body);
        }
        String deep = "{\"Environment\":".repeat(10_000);
        expectAnAnswer(
                SignedText.of(
                        "lambda",
                        "POST",
                        "/2015-03-31/functions",
                        Map.of(),
                        deep.getBytes(StandardCharsets.UTF_8)),
                "deep nesting");
    }

    @SafeVarargs
    private static <T> T pick(Random random, T... values) {
        return values[random.nextInt(values.length)];
    }

    private static String segment(Random random) {
        StringBuilder text = new StringBuilder();
        for (int i = random.nextInt(8); i > 0; i--) {
            text.append(
                    pick(
                            random,
                            "a",
                            "1",
                            "%2F",
                            "%00",
                            "%C3%A4",
                            "%FF",
                            "$",
                            "..",
                            ".",
                            ";",
                            "+",
                            ":",
                            "%25",
                            "-",
                            "DescribeLogGroups",
                            "arn%3Aaws"));
        }
        return text.toString();
    }

    private static String form(Random random) {
        StringBuilder text =
                new StringBuilder(
                        pick(random, "Action=AssumeRole", "Action=GetCallerIdentity", "Action=x"));
        for (int i = random.nextInt(6); i > 0; i--) {
            text.append('&')
                    .append(
                            pick(
                                    random,
                                    "Tags.member." + random.nextInt(3) + ".Key",
                                    "Tags",
                                    "Tags.member",
                                    "DurationSeconds",
                                    "RoleArn",
                                    ".".repeat(40),
                                    "%",
                                    "PolicyArns.member.1"))
                    .append('=')
                    .append(pick(random, "1", "x", "", "%zz", "99999999999", "%F0%9F%98%80"));
        }
        return text.toString();
    }

    private static String json(Random random, int depth) {
        return switch (random.nextInt(depth > 4 ? 8 : 10)) {
            case 0 -> "null";
            case 1 -> pick(random, "0", "-1", "1.5", "1e400", "123456789012345678901234567890");
            case 2 -> pick(random, "true", "false");
            case 3 -> "\"" + pick(random, "", "x", "\\u0000", "\\ud800", "AAAA", "ä") + "\"";
            case 4 -> "\"" + "a".repeat(random.nextInt(5_000)) + "\"";
            case 5 -> "[]";
            case 6 -> "{}";
            case 7 -> pick(random, "\"arn:aws:iam::123456789012:role/r\"", "[null]", "1e-400");
            case 8 -> "[" + json(random, depth + 1) + "," + json(random, depth + 1) + "]";
            default -> {
                StringBuilder object = new StringBuilder("{");
                for (int i = random.nextInt(8); i >= 0; i--) {
                    object.append('"')
                            .append(
                                    pick(
                                            random,
                                            "FunctionName",
                                            "Role",
                                            "Code",
                                            "ZipFile",
                                            "Timeout",
                                            "Environment",
                                            "Variables",
                                            "Tags",
                                            "Layers",
                                            "Architectures",
                                            "FileSystemConfigs",
                                            "Publish",
                                            "VpcConfig",
                                            "Unknown"))
                            .append("\":")
                            .append(json(random, depth + 1))
                            .append(i > 0 ? "," : "}");
                }
                yield object.toString();
            }
        };
    }
}
