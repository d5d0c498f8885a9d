package dev.cloister.functions.wire;

import dev.cloister.api.RequestContext;
import dev.cloister.functions.FunctionKey;
import dev.cloister.functions.FunctionReference;
import dev.cloister.functions.Functions;
import dev.cloister.functions.LambdaErrors;
import java.util.List;
import java.util.Optional;
import software.amazon.awssdk.services.lambda.model.ListTagsRequest;
import software.amazon.awssdk.services.lambda.model.ListTagsResponse;
import software.amazon.awssdk.services.lambda.model.TagResourceRequest;
import software.amazon.awssdk.services.lambda.model.TagResourceResponse;
import software.amazon.awssdk.services.lambda.model.UntagResourceRequest;
import software.amazon.awssdk.services.lambda.model.UntagResourceResponse;

/**
 * Tags of functions and code signing configurations; other resources that AWS can tag do not exist
 * here and are not found.
 */
final class TagOperations {
    private static final int ARN_PARTS = 7;
    private static final int KIND = 5;

    private final Functions functions;

    TagOperations(Functions functions) {
        this.functions = functions;
    }

    TagResourceResponse tag(TagResourceRequest input, RequestContext context) {
        if (isCodeSigningConfig(input.resource())) {
            functions
                    .codeSigningEdits()
                    .tag(CodeSigningOperations.key(input.resource(), context), input.tags());
            return TagResourceResponse.builder().build();
        }
        functions
                .tagEdits()
                .tag(function(input.resource(), context, "lambda:TagResource"), input.tags());
        return TagResourceResponse.builder().build();
    }

    UntagResourceResponse untag(UntagResourceRequest input, RequestContext context) {
        if (isCodeSigningConfig(input.resource())) {
            functions
                    .codeSigningEdits()
                    .untag(
                            CodeSigningOperations.key(input.resource(), context),
                            List.copyOf(input.tagKeys()));
            return UntagResourceResponse.builder().build();
        }
        functions
                .tagEdits()
                .untag(
                        function(input.resource(), context, "lambda:UntagResource"),
                        List.copyOf(input.tagKeys()));
        return UntagResourceResponse.builder().build();
    }

    ListTagsResponse list(ListTagsRequest input, RequestContext context) {
        if (isCodeSigningConfig(input.resource())) {
            return ListTagsResponse.builder()
                    .tags(
                            functions
                                    .codeSigningEdits()
                                    .configs()
                                    .require(CodeSigningOperations.key(input.resource(), context))
                                    .tags())
                    .build();
        }
        FunctionKey key = function(input.resource(), context, "lambda:ListTags");
        return ListTagsResponse.builder()
                .tags(
                        functions
                                .find(key)
                                .orElseThrow(() -> LambdaErrors.functionNotFound(key.arn()))
                                .tags())
                .build();
    }

    private static boolean isCodeSigningConfig(String arn) {
        String[] parts = arn.split(":", ARN_PARTS);
        return parts.length == ARN_PARTS && parts[KIND].equals("code-signing-config");
    }

    private static FunctionKey function(String arn, RequestContext context, String action) {
        String[] parts = arn.split(":", ARN_PARTS);
        String kind = parts.length == ARN_PARTS ? parts[KIND] : "";
        switch (kind) {
            case "event-source-mapping" ->
                    throw LambdaErrors.notFound("Event source mapping not found: " + arn);
            case "capacity-provider" ->
                    throw LambdaErrors.notFound("Capacity provider not found: " + arn);
            default -> {
                // A function, or malformed: the reference tells.
            }
        }
        FunctionReference reference = FunctionReference.of(arn, Optional.empty(), context, action);
        if (reference.qualifier().isPresent()) {
            throw LambdaErrors.invalidParameter(
                    "Tags on function aliases and versions are not supported. Please specify a"
                            + " function ARN.");
        }
        return reference.key();
    }
}
