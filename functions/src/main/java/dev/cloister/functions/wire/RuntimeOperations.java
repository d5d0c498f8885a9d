package dev.cloister.functions.wire;

import dev.cloister.api.Operation;
import dev.cloister.api.RequestContext;
import dev.cloister.functions.FunctionKey;
import dev.cloister.functions.FunctionReference;
import dev.cloister.functions.FunctionVersion;
import dev.cloister.functions.Functions;
import dev.cloister.functions.RuntimeManagement;
import dev.cloister.functions.RuntimeManagement.Shown;
import dev.cloister.functions.RuntimePolicy;
import java.util.List;
import java.util.Optional;
import software.amazon.awssdk.services.lambda.model.FunctionConfiguration;
import software.amazon.awssdk.services.lambda.model.GetRuntimeManagementConfigRequest;
import software.amazon.awssdk.services.lambda.model.GetRuntimeManagementConfigResponse;
import software.amazon.awssdk.services.lambda.model.PutRuntimeManagementConfigRequest;
import software.amazon.awssdk.services.lambda.model.PutRuntimeManagementConfigResponse;

/** The runtime version of each version of a function. */
final class RuntimeOperations {
    private final RuntimeManagement runtimes;

    private RuntimeOperations(RuntimeManagement runtimes) {
        this.runtimes = runtimes;
    }

    /** Their rows of the service's table. */
    static List<Operation> rows(Functions functions) {
        RuntimeOperations runtime = new RuntimeOperations(functions.runtimeManagement());
        return List.of(
                Operation.modeled(
                        "GetRuntimeManagementConfig",
                        GetRuntimeManagementConfigRequest::builder,
                        runtime::get),
                Operation.modeled(
                        "PutRuntimeManagementConfig",
                        PutRuntimeManagementConfigRequest::builder,
                        runtime::put));
    }

    GetRuntimeManagementConfigResponse get(
            GetRuntimeManagementConfigRequest input, RequestContext context) {
        FunctionReference reference =
                FunctionReference.of(
                        input.functionName(),
                        Requests.given(input.qualifier()),
                        context,
                        "lambda:GetRuntimeManagementConfig");
        FunctionVersion version = runtimes.find(reference);
        return GetRuntimeManagementConfigResponse.builder()
                .updateRuntimeOn(version.runtimePolicy().shown())
                .functionArn(reference.key().arn(version.version()))
                .runtimeVersionArn(pinned(reference.key(), version).orElse(null))
                .build();
    }

    PutRuntimeManagementConfigResponse put(
            PutRuntimeManagementConfigRequest input, RequestContext context) {
        FunctionReference reference =
                FunctionReference.of(
                        input.functionName(),
                        Requests.given(input.qualifier()),
                        context,
                        "lambda:PutRuntimeManagementConfig");
        FunctionVersion version =
                runtimes.put(
                        reference,
                        input.updateRuntimeOnAsString(),
                        Requests.given(input.runtimeVersionArn()));
        return PutRuntimeManagementConfigResponse.builder()
                .updateRuntimeOn(version.runtimePolicy().shown())
                .functionArn(reference.key().arn(version.version()))
                .runtimeVersionArn(pinned(reference.key(), version).orElse(null))
                .build();
    }

    /** Only {@code Manual} names a version in these answers. */
    private static Optional<String> pinned(FunctionKey key, FunctionVersion version) {
        return version.runtimePolicy() instanceof RuntimePolicy.Manual(String sha)
                ? Optional.of(RuntimeManagement.arn(key.region(), sha))
                : Optional.empty();
    }

    /** Fills in RuntimeVersionConfig. */
    static void show(Shown runtime, FunctionKey key, FunctionConfiguration.Builder shown) {
        switch (runtime) {
            case Shown.Runs(String sha) ->
                    shown.runtimeVersionConfig(
                            config ->
                                    config.runtimeVersionArn(
                                            RuntimeManagement.arn(key.region(), sha)));
            case Shown.Gone(String sha) ->
                    shown.runtimeVersionConfig(
                            config ->
                                    config.error(
                                            error ->
                                                    error.errorCode("InvalidRuntime")
                                                            .message(
                                                                    "The runtime version "
                                                                            + RuntimeManagement.arn(
                                                                                    key.region(),
                                                                                    sha)
                                                                            + " is not on this"
                                                                            + " installation any"
                                                                            + " more. Choose"
                                                                            + " another one.")));
            case Shown.Unknown _ -> {}
        }
    }
}
