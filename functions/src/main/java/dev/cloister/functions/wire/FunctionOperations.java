package dev.cloister.functions.wire;

import dev.cloister.api.RequestContext;
import dev.cloister.functions.ConfigurationChange;
import dev.cloister.functions.FunctionEdits.CodeChange;
import dev.cloister.functions.FunctionEdits.NewFunction;
import dev.cloister.functions.FunctionKey;
import dev.cloister.functions.FunctionRecord;
import dev.cloister.functions.FunctionReference;
import dev.cloister.functions.FunctionVersion;
import dev.cloister.functions.Functions;
import dev.cloister.functions.LambdaErrors;
import software.amazon.awssdk.services.lambda.model.CreateFunctionRequest;
import software.amazon.awssdk.services.lambda.model.CreateFunctionResponse;
import software.amazon.awssdk.services.lambda.model.DeleteFunctionRequest;
import software.amazon.awssdk.services.lambda.model.DeleteFunctionResponse;
import software.amazon.awssdk.services.lambda.model.GetFunctionConfigurationRequest;
import software.amazon.awssdk.services.lambda.model.GetFunctionConfigurationResponse;
import software.amazon.awssdk.services.lambda.model.GetFunctionRequest;
import software.amazon.awssdk.services.lambda.model.GetFunctionResponse;
import software.amazon.awssdk.services.lambda.model.UpdateFunctionCodeRequest;
import software.amazon.awssdk.services.lambda.model.UpdateFunctionCodeResponse;
import software.amazon.awssdk.services.lambda.model.UpdateFunctionConfigurationRequest;
import software.amazon.awssdk.services.lambda.model.UpdateFunctionConfigurationResponse;

/** The operations on one function. */
final class FunctionOperations {
    private final Functions functions;
    private final CodeLinks links;
    private final Archives archives;
    private final Responses responses;

    FunctionOperations(Functions functions, CodeLinks links, Archives archives) {
        this.functions = functions;
        this.links = links;
        this.archives = archives;
        this.responses = new Responses(functions, links.readers());
    }

    CreateFunctionResponse create(CreateFunctionRequest input, RequestContext context) {
        FunctionReference reference = FunctionReference.forCreate(input.functionName(), context);
        FunctionKey key = reference.key();
        ConfigurationChange configuration = Requests.configuration(input, context);
        FunctionVersion made =
                functions
                        .functionEdits()
                        .create(
                                key,
                                new NewFunction(
                                        configuration,
                                        input.architecturesAsStrings(),
                                        Requests.isTrue(input.publish()),
                                        input.tags(),
                                        Requests.given(input.codeSigningConfigArn())
                                                .filter(arn -> !arn.isEmpty())),
                                archives.of(input.code(), context));
        // Also of a version that is published at once: the unqualified ARN.
        return Responses.copy(
                        responses.full(context, key, made, key.arn()),
                        CreateFunctionResponse.builder())
                .build();
    }

    GetFunctionResponse get(GetFunctionRequest input, RequestContext context) {
        FunctionReference reference =
                FunctionReference.of(
                        input.functionName(),
                        Requests.given(input.qualifier()),
                        context,
                        "lambda:GetFunction");
        FunctionRecord function = find(reference);
        FunctionVersion version = version(function, reference);
        GetFunctionResponse.Builder shown =
                GetFunctionResponse.builder()
                        .configuration(
                                responses.full(context, reference.key(), version, reference.arn()))
                        .code(links.location(context, reference.key(), version.content()));
        if (reference.qualifier().isEmpty() && !function.tags().isEmpty()) {
            shown.tags(function.tags());
        }
        if (reference.qualifier().isEmpty()) {
            function.traits()
                    .reservedConcurrency()
                    .ifPresent(n -> shown.concurrency(c -> c.reservedConcurrentExecutions(n)));
        }
        return shown.build();
    }

    GetFunctionConfigurationResponse getConfiguration(
            GetFunctionConfigurationRequest input, RequestContext context) {
        FunctionReference reference =
                FunctionReference.of(
                        input.functionName(),
                        Requests.given(input.qualifier()),
                        context,
                        "lambda:GetFunctionConfiguration");
        FunctionVersion version = version(find(reference), reference);
        return Responses.copy(
                        responses.full(context, reference.key(), version, reference.arn()),
                        GetFunctionConfigurationResponse.builder())
                .build();
    }

    UpdateFunctionCodeResponse updateCode(UpdateFunctionCodeRequest input, RequestContext context) {
        FunctionKey key =
                Requests.unqualified(input.functionName(), context, "lambda:UpdateFunctionCode");
        if (functions.find(key).isEmpty()) {
            throw LambdaErrors.functionNotFound(key.arn());
        }
        if (input.imageUri() != null) {
            throw LambdaErrors.invalidParameter(
                    "Please don't provide ImageUri when updating a function with packageType Zip.");
        }
        FunctionVersion changed =
                functions
                        .functionEdits()
                        .updateCode(
                                key,
                                new CodeChange(
                                        input.architecturesAsStrings(),
                                        Requests.isTrue(input.publish()),
                                        Requests.isTrue(input.dryRun()),
                                        Requests.given(input.revisionId()),
                                        Requests.given(input.sourceKMSKeyArn())),
                                archives.of(input, context));
        return Responses.copy(
                        responses.full(context, key, changed, arn(key, changed)),
                        UpdateFunctionCodeResponse.builder())
                .build();
    }

    UpdateFunctionConfigurationResponse updateConfiguration(
            UpdateFunctionConfigurationRequest input, RequestContext context) {
        FunctionKey key =
                Requests.unqualified(
                        input.functionName(), context, "lambda:UpdateFunctionConfiguration");
        if (functions.find(key).isEmpty()) {
            throw LambdaErrors.functionNotFound(key.arn());
        }
        FunctionVersion changed =
                functions
                        .functionEdits()
                        .updateConfiguration(
                                key,
                                Requests.configuration(input, context),
                                Requests.given(input.revisionId()));
        return Responses.copy(
                        responses.full(context, key, changed, key.arn()),
                        UpdateFunctionConfigurationResponse.builder())
                .build();
    }

    DeleteFunctionResponse delete(DeleteFunctionRequest input, RequestContext context) {
        functions
                .versionEdits()
                .delete(
                        FunctionReference.of(
                                input.functionName(),
                                Requests.given(input.qualifier()),
                                context,
                                "lambda:DeleteFunction"));
        return DeleteFunctionResponse.builder().statusCode(204).build();
    }

    private FunctionRecord find(FunctionReference reference) {
        return functions
                .find(reference.key())
                .orElseThrow(() -> LambdaErrors.functionNotFound(reference.arn()));
    }

    private static FunctionVersion version(FunctionRecord function, FunctionReference reference) {
        return function.qualified(reference.qualifier().orElse("$LATEST"))
                .orElseThrow(() -> LambdaErrors.functionNotFound(reference.arn()));
    }

    /** A published version's answer is qualified, that of {@code $LATEST} is not. */
    private static String arn(FunctionKey key, FunctionVersion version) {
        return version.version().equals("$LATEST") ? key.arn() : key.arn(version.version());
    }
}
