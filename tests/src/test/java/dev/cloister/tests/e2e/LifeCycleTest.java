package dev.cloister.tests.e2e;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.cloister.tests.product.Archives;
import dev.cloister.tests.product.Installation;
import dev.cloister.tests.product.SharedInstallation;
import dev.cloister.tests.product.TestFunction;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import software.amazon.awssdk.core.SdkBytes;
import software.amazon.awssdk.services.lambda.LambdaClient;
import software.amazon.awssdk.services.lambda.model.InvocationType;
import software.amazon.awssdk.services.lambda.model.InvokeResponse;
import software.amazon.awssdk.services.lambda.model.ResourceNotFoundException;

/** What an environment does from init to shutdown, seen by the caller. */
@ExtendWith(SharedInstallation.class)
final class LifeCycleTest {
    private static final String COUNTER =
            """
            import os, uuid
            identity, count = str(uuid.uuid4()), 0
            def handler(event, context):
                global count
                count += 1
                return {"id": identity, "count": count, "v": os.environ.get("VALUE"), "e": event}
            """;

    private final Installation installation;

    LifeCycleTest(Installation installation) {
        this.installation = installation;
    }

    @Test
    void anIdleEnvironmentIsReusedAndKeepsItsState() {
        try (LambdaClient lambda = installation.lambda();
                TestFunction function = TestFunction.python(installation, lambda, COUNTER)) {
            String first = function.call("1");
            String second = function.call("2");
            assertThat(first).contains("\"count\": 1");
            assertThat(second).contains("\"count\": 2");
        }
    }

    @Test
    void aChangedConfigurationNeverReachesAnOldEnvironment() {
        try (LambdaClient lambda = installation.lambda();
                TestFunction function = TestFunction.python(installation, lambda, COUNTER)) {
            assertThat(function.call("1")).contains("\"v\": null");
            for (int i = 0; i < 3; i++) {
                String value = "value-" + i;
                lambda.updateFunctionConfiguration(
                        r ->
                                r.functionName(function.name())
                                        .environment(e -> e.variables(Map.of("VALUE", value))));
                lambda.waiter().waitUntilFunctionUpdatedV2(r -> r.functionName(function.name()));
                assertThat(function.call("1")).contains("\"v\": \"" + value + "\"", "\"count\": 1");
            }
        }
    }

    @Test
    void newCodeRunsInANewEnvironmentAndVersionsKeepTheirs() {
        try (LambdaClient lambda = installation.lambda();
                TestFunction function =
                        TestFunction.python(
                                installation, lambda, "def handler(e, c): return 'one'")) {
            lambda.publishVersion(r -> r.functionName(function.name()));
            lambda.createAlias(
                    r -> r.functionName(function.name()).name("live").functionVersion("1"));
            lambda.updateFunctionCode(
                    r ->
                            r.functionName(function.name())
                                    .zipFile(
                                            Archives.zip(
                                                    "index.py",
                                                    "def handler(e, c): return 'two'")));
            lambda.waiter().waitUntilFunctionUpdatedV2(r -> r.functionName(function.name()));
            assertThat(function.call("1")).isEqualTo("\"two\"");
            InvokeResponse old =
                    lambda.invoke(r -> r.functionName(function.name()).qualifier("live"));
            assertThat(old.payload().asUtf8String()).isEqualTo("\"one\"");
            assertThat(old.executedVersion()).isEqualTo("1");
        }
    }

    @Test
    void concurrentInvocationsNeverShareAnEnvironment() throws Exception {
        String source =
                """
                import time, uuid
                identity, busy = str(uuid.uuid4()), False
                def handler(event, context):
                    global busy
                    assert not busy, "two at once"
                    busy = True
                    time.sleep(0.3)
                    busy = False
                    return identity
                """;
        try (LambdaClient lambda = installation.lambda();
                TestFunction function = TestFunction.python(installation, lambda, source);
                ExecutorService callers = Executors.newVirtualThreadPerTaskExecutor()) {
            List<Future<String>> answers =
                    IntStream.range(0, 6)
                            .mapToObj(_ -> callers.submit(() -> function.call("1")))
                            .toList();
            Set<String> environments = new HashSet<>();
            for (Future<String> answer : answers) {
                environments.add(answer.get());
            }
            assertThat(environments).hasSize(6);
        }
    }

    @Test
    void aTimeoutIsReportedAndTheNextInvocationWorks() {
        String source =
                """
                import time, os
                def handler(event, context):
                    if event == "sleep":
                        open("/tmp/kept", "w").write("x")
                        time.sleep(30)
                    return os.path.exists("/tmp/kept")
                """;
        try (LambdaClient lambda = installation.lambda();
                TestFunction function =
                        TestFunction.python(installation, lambda, source, r -> r.timeout(1))) {
            InvokeResponse response = function.invoke("\"sleep\"");
            String id = response.responseMetadata().requestId();
            assertThat(response.functionError()).isEqualTo("Unhandled");
            assertThat(response.payload().asUtf8String())
                    .isEqualTo(
                            "{\"errorType\":\"Sandbox.Timedout\",\"errorMessage\":\"RequestId: "
                                    + id
                                    + " Error: Task timed out after 1.00 seconds\"}");
            assertThat(log(response)).contains("Status: timeout");
            assertThat(function.call("1")).as("/tmp survives the restart").isEqualTo("true");
        }
    }

