package dev.cloister.functions.wire;

import static dev.cloister.api.Operation.modeled;

import dev.cloister.api.Operation;
import dev.cloister.api.RequestContext;
import dev.cloister.functions.FunctionKey;
import dev.cloister.functions.Functions;
import dev.cloister.functions.LambdaErrors;
import java.util.List;
import software.amazon.awssdk.services.lambda.model.CreateCodeSigningConfigRequest;
import software.amazon.awssdk.services.lambda.model.DeleteCodeSigningConfigRequest;
import software.amazon.awssdk.services.lambda.model.DeleteFunctionCodeSigningConfigRequest;
import software.amazon.awssdk.services.lambda.model.DeleteFunctionCodeSigningConfigResponse;
import software.amazon.awssdk.services.lambda.model.GetCodeSigningConfigRequest;
import software.amazon.awssdk.services.lambda.model.GetFunctionCodeSigningConfigRequest;
import software.amazon.awssdk.services.lambda.model.GetFunctionCodeSigningConfigResponse;
import software.amazon.awssdk.services.lambda.model.ListCodeSigningConfigsRequest;
import software.amazon.awssdk.services.lambda.model.ListFunctionsByCodeSigningConfigRequest;
import software.amazon.awssdk.services.lambda.model.PutFunctionCodeSigningConfigRequest;
import software.amazon.awssdk.services.lambda.model.PutFunctionCodeSigningConfigResponse;
import software.amazon.awssdk.services.lambda.model.UpdateCodeSigningConfigRequest;

/** The operations on a function's code signing configuration, and the rows of all of them. */
final class FunctionSigningOperations {
    private final Functions functions;
    private final CodeSigningOperations configs;

    FunctionSigningOperations(Functions functions) {
        this.functions = functions;
        this.configs = new CodeSigningOperations(functions);
    }

    List<Operation> rows() {
        return List.of(
                modeled(
                        "CreateCodeSigningConfig",
                        CreateCodeSigningConfigRequest::builder,
                        configs::create),
                modeled("GetCodeSigningConfig", GetCodeSigningConfigRequest::builder, configs::get),
                modeled(
                        "UpdateCodeSigningConfig",
                        UpdateCodeSigningConfigRequest::builder,
                        configs::update),
                modeled(
                        "DeleteCodeSigningConfig",
                        DeleteCodeSigningConfigRequest::builder,
                        configs::delete),
                modeled(
                        "ListCodeSigningConfigs",
                        ListCodeSigningConfigsRequest::builder,
                        configs::list),
                modeled(
                        "ListFunctionsByCodeSigningConfig",
                        ListFunctionsByCodeSigningConfigRequest::builder,
                        configs::listFunctions),
                modeled(
                        "PutFunctionCodeSigningConfig",
                        PutFunctionCodeSigningConfigRequest::builder,
                        this::put),
                modeled(
                        "GetFunctionCodeSigningConfig",
                        GetFunctionCodeSigningConfigRequest::builder,
                        this::get),
                modeled(
                        "DeleteFunctionCodeSigningConfig",
                        DeleteFunctionCodeSigningConfigRequest::builder,
                        this::delete));
    }

    private PutFunctionCodeSigningConfigResponse put(
            PutFunctionCodeSigningConfigRequest input, RequestContext context) {
        FunctionKey key =
                Requests.unqualified(
                        input.functionName(), context, "lambda:PutFunctionCodeSigningConfig");
        functions.codeSigningEdits().attach(key, input.codeSigningConfigArn());
        return PutFunctionCodeSigningConfigResponse.builder()
                .functionName(key.name())
                .codeSigningConfigArn(input.codeSigningConfigArn())
                .build();
    }

    private GetFunctionCodeSigningConfigResponse get(
            GetFunctionCodeSigningConfigRequest input, RequestContext context) {
        FunctionKey key =
                Requests.unqualified(
                        input.functionName(), context, "lambda:GetFunctionCodeSigningConfig");
        GetFunctionCodeSigningConfigResponse.Builder shown =
                GetFunctionCodeSigningConfigResponse.builder().functionName(key.name());
        functions
                .find(key)
                .orElseThrow(() -> LambdaErrors.functionNotFound(key.arn()))
                .traits()
                .codeSigningConfigArn()
                .ifPresent(shown::codeSigningConfigArn);
        return shown.build();
    }

    private DeleteFunctionCodeSigningConfigResponse delete(
            DeleteFunctionCodeSigningConfigRequest input, RequestContext context) {
        functions
                .codeSigningEdits()
                .detach(
                        Requests.unqualified(
                                input.functionName(),
                                context,
                                "lambda:DeleteFunctionCodeSigningConfig"));
        return DeleteFunctionCodeSigningConfigResponse.builder().build();
    }
}
