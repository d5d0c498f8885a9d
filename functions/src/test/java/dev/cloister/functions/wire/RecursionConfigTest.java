package dev.cloister.functions.wire;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.function.UnaryOperator;
import org.junit.jupiter.api.Test;
import software.amazon.awssdk.services.lambda.model.DeleteFunctionRequest;
import software.amazon.awssdk.services.lambda.model.DeleteFunctionResponse;
import software.amazon.awssdk.services.lambda.model.GetFunctionRecursionConfigRequest;
import software.amazon.awssdk.services.lambda.model.GetFunctionRecursionConfigResponse;
import software.amazon.awssdk.services.lambda.model.PutFunctionRecursionConfigRequest;
import software.amazon.awssdk.services.lambda.model.PutFunctionRecursionConfigResponse;

/** What becomes of recursive loops is the function's, and ends with it. */
final class RecursionConfigTest extends OperationsTest {

    @Test
    void terminatesUnlessSaidOtherwiseAndOutlivesARestart() {
        active();
        assertThat(shown()).isEqualTo("Terminate");
        PutFunctionRecursionConfigResponse put =
                lambda.call(put("hello", "Allow"), PutFunctionRecursionConfigResponse.class);
        assertThat(put.recursiveLoopAsString()).isEqualTo("Allow");
        lambda.restart();
        assertThat(shown()).isEqualTo("Allow");
        upload(OTHER_ZIP, UnaryOperator.identity());
        lambda.settled("hello");
        assertThat(shown()).isEqualTo("Allow");
    }

    @Test
    void aNewFunctionOfTheSameNameDoesNotInheritIt() {
        active();
        lambda.call(put("hello", "Allow"), PutFunctionRecursionConfigResponse.class);
        lambda.call(
                DeleteFunctionRequest.builder().functionName("hello").build(),
                DeleteFunctionResponse.class);
        active();
        assertThat(shown()).isEqualTo("Terminate");
        lambda.restart();
        assertThat(shown()).isEqualTo("Terminate");
    }

    @Test
    void anUnknownFunctionHasNone() {
        assertRefused(
                put("nobody", "Allow"), "ResourceNotFoundException", "Function not found: arn:");
        assertRefused(
                GetFunctionRecursionConfigRequest.builder().functionName("nobody").build(),
                "ResourceNotFoundException",
                "Function not found: arn:");
    }

    private static PutFunctionRecursionConfigRequest put(String name, String loop) {
        return PutFunctionRecursionConfigRequest.builder()
                .functionName(name)
                .recursiveLoop(loop)
                .build();
    }

    private String shown() {
        return lambda.call(
                        GetFunctionRecursionConfigRequest.builder().functionName("hello").build(),
                        GetFunctionRecursionConfigResponse.class)
                .recursiveLoopAsString();
    }
}
