package dev.cloister.functions.wire;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.cloister.api.AwsError;
import dev.cloister.functions.Installation;
import dev.cloister.functions.code.Zips;
import java.nio.file.Path;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.io.TempDir;
import software.amazon.awssdk.core.SdkBytes;
import software.amazon.awssdk.core.SdkPojo;
import software.amazon.awssdk.services.lambda.model.CreateFunctionRequest;
import software.amazon.awssdk.services.lambda.model.CreateFunctionResponse;
import software.amazon.awssdk.services.lambda.model.UpdateFunctionCodeRequest;
import software.amazon.awssdk.services.lambda.model.UpdateFunctionCodeResponse;
import software.amazon.awssdk.services.lambda.model.UpdateFunctionConfigurationRequest;
import software.amazon.awssdk.services.lambda.model.UpdateFunctionConfigurationResponse;

/** What the tests of operations share: an installation and the usual calls. */
abstract class OperationsTest {
    static final String ARN = "arn:aws:lambda:us-east-1:123456789012:function:hello";
    static final byte[] ZIP = Zips.handler("def handler(event, context): return event");
    static final byte[] OTHER_ZIP = Zips.handler("def handler(event, context): return 2");

    @TempDir Path folder;
    Installation lambda;

    @BeforeEach
    void start() {
        lambda = new Installation(folder);
    }

    @AfterEach
    void stop() {
        lambda.runtimes.release();
        lambda.close();
    }

    static CreateFunctionRequest.Builder hello() {
        return named("hello");
    }

    static CreateFunctionRequest.Builder named(String name) {
        return CreateFunctionRequest.builder()
                .functionName(name)
                .runtime("python3.13")
                .role(Installation.ROLE)
                .handler("lambda_function.handler")
                .code(code -> code.zipFile(SdkBytes.fromByteArrayUnsafe(ZIP)));
    }

    CreateFunctionResponse create(UnaryOperator<CreateFunctionRequest.Builder> change) {
        return lambda.call(change.apply(hello()).build(), CreateFunctionResponse.class);
    }

    /** Creates {@code hello} and waits until it is active. */
    void active() {
        create(UnaryOperator.identity());
        lambda.settled("hello");
    }

    UpdateFunctionConfigurationResponse configure(
            UnaryOperator<UpdateFunctionConfigurationRequest.Builder> change) {
        return lambda.call(
                change.apply(UpdateFunctionConfigurationRequest.builder().functionName("hello"))
                        .build(),
                UpdateFunctionConfigurationResponse.class);
    }

    UpdateFunctionCodeResponse upload(
            byte[] zip, UnaryOperator<UpdateFunctionCodeRequest.Builder> change) {
        return lambda.call(
                change.apply(
                                UpdateFunctionCodeRequest.builder()
                                        .functionName("hello")
                                        .zipFile(SdkBytes.fromByteArray(zip)))
                        .build(),
                UpdateFunctionCodeResponse.class);
    }

    void assertRefused(SdkPojo request, String code, String message) {
        assertThatThrownBy(() -> lambda.call(request, SdkPojo.class))
                .isInstanceOfSatisfying(
                        AwsError.class,
                        e -> {
                            assertThat(e.code()).isEqualTo(code);
                            assertThat(e.message()).contains(message);
                        });
    }
}
