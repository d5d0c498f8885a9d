package dev.cloister.functions.wire;

import static dev.cloister.api.Operation.modeled;

import dev.cloister.api.Operation;
import dev.cloister.api.RequestContext;
import dev.cloister.functions.FunctionKey;
import dev.cloister.functions.Functions;
import dev.cloister.functions.LambdaErrors;
import java.util.List;
import software.amazon.awssdk.services.lambda.model.DeleteFunctionConcurrencyRequest;
import software.amazon.awssdk.services.lambda.model.DeleteFunctionConcurrencyResponse;
import software.amazon.awssdk.services.lambda.model.GetFunctionConcurrencyRequest;
import software.amazon.awssdk.services.lambda.model.GetFunctionConcurrencyResponse;
import software.amazon.awssdk.services.lambda.model.PutFunctionConcurrencyRequest;
import software.amazon.awssdk.services.lambda.model.PutFunctionConcurrencyResponse;

/** The operations on reserved concurrency. */
final class ConcurrencyOperations {
    private final Functions functions;

    ConcurrencyOperations(Functions functions) {
        this.functions = functions;
    }

    List<Operation> rows() {
        return List.of(
                modeled(
                        "PutFunctionConcurrency",
                        PutFunctionConcurrencyRequest::builder,
                        this::put),
                modeled(
                        "GetFunctionConcurrency",
                        GetFunctionConcurrencyRequest::builder,
                        this::get),
                modeled(
                        "DeleteFunctionConcurrency",
                        DeleteFunctionConcurrencyRequest::builder,
                        this::delete));
    }

    private PutFunctionConcurrencyResponse put(
            PutFunctionConcurrencyRequest input, RequestContext context) {
        FunctionKey key =
                Requests.unqualified(
                        input.functionName(), context, "lambda:PutFunctionConcurrency");
        functions.concurrencyEdits().reserve(key, input.reservedConcurrentExecutions());
        return PutFunctionConcurrencyResponse.builder()
                .reservedConcurrentExecutions(input.reservedConcurrentExecutions())
                .build();
    }

    private GetFunctionConcurrencyResponse get(
            GetFunctionConcurrencyRequest input, RequestContext context) {
        FunctionKey key =
                Requests.unqualified(
                        input.functionName(), context, "lambda:GetFunctionConcurrency");
        GetFunctionConcurrencyResponse.Builder shown = GetFunctionConcurrencyResponse.builder();
        functions
                .find(key)
                .orElseThrow(() -> LambdaErrors.functionNotFound(key.arn()))
                .traits()
                .reservedConcurrency()
                .ifPresent(shown::reservedConcurrentExecutions);
        return shown.build();
    }

    private DeleteFunctionConcurrencyResponse delete(
            DeleteFunctionConcurrencyRequest input, RequestContext context) {
        FunctionKey key =
                Requests.unqualified(
                        input.functionName(), context, "lambda:DeleteFunctionConcurrency");
        functions.concurrencyEdits().release(key);
        return DeleteFunctionConcurrencyResponse.builder().build();
    }
}
