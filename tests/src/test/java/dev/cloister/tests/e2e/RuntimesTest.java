package dev.cloister.tests.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import dev.cloister.tests.product.Archives;
import dev.cloister.tests.product.Installation;
import dev.cloister.tests.product.SharedInstallation;
import dev.cloister.tests.product.TestFunction;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.extension.ExtendWith;
import software.amazon.awssdk.core.SdkBytes;
import software.amazon.awssdk.services.lambda.LambdaClient;
import software.amazon.awssdk.services.lambda.model.InvokeResponse;

/** Every managed runtime: an answer, a failure, a log. */
@ExtendWith(SharedInstallation.class)
final class RuntimesTest {
    private static final String PYTHON =
            """
            import os
            def handler(event, context):
                if event.get("fail"):
                    raise ValueError("as asked")
                print("hello from", context.function_name)
                return {"got": event["n"], "runtime": os.environ["AWS_EXECUTION_ENV"]}
            """;
    private static final String NODE =
            """
            exports.handler = async (event, context) => {
              if (event.fail) { throw new TypeError("as asked"); }
              console.log("hello from", context.functionName);
              return {got: event.n, runtime: process.env.AWS_EXECUTION_ENV};
            };
            """;
    private static final String RUBY =
            """
            def handler(event:, context:)
              raise ArgumentError, "as asked" if event["fail"]
              puts "hello from #{context.function_name}"
              {got: event["n"], runtime: ENV["AWS_EXECUTION_ENV"]}
            end
            """;
    private static final String JAVA =
            """
            import com.amazonaws.services.lambda.runtime.*;
            import java.util.Map;
            public class Fn implements RequestHandler<Map<String, Object>, Map<String, Object>> {
              public Map<String, Object> handleRequest(Map<String, Object> event, Context context) {
                if (event.containsKey("fail")) { throw new IllegalArgumentException("as asked"); }
                context.getLogger().log("hello from " + context.getFunctionName() + "\\n");
                return Map.of("got", event.get("n"), "runtime", System.getenv("AWS_EXECUTION_ENV"));
              }
            }
            """;
    private static final String SHELL =
            """
            #!/bin/bash
            api="http://$AWS_LAMBDA_RUNTIME_API/2018-06-01/runtime"
            while true; do
              event=$(curl -sS -D /tmp/headers "$api/invocation/next")
              id=$(grep -i '^lambda-runtime-aws-request-id:' /tmp/headers | tr -d '\\r' | cut -d' ' -f2)
              if [[ "$event" == *fail* ]]; then
                curl -sS -X POST "$api/invocation/$id/error" -H 'Lambda-Runtime-Function-Error-Type: Function.Asked' \\
                  -d '{"errorMessage":"as asked","errorType":"Function.Asked"}' > /dev/null
              else
                echo "hello from $AWS_LAMBDA_FUNCTION_NAME"
                curl -sS -X POST "$api/invocation/$id/response" -d "{\\"got\\":7,\\"runtime\\":\\"${AWS_EXECUTION_ENV:-none}\\"}" > /dev/null
              fi
            done
            """;

    private record Sample(
            String runtime, String handler, SdkBytes zip, String environment, String errorType) {}

    @TestFactory
    Stream<DynamicTest> everyRuntimeAnswersFailsAndLogs(Installation installation) {
        return Stream.of(
                        python("python3.11"),
                        python("python3.13"),
                        node("nodejs20.x"),
                        node("nodejs22.x"),
                        java("java21", 21),
                        java("java25", 25),
                        new Sample(
                                "ruby3.3",
                                "index.handler",
                                Archives.zip("index.rb", RUBY),
                                "AWS_Lambda_ruby3.3",
                                "Function<ArgumentError>"),
                        new Sample(
                                "provided.al2023",
                                "any",
                                Archives.zip("bootstrap", SHELL),
                                "none",
                                "Function.Asked"))
                .map(s -> DynamicTest.dynamicTest(s.runtime(), () -> check(installation, s)));
    }

    private static Sample python(String runtime) {
        return new Sample(
                runtime,
                "index.handler",
                Archives.zip("index.py", PYTHON),
                "AWS_Lambda_" + runtime,
                "ValueError");
    }

    private static Sample node(String runtime) {
        return new Sample(
                runtime,
                "index.handler",
                Archives.zip(Map.of("index.js", NODE)),
                "AWS_Lambda_" + runtime,
                "TypeError");
    }

    private static Sample java(String runtime, int release) {
        return new Sample(
                runtime,
                "Fn::handleRequest",
                Archives.compiledJava(release, "Fn", JAVA),
                "AWS_Lambda_" + runtime,
                "java.lang.IllegalArgumentException");
    }

    private static void check(Installation installation, Sample sample) {
        try (LambdaClient lambda = installation.lambda();
                TestFunction function =
                        new TestFunction(
                                installation,
                                lambda,
                                sample.runtime(),
                                sample.handler(),
                                sample.zip(),
                                r -> r.memorySize(256))) {
            InvokeResponse answer = function.invoke("{\"n\":7}");
            String log = decode(answer.logResult());
            assertThat(answer.functionError()).as(log).isNull();
            assertThat(answer.payload().asUtf8String())
                    .containsPattern("\"got\": ?7")
                    .contains(sample.environment());
            assertThat(log)
                    .contains("START RequestId: " + answer.responseMetadata().requestId())
                    .contains("hello from " + function.name())
                    .contains("END RequestId: ")
                    .contains("REPORT RequestId: ")
                    .contains("\tMemory Size: 256 MB\t");

            InvokeResponse failure = function.invoke("{\"fail\":true}");
            assertThat(failure.statusCode()).isEqualTo(200);
            assertThat(failure.functionError()).isEqualTo("Unhandled");
            assertThat(failure.payload().asUtf8String())
                    .contains("\"errorMessage\"", "as asked", sample.errorType());
        }
    }

    private static String decode(String base64) {
        return new String(Base64.getDecoder().decode(base64), StandardCharsets.UTF_8);
    }
}
