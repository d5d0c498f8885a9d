package dev.cloister.functions.wire;

import static dev.cloister.api.Operation.modeled;

import dev.cloister.api.Operation;
import dev.cloister.api.RequestContext;
import dev.cloister.functions.FunctionKey;
import dev.cloister.functions.Functions;
import dev.cloister.functions.LambdaErrors;
import dev.cloister.functions.RecursiveLoop;
import java.util.List;
import software.amazon.awssdk.services.lambda.model.GetFunctionRecursionConfigRequest;
import software.amazon.awssdk.services.lambda.model.GetFunctionRecursionConfigResponse;
import software.amazon.awssdk.services.lambda.model.PutFunctionRecursionConfigRequest;
import software.amazon.awssdk.services.lambda.model.PutFunctionRecursionConfigResponse;

/** The operations on what becomes of recursive loops. */
final class RecursionOperations {
    private final Functions functions;

    RecursionOperations(Functions functions) {
        this.functions = functions;
    }

    List<Operation> rows() {
        return List.of(
                modeled(
                        "PutFunctionRecursionConfig",
                        PutFunctionRecursionConfigRequest::builder,
                        this::put),
                modeled(
                        "GetFunctionRecursionConfig",
                        GetFunctionRecursionConfigRequest::builder,
                        this::get));
    }

    private PutFunctionRecursionConfigResponse put(
            PutFunctionRecursionConfigRequest input, RequestContext context) {
        FunctionKey key =
                Requests.unqualified(
                        input.functionName(), context, "lambda:PutFunctionRecursionConfig");
        functions.recursionEdits().put(key, RecursiveLoop.of(input.recursiveLoopAsString()));
        return PutFunctionRecursionConfigResponse.builder()
                .recursiveLoop(input.recursiveLoopAsString())
                .build();
    }

    private GetFunctionRecursionConfigResponse get(
            GetFunctionRecursionConfigRequest input, RequestContext context) {
        FunctionKey key =
                Requests.unqualified(
                        input.functionName(), context, "lambda:GetFunctionRecursionConfig");
        return GetFunctionRecursionConfigResponse.builder()
                .recursiveLoop(
                        functions
                                .find(key)
                                .orElseThrow(() -> LambdaErrors.functionNotFound(key.arn()))
                                .traits()
                                .recursiveLoop()
                                .shown())
                .build();
    }
}
