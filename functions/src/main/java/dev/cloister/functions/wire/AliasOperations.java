package dev.cloister.functions.wire;

import dev.cloister.api.RequestContext;
import dev.cloister.functions.AliasEdits.AliasChange;
import dev.cloister.functions.FunctionAlias;
import dev.cloister.functions.FunctionKey;
import dev.cloister.functions.Functions;
import dev.cloister.functions.LambdaErrors;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.services.lambda.model.AliasRoutingConfiguration;
import software.amazon.awssdk.services.lambda.model.CreateAliasRequest;
import software.amazon.awssdk.services.lambda.model.CreateAliasResponse;
import software.amazon.awssdk.services.lambda.model.DeleteAliasRequest;
import software.amazon.awssdk.services.lambda.model.DeleteAliasResponse;
import software.amazon.awssdk.services.lambda.model.GetAliasRequest;
import software.amazon.awssdk.services.lambda.model.GetAliasResponse;
import software.amazon.awssdk.services.lambda.model.UpdateAliasRequest;
import software.amazon.awssdk.services.lambda.model.UpdateAliasResponse;

/** The operations on one alias. */
final class AliasOperations {
    private final Functions functions;

    AliasOperations(Functions functions) {
        this.functions = functions;
    }

    CreateAliasResponse create(CreateAliasRequest input, RequestContext context) {
        FunctionKey key = Requests.unqualified(input.functionName(), context, "lambda:CreateAlias");
        FunctionAlias alias =
                functions
                        .aliasEdits()
                        .create(
                                key,
                                input.name(),
                                new AliasChange(
                                        Requests.given(input.functionVersion()),
                                        Requests.given(input.description()),
                                        weights(input.routingConfig()),
                                        Optional.empty()));
        return Responses.copy(Responses.alias(key, alias), CreateAliasResponse.builder()).build();
    }

    GetAliasResponse get(GetAliasRequest input, RequestContext context) {
        FunctionKey key = Requests.unqualified(input.functionName(), context, "lambda:GetAlias");
        FunctionAlias alias =
                functions
                        .find(key)
                        .orElseThrow(() -> LambdaErrors.functionNotFound(key.arn()))
                        .aliases()
                        .get(input.name());
        if (alias == null) {
            throw LambdaErrors.notFound("Cannot find alias arn: " + key.arn(input.name()));
        }
        return Responses.copy(Responses.alias(key, alias), GetAliasResponse.builder()).build();
    }

    UpdateAliasResponse update(UpdateAliasRequest input, RequestContext context) {
        FunctionKey key = Requests.unqualified(input.functionName(), context, "lambda:UpdateAlias");
        FunctionAlias alias =
                functions
                        .aliasEdits()
                        .update(
                                key,
                                input.name(),
                                new AliasChange(
                                        Requests.given(input.functionVersion()),
                                        Requests.given(input.description()),
                                        weights(input.routingConfig()),
                                        Requests.given(input.revisionId())));
        return Responses.copy(Responses.alias(key, alias), UpdateAliasResponse.builder()).build();
    }

    DeleteAliasResponse delete(DeleteAliasRequest input, RequestContext context) {
        functions
                .aliasEdits()
                .delete(
                        Requests.unqualified(input.functionName(), context, "lambda:DeleteAlias"),
                        input.name());
        return DeleteAliasResponse.builder().build();
    }

    private static Optional<Map<String, Double>> weights(
            @Nullable AliasRoutingConfiguration given) {
        return Requests.given(given).map(AliasRoutingConfiguration::additionalVersionWeights);
    }
}