    @Test
    void anExitIsReportedAndTheNextInvocationWorks() {
        String source =
                """
                import os
                def handler(event, context):
                    if event == "exit": os._exit(3)
                    if event == "zero": os._exit(0)
                    return "fine"
                """;
        try (LambdaClient lambda = installation.lambda();
                TestFunction function = TestFunction.python(installation, lambda, source)) {
            InvokeResponse exit = function.invoke("\"exit\"");
            assertThat(exit.payload().asUtf8String())
                    .contains("Runtime.ExitError", "Runtime exited with error: exit status 3");
            assertThat(function.call("1")).isEqualTo("\"fine\"");
            InvokeResponse zero = function.invoke("\"zero\"");
            assertThat(zero.payload().asUtf8String())
                    .contains("Runtime exited without providing a reason");
            assertThat(function.call("1")).isEqualTo("\"fine\"");
        }
    }

    @Test
    void tooMuchMemoryKillsTheRuntimeAndNothingElse() {
        String source =
                """
                def handler(event, context):
                    if event == "eat":
                        block = []
                        while True: block.append(bytearray(10_000_000))
                    return "fine"
                """;
        try (LambdaClient lambda = installation.lambda();
                TestFunction function = TestFunction.python(installation, lambda, source)) {
            InvokeResponse eaten = function.invoke("\"eat\"");
            assertThat(eaten.functionError()).isEqualTo("Unhandled");
            assertThat(eaten.payload().asUtf8String())
                    .contains("Runtime.ExitError", "signal: killed");
            assertThat(function.call("1")).isEqualTo("\"fine\"");
        }
    }

    @Test
    void anAnswerOverSixMegabytesIsRefused() {
        String source = "def handler(event, context): return 'x' * event";
        try (LambdaClient lambda = installation.lambda();
                TestFunction function =
                        TestFunction.python(installation, lambda, source, r -> r.memorySize(512))) {
            assertThat(function.call("6291000")).hasSize(6291002);
            InvokeResponse large = function.invoke("6300000");
            assertThat(large.payload().asUtf8String())
                    .contains(
                            "Function.ResponseSizeTooLarge",
                            "Response payload size exceeded maximum allowed payload size"
                                    + " (6291556 bytes).");
            assertThat(function.call("3")).isEqualTo("\"xxx\"");
        }
    }

    @Test
    void aFailingInitIsReported() {
        try (LambdaClient lambda = installation.lambda();
                TestFunction function =
                        TestFunction.python(installation, lambda, "import no_such_module")) {
            InvokeResponse response = function.invoke("{}");
            assertThat(response.payload().asUtf8String())
                    .contains("Runtime.ImportModuleError", "No module named 'no_such_module'");
        }
    }

    @Test
    void aDryRunChecksAndRunsNothing() {
        try (LambdaClient lambda = installation.lambda();
                TestFunction function = TestFunction.python(installation, lambda, COUNTER)) {
            InvokeResponse response =
                    lambda.invoke(
                            r ->
                                    r.functionName(function.name())
                                            .invocationType(InvocationType.DRY_RUN));
            assertThat(response.statusCode()).isEqualTo(204);
            assertThat(function.call("1")).contains("\"count\": 1");
            assertThatThrownBy(
                            () ->
                                    lambda.invoke(
                                            r ->
                                                    r.functionName("nobody")
                                                            .invocationType(
                                                                    InvocationType.DRY_RUN)))
                    .isInstanceOf(ResourceNotFoundException.class)
                    .hasMessageContaining("Function not found: arn:aws:lambda:");
        }
    }

    @Test
    void namesArnsAndClientContextReachTheFunction() {
        String source =
                """
                def handler(event, context):
                    custom = context.client_context.custom if context.client_context else None
                    return [context.invoked_function_arn, custom]
                """;
        try (LambdaClient lambda = installation.lambda();
                TestFunction function = TestFunction.python(installation, lambda, source)) {
            String arn =
                    "arn:aws:lambda:%s:%s:function:%s"
                            .formatted(
                                    installation.region(), installation.account(), function.name());
            for (String form :
                    List.of(
                            function.name(),
                            "function:" + function.name(),
                            installation.account() + ":function:" + function.name(),
                            arn,
                            arn + ":$LATEST")) {
                InvokeResponse response =
                        lambda.invoke(
                                r ->
                                        r.functionName(form)
                                                .clientContext(base64("{\"custom\":{\"a\":\"b\"}}"))
                                                .payload(SdkBytes.fromUtf8String("{}")));
                assertThat(response.payload().asUtf8String())
                        .as(form)
                        .contains(arn, "{\"a\": \"b\"}");
            }
        }
    }

    @Test
    void aFunctionsSdkReachesThePlatformAsItsRole() {
        String source =
                """
                import boto3
                def handler(event, context):
                    return boto3.client("sts").get_caller_identity()["Arn"]
                """;
        try (LambdaClient lambda = installation.lambda();
                TestFunction function =
                        TestFunction.python(installation, lambda, source, r -> r.memorySize(512))) {
            assertThat(function.call("{}"))
                    .contains(
                            "arn:aws:sts::"
                                    + installation.account()
                                    + ":assumed-role/lambda_basic_execution/"
                                    + function.name());
        }
    }

    private static String base64(String text) {
        return Base64.getEncoder().encodeToString(text.getBytes(StandardCharsets.UTF_8));
    }

    private static String log(InvokeResponse response) {
        return new String(Base64.getDecoder().decode(response.logResult()), StandardCharsets.UTF_8);
    }
}
