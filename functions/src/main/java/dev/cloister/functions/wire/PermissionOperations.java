package dev.cloister.functions.wire;

import dev.cloister.api.Operation;
import dev.cloister.api.RequestContext;
import dev.cloister.functions.FunctionReference;
import dev.cloister.functions.Functions;
import dev.cloister.functions.PermissionEdits;
import dev.cloister.functions.permissions.Permission;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.services.lambda.model.AddPermissionRequest;
import software.amazon.awssdk.services.lambda.model.AddPermissionResponse;
import software.amazon.awssdk.services.lambda.model.GetPolicyRequest;
import software.amazon.awssdk.services.lambda.model.GetPolicyResponse;
import software.amazon.awssdk.services.lambda.model.RemovePermissionRequest;
import software.amazon.awssdk.services.lambda.model.RemovePermissionResponse;

/** The operations on resource policies. */
public final class PermissionOperations {
    private final Functions functions;

    private PermissionOperations(Functions functions) {
        this.functions = functions;
    }

    /** Their rows in Lambda's table. */
    public static List<Operation> rows(Functions functions) {
        PermissionOperations permission = new PermissionOperations(functions);
        return List.of(
                Operation.modeled("AddPermission", AddPermissionRequest::builder, permission::add),
                Operation.modeled(
                        "RemovePermission", RemovePermissionRequest::builder, permission::remove),
                Operation.modeled("GetPolicy", GetPolicyRequest::builder, permission::get));
    }

    private AddPermissionResponse add(AddPermissionRequest input, RequestContext context) {
        FunctionReference reference =
                reference(input.functionName(), input.qualifier(), context, "lambda:AddPermission");
        Permission permission =
                new Permission(
                        input.statementId(),
                        input.action(),
                        input.principal(),
                        new Permission.Conditions(
                                Requests.given(input.sourceAccount()),
                                Requests.given(input.eventSourceToken()),
                                Requests.given(input.functionUrlAuthTypeAsString()),
                                Requests.given(input.principalOrgID()),
                                Requests.given(input.sourceArn()),
                                Requests.isTrue(input.invokedViaFunctionUrl())));
        return AddPermissionResponse.builder()
                .statement(
                        functions
                                .permissionEdits()
                                .add(reference, permission, revision(input.revisionId())))
                .build();
    }

    private RemovePermissionResponse remove(RemovePermissionRequest input, RequestContext context) {
        functions
                .permissionEdits()
                .remove(
                        reference(
                                input.functionName(),
                                input.qualifier(),
                                context,
                                "lambda:RemovePermission"),
                        input.statementId(),
                        revision(input.revisionId()));
        return RemovePermissionResponse.builder().build();
    }

    private GetPolicyResponse get(GetPolicyRequest input, RequestContext context) {
        PermissionEdits.Current current =
                functions
                        .permissionEdits()
                        .get(
                                reference(
                                        input.functionName(),
                                        input.qualifier(),
                                        context,
                                        "lambda:GetPolicy"));
        return GetPolicyResponse.builder()
                .policy(current.policy().document())
                .revisionId(current.revisionId())
                .build();
    }

    private static FunctionReference reference(
            String name, @Nullable String qualifier, RequestContext context, String action) {
        return FunctionReference.of(name, Requests.given(qualifier), context, action);
    }

    private static Optional<String> revision(@Nullable String given) {
        return Requests.given(given).filter(text -> !text.isEmpty());
    }
}
