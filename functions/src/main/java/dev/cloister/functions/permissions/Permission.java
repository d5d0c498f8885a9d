package dev.cloister.functions.permissions;

import dev.cloister.functions.LambdaErrors;
import java.util.Optional;
import java.util.regex.Pattern;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/**
 * What AddPermission asks for. Form and lengths have been checked against the service's model.
 *
 * @param sid the new statement's id
 * @param action for example {@code lambda:InvokeFunction}
 * @param principal a service, an account id, an IAM or STS ARN, or {@code *}
 * @param conditions what must hold besides
 */
public record Permission(String sid, String action, String principal, Conditions conditions) {
    private static final JsonMapper JSON = JsonMapper.builder().build();
    private static final Pattern SERVICE =
            Pattern.compile("[a-z0-9]([a-z0-9.-]*[a-z0-9])?\\.(amazonaws|amazon)\\.com(\\.cn)?");
    private static final Pattern ACCOUNT = Pattern.compile("[0-9]{12}");
    private static final Pattern ARN =
            Pattern.compile(
                    "arn:aws[a-z-]*:(iam::[0-9]{12}:(root|(user|role)/[\\x21-\\x7e]+)"
                            + "|sts::[0-9]{12}:(assumed-role|federated-user)/[\\x21-\\x7e]+)");
    private static final String INVOKE = "lambda:InvokeFunction";
    private static final String INVOKE_URL = "lambda:InvokeFunctionUrl";

    /** The conditions that AddPermission knows, in the order in which AWS writes them. */
    public record Conditions(
            Optional<String> sourceAccount,
            Optional<String> eventSourceToken,
            Optional<String> functionUrlAuthType,
            Optional<String> principalOrgId,
            Optional<String> sourceArn,
            boolean invokedViaFunctionUrl) {}

    /**
     * The statement as AWS writes it.
     *
     * @param resource the ARN that it is about, with the qualifier if there is one
     * @throws dev.cloister.api.AwsError if the principal is none, or a condition doesn't go with
     *     the action
     */
    public ResourcePolicy.Statement statement(String resource) {
        checkActions();
        ObjectNode statement = JsonNodeFactory.instance.objectNode();
        statement.put("Sid", sid);
        statement.put("Effect", "Allow");
        putPrincipal(statement, resource);
        statement.put("Action", action);
        statement.put("Resource", resource);
        putConditions(statement);
        return new ResourcePolicy.Statement(sid, JSON.writeValueAsString(statement));
    }

    private void checkActions() {
        if (conditions.functionUrlAuthType.isPresent() && !action.equals(INVOKE_URL)) {
            throw LambdaErrors.invalidParameter(
                    "FunctionUrlAuthType is only supported for lambda:InvokeFunctionUrl action");
        }
        if (conditions.invokedViaFunctionUrl && !action.equals(INVOKE)) {
            throw LambdaErrors.invalidParameter(
                    "InvokedViaFunctionUrl is only supported for lambda:InvokeFunction action");
        }
    }

    private void putPrincipal(ObjectNode statement, String resource) {
        if (principal.equals("*")) {
            statement.put("Principal", "*");
        } else if (ACCOUNT.matcher(principal).matches()) {
            String partition = resource.split(":", 3)[1];
            statement
                    .putObject("Principal")
                    .put("AWS", "arn:" + partition + ":iam::" + principal + ":root");
        } else if (ARN.matcher(principal).matches()) {
            statement.putObject("Principal").put("AWS", principal);
        } else if (SERVICE.matcher(principal).matches()) {
            statement.putObject("Principal").put("Service", principal);
        } else {
            throw LambdaErrors.invalidParameter(
                    "The provided principal was invalid. Please check the principal and try"
                            + " again.");
        }
    }

    private void putConditions(ObjectNode statement) {
        ObjectNode equal = JsonNodeFactory.instance.objectNode();
        conditions.sourceAccount.ifPresent(id -> equal.put("AWS:SourceAccount", id));
        conditions.eventSourceToken.ifPresent(t -> equal.put("lambda:EventSourceToken", t));
        conditions.functionUrlAuthType.ifPresent(
                type -> equal.put("lambda:FunctionUrlAuthType", type));
        conditions.principalOrgId.ifPresent(id -> equal.put("aws:PrincipalOrgID", id));
        ObjectNode all = JsonNodeFactory.instance.objectNode();
        if (!equal.isEmpty()) {
            all.set("StringEquals", equal);
        }
        conditions.sourceArn.ifPresent(arn -> all.putObject("ArnLike").put("AWS:SourceArn", arn));
        if (conditions.invokedViaFunctionUrl) {
            all.putObject("Bool").put("lambda:InvokedViaFunctionUrl", "true");
        }
        if (!all.isEmpty()) {
            statement.set("Condition", all);
        }
    }
}
