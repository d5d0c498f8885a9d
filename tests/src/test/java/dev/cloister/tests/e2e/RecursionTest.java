package dev.cloister.tests.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import dev.cloister.tests.product.Installation;
import dev.cloister.tests.product.SharedInstallation;
import dev.cloister.tests.product.TestFunction;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import software.amazon.awssdk.core.SdkBytes;
import software.amazon.awssdk.services.lambda.LambdaClient;
import software.amazon.awssdk.services.lambda.model.RecursiveLoop;

/** Functions that invoke themselves, with the SDK that their runtime has. */
@ExtendWith(SharedInstallation.class)
final class RecursionTest {
    private static final String LOOP =
            """
            import json, os
            import boto3
            client = boto3.client("lambda")

            def handler(event, context):
                if event["left"] == 0:
                    return os.environ["_X_AMZN_TRACE_ID"].split("Lineage=")[1]
                try:
                    answer = client.invoke(
                        FunctionName=context.function_name,
                        Payload=json.dumps({"left": event["left"] - 1}))
                    return json.load(answer["Payload"])
                except client.exceptions.RecursiveInvocationException as e:
                    return {"left": event["left"], "why": e.response["Error"]["Message"],
                            "status": e.response["ResponseMetadata"]["HTTPStatusCode"]}
            """;

    @Test
    void aLoopIsStoppedUnlessItIsAllowed(Installation installation) {
        try (LambdaClient lambda = installation.lambda();
                TestFunction function =
                        TestFunction.python(
                                installation, lambda, LOOP, f -> f.memorySize(512).timeout(60))) {
            lambda.addPermission(
                    r ->
                            r.functionName(function.name())
                                    .statementId("itself")
                                    .action("lambda:InvokeFunction")
                                    .principal(installation.role()));
            String first = function.call("{\"left\": 0}");
            assertThat(first).as("a chain of one function").matches("\"[0-9a-f]{8}:0\"");
            String id = first.substring(1, 9);
            assertThat(chain(lambda, function, id + ":12"))
                    .as("its thirteen invocations, and three more")
                    .isEqualTo("{\"left\": 3, \"why\": \"Recursion detected\", \"status\": 400}");
            lambda.putFunctionRecursionConfig(
                    r -> r.functionName(function.name()).recursiveLoop(RecursiveLoop.ALLOW));
            assertThat(chain(lambda, function, "00000000:3|" + id + ":12"))
                    .as("all, and other functions are counted apart")
                    .isEqualTo("\"00000000:3|" + id + ":18\"");
        }
    }

    private static String chain(LambdaClient lambda, TestFunction function, String lineage) {
        String trace = "Root=1-5f84c7a1-e7d1852db8c4fd35d88bf49a;Lineage=" + lineage;
        return lambda.invoke(
                        r ->
                                r.functionName(function.name())
                                        .payload(SdkBytes.fromUtf8String("{\"left\": 5}"))
                                        .overrideConfiguration(
                                                o -> o.putHeader("X-Amzn-Trace-Id", trace)))
                .payload()
                .asUtf8String();
    }
}
