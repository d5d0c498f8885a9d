package dev.cloister.tests.product;

import java.util.UUID;
import java.util.function.Consumer;
import software.amazon.awssdk.core.SdkBytes;
import software.amazon.awssdk.services.lambda.LambdaClient;
import software.amazon.awssdk.services.lambda.model.CreateFunctionRequest;
import software.amazon.awssdk.services.lambda.model.InvokeResponse;
import software.amazon.awssdk.services.lambda.model.LogType;

/** A function of a test's own: made on construction, active when it returns, deleted on close. */
public final class TestFunction implements AutoCloseable {
    private final LambdaClient lambda;
    private final String name;

    public TestFunction(
            Installation installation,
            LambdaClient lambda,
            String runtime,
            String handler,
            SdkBytes zip,
            Consumer<CreateFunctionRequest.Builder> changes) {
        this.lambda = lambda;
        CreateFunctionRequest.Builder builder =
                CreateFunctionRequest.builder()
                        .functionName("test-" + UUID.randomUUID())
                        .runtime(runtime)
                        .handler(handler)
                        .role(installation.role())
                        .code(c -> c.zipFile(zip))
                        .timeout(30);
        changes.accept(builder);
        CreateFunctionRequest request = builder.build();
        this.name = request.functionName();
        lambda.createFunction(request);
        lambda.waiter().waitUntilFunctionActiveV2(r -> r.functionName(name));
    }

    /** A Python function whose module is {@code index} and whose handler is {@code handler}. */
    public static TestFunction python(
            Installation installation, LambdaClient lambda, String source) {
        return python(installation, lambda, source, _ -> {});
    }

    public static TestFunction python(
            Installation installation,
            LambdaClient lambda,
            String source,
            Consumer<CreateFunctionRequest.Builder> changes) {
        return new TestFunction(
                installation,
                lambda,
                "python3.13",
                "index.handler",
                Archives.zip("index.py", source),
                changes);
    }

    public String name() {
        return name;
    }

    public InvokeResponse invoke(String event) {
        return lambda.invoke(
                r ->
                        r.functionName(name)
                                .payload(SdkBytes.fromUtf8String(event))
                                .logType(LogType.TAIL));
    }

    /** The answer to an event, which must not be a failure. */
    public String call(String event) {
        InvokeResponse response = invoke(event);
        if (response.functionError() != null) {
            throw new AssertionError("the function failed: " + response.payload().asUtf8String());
        }
        return response.payload().asUtf8String();
    }

    /** As {@link #call}, without asking for the log. */
    public void callWithoutTail(String event) {
        InvokeResponse response =
                lambda.invoke(r -> r.functionName(name).payload(SdkBytes.fromUtf8String(event)));
        if (response.functionError() != null) {
            throw new AssertionError("the function failed: " + response.payload().asUtf8String());
        }
    }

    @Override
    public void close() {
        lambda.deleteFunction(r -> r.functionName(name));
    }
}
