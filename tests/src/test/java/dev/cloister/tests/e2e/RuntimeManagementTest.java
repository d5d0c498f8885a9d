package dev.cloister.tests.e2e;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.cloister.tests.product.Installation;
import dev.cloister.tests.product.Installation.CommandResult;
import dev.cloister.tests.product.SharedImages;
import dev.cloister.tests.product.TestFunction;
import java.io.IOException;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.Test;
import software.amazon.awssdk.services.cloudwatchlogs.CloudWatchLogsClient;
import software.amazon.awssdk.services.lambda.LambdaClient;
import software.amazon.awssdk.services.lambda.model.InvalidParameterValueException;
import software.amazon.awssdk.services.lambda.model.InvokeResponse;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** Two versions of a runtime side by side, in an installation with images of its own. */
final class RuntimeManagementTest {
    private static final String RUNTIME = "python3.13";

    /** Answers the version that is written in the image that it runs on. */
    private static final String SOURCE =
            """
            import os
            def handler(event, context):
                path = "/etc/cloister-release"
                return open(path).read().strip() if os.path.exists(path) else "before release files"
            """;

    @Test
    void functionsFollowTheirRuntimeOrKeepTheVersionThatTheyName() throws IOException {
        try (Installation installation = Installation.withOwnRuntimes()) {
            SharedImages.copyNewest(
                    RUNTIME, installation.data().resolve("runtimes").resolve(RUNTIME));
            installation.up("--no-sample");
            try (LambdaClient lambda = installation.lambda();
                    TestFunction follows = TestFunction.python(installation, lambda, SOURCE);
                    TestFunction pinned = TestFunction.python(installation, lambda, SOURCE)) {
                String first = runtimeVersion(lambda, pinned);
                String firstRelease = pinned.call("{}");
                assertThat(follows.call("{}")).isEqualTo(firstRelease);
                pin(lambda, pinned, first);

                JsonNode updated = json(update(installation)).get(0);
                assertThat(updated.path("outcome").asString())
                        .as(updated.toString())
                        .isEqualTo("released");
                String version = updated.path("version").asString();

                InvokeResponse answer = follows.invoke("{}");
                String second = runtimeVersion(lambda, follows);
                assertThat(answer.payload().asUtf8String())
                        .isEqualTo("\"RUNTIME_VERSION=" + version + "\"");
                awaitLog(
                        installation,
                        follows,
                        "INIT_START Runtime Version: "
                                + version
                                + "\tRuntime Version ARN: "
                                + second);
                assertThat(second).isNotEqualTo(first);
                assertThat(pinned.call("{}")).isEqualTo(firstRelease);
                assertThat(runtimeVersion(lambda, pinned)).isEqualTo(first);

                listsAndNotices(installation, follows, pinned, first, second);
                refusals(lambda, follows);

                lambda.putRuntimeManagementConfig(
                        r -> r.functionName(pinned.name()).updateRuntimeOn("Auto"));
                assertThat(pinned.call("{}")).contains(version);
            }
            installation.down().checked();
            CommandResult list = installation.cloister("runtimes", "list");
            assertThat(list.status()).isZero();
            assertThat(list.output()).contains("no server runs", "newest");
            assertThat(installation.cloister("runtimes", "update").status()).isEqualTo(3);
            assertThat(installation.cloister("runtimes", "notices").status()).isEqualTo(3);
            assertThat(installation.cloister("runtimes", "upgrade").status()).isEqualTo(2);
        }
    }

    /** Events reach the log a moment after the answer reaches the caller. */
    private static void awaitLog(
            Installation installation, TestFunction function, String expected) {
        long limit = System.nanoTime() + 20_000_000_000L;
        try (CloudWatchLogsClient logs = installation.logs()) {
            while (logs
                    .filterLogEvents(r -> r.logGroupName("/aws/lambda/" + function.name()))
                    .events()
                    .stream()
                    .noneMatch(event -> event.message().contains(expected))) {
                if (System.nanoTime() - limit > 0) {
                    throw new AssertionError("the log never said: " + expected);
                }
                LockSupport.parkNanos(50_000_000);
            }
        }
    }

    private static void pin(LambdaClient lambda, TestFunction function, String arn) {
        var config =
                lambda.putRuntimeManagementConfig(
                        r ->
                                r.functionName(function.name())
                                        .updateRuntimeOn("Manual")
                                        .runtimeVersionArn(arn));
        assertThat(config.runtimeVersionArn()).isEqualTo(arn);
        assertThat(config.functionArn()).endsWith(":" + function.name() + ":$LATEST");
        var read = lambda.getRuntimeManagementConfig(r -> r.functionName(function.name()));
        assertThat(read.updateRuntimeOnAsString()).isEqualTo("Manual");
        assertThat(read.runtimeVersionArn()).isEqualTo(arn);
    }

    private static void listsAndNotices(
            Installation installation,
            TestFunction follows,
            TestFunction pinned,
            String first,
            String second) {
        JsonNode list =
                json(installation.cloister("runtimes", "list", "--packages", "--output", "json"));
        JsonNode python = find(list, "runtime", RUNTIME);
        JsonNode old = find(python.path("versions"), "arn", first);
        JsonNode now = find(python.path("versions"), "arn", second);
        assertThat(old.path("newest").asBoolean()).isFalse();
        assertThat(old.path("functions").toString()).contains(pinned.name());
        assertThat(now.path("newest").asBoolean()).isTrue();
        assertThat(now.path("functions").toString()).contains(follows.name());
        assertThat(now.path("packages").path("deb:libc6").asString()).isNotEmpty();

        JsonNode notices = json(installation.cloister("runtimes", "notices", "--output", "json"));
        JsonNode held = notices.path("held").get(0);
        assertThat(held.path("function").asString()).contains(pinned.name());
        assertThat(held.path("updateRuntimeOn").asString()).isEqualTo("Manual");
        assertThat(held.path("versionsBehind").asInt()).isEqualTo(1);
    }

    private static void refusals(LambdaClient lambda, TestFunction function) {
        assertThatThrownBy(
                        () ->
                                lambda.putRuntimeManagementConfig(
                                        r ->
                                                r.functionName(function.name())
                                                        .updateRuntimeOn("Manual")
                                                        .runtimeVersionArn(
                                                                "arn:aws:lambda:us-east-1::runtime:"
                                                                        + "0".repeat(64))))
                .isInstanceOf(InvalidParameterValueException.class)
                .hasMessageContaining("0000 is invalid");
    }

    private static CommandResult update(Installation installation) {
        return installation.cloister("runtimes", "update", RUNTIME, "--force", "--output", "json");
    }

    private static String runtimeVersion(LambdaClient lambda, TestFunction function) {
        return lambda.getFunctionConfiguration(r -> r.functionName(function.name()))
                .runtimeVersionConfig()
                .runtimeVersionArn();
    }

    /** The result is the last line; what comes before it is progress. */
    private static JsonNode json(CommandResult result) {
        return JsonMapper.shared().readTree(result.checked().lines().toList().getLast());
    }

    private static JsonNode find(JsonNode nodes, String member, String value) {
        for (JsonNode node : nodes) {
            if (node.path(member).asString().equals(value)) {
                return node;
            }
        }
        throw new AssertionError("no " + member + " " + value + " in " + nodes);
    }
}
