package dev.cloister.functions.wire;

import dev.cloister.api.AwsError;
import dev.cloister.api.Operation;
import dev.cloister.api.RawHandler.RawRequest;
import dev.cloister.api.RawHandler.RawResponse;
import dev.cloister.api.RequestContext;
import dev.cloister.functions.FunctionReference;
import dev.cloister.functions.Functions;
import dev.cloister.functions.LambdaErrors;
import dev.cloister.functions.PermissionEdits.Current;
import dev.cloister.functions.permissions.ResourcePolicy;
import java.io.IOException;
import java.util.List;
import java.util.Optional;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * The operations on whole resource policies (PutResourcePolicy and its like, of the service's model
 * since 2026). The SDK that this is built with has no types of them, so they are coded by hand.
 */
public final class ResourcePolicyOperations {
    /** A document of 20 KB in JSON text, each character escaped. */
    private static final long MOST_BYTES = 6L * ResourcePolicy.MAX_BYTES + 1_024;

    private static final JsonMapper JSON = JsonMapper.builder().build();

    private final Functions functions;
    private final Grammar grammar;

    private ResourcePolicyOperations(Functions functions, Grammar grammar) {
        this.functions = functions;
        this.grammar = grammar;
    }

    /** Knows the policy language. Thread-safe. */
    @FunctionalInterface
    public interface Grammar {
        /** Why the text is no resource policy; empty if it is one. */
        Optional<String> fault(String document);
    }

    /** Their rows in Lambda's table. */
    public static List<Operation> rows(Functions functions, Grammar grammar) {
        ResourcePolicyOperations policies = new ResourcePolicyOperations(functions, grammar);
        return List.of(
                new Operation.Raw("PutResourcePolicy", MOST_BYTES, policies::put),
                new Operation.Raw("GetResourcePolicy", 0, policies::get),
                new Operation.Raw("DeleteResourcePolicy", 0, policies::delete));
    }

    private void put(RawRequest request, RawResponse response, RequestContext context)
            throws IOException {
        FunctionReference reference = reference(request, context, "lambda:PutResourcePolicy");
        JsonNode body = body(request);
        String document =
                text(body, "Policy")
                        .orElseThrow(() -> invalid("null", "policy", "Member must not be null"));
        if (document.isEmpty() || document.length() > ResourcePolicy.MAX_BYTES) {
            throw invalid(
                    "'" + document.length() + " characters'",
                    "policy",
                    "Member must have length less than or equal to "
                            + ResourcePolicy.MAX_BYTES
                            + " and greater than or equal to 1");
        }
        grammar.fault(document)
                .ifPresent(
                        fault -> {
                            throw LambdaErrors.invalidParameter(
                                    "The resource policy is not valid: " + fault);
                        });
        answer(
                response,
                functions
                        .permissionEdits()
                        .replace(
                                reference,
                                ResourcePolicy.parse(document),
                                text(body, "RevisionId")));
    }

    private void get(RawRequest request, RawResponse response, RequestContext context)
            throws IOException {
        answer(
                response,
                functions
                        .permissionEdits()
                        .get(reference(request, context, "lambda:GetResourcePolicy")));
    }

    private void delete(RawRequest request, RawResponse response, RequestContext context)
            throws IOException {
        functions
                .permissionEdits()
                .clear(
                        reference(request, context, "lambda:DeleteResourcePolicy"),
                        request.query("RevisionId").filter(text -> !text.isEmpty()));
        response.status(204).send(new byte[0]);
    }

    private static void answer(RawResponse response, Current current) throws IOException {
        byte[] body =
                JSON.writeValueAsBytes(
                        JSON.createObjectNode()
                                .put("Policy", current.policy().document())
                                .put("RevisionId", current.revisionId()));
        response.status(200).header("Content-Type", "application/json").send(body);
    }

    /** Only a whole ARN names a resource here. */
    private static FunctionReference reference(
            RawRequest request, RequestContext context, String action) {
        String arn = request.label("ResourceArn");
        if (!arn.startsWith("arn:")) {
            throw invalid(
                    "'" + arn + "'",
                    "resourceArn",
                    "Member must satisfy regular expression pattern: "
                            + "arn:(aws[a-zA-Z-]*)?:lambda:.*:function:.*");
        }
        FunctionReference reference = FunctionReference.of(arn, Optional.empty(), context, action);
        if (reference.qualifier().filter("$LATEST"::equals).isPresent()) {
            throw LambdaErrors.invalidParameter(
                    "We currently do not support adding policies for $LATEST.");
        }
        return reference;
    }

    private static JsonNode body(RawRequest request) {
        try {
            JsonNode body = JSON.readTree(request.body());
            if (body.isObject()) {
                return body;
            }
        } catch (JacksonException e) {
            throw unreadable();
        }
        throw unreadable();
    }

    private static AwsError unreadable() {
        return new AwsError(
                "SerializationException", 400, "Could not parse request body into json");
    }

    private static Optional<String> text(JsonNode body, String member) {
        JsonNode value = body.path(member);
        if (value.isMissingNode() || value.isNull()) {
            return Optional.empty();
        }
        if (!value.isString()) {
            throw new AwsError("SerializationException", 400, member + " has to be a string");
        }
        return Optional.of(value.asString());
    }

    private static AwsError invalid(String value, String path, String constraint) {
        return new AwsError(
                "ValidationException",
                400,
                "1 validation error detected: Value %s at '%s' failed to satisfy constraint: %s"
                        .formatted(value, path, constraint));
    }
}
