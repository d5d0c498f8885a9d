package dev.cloister.functions.wire;

import dev.cloister.api.AccessCheck;
import dev.cloister.api.AccessInput;
import dev.cloister.api.AccessRule;
import dev.cloister.api.AccessTable;
import dev.cloister.api.RequestContext;
import dev.cloister.functions.FunctionReference;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * What Lambda's operations need to be allowed (Service Authorization Reference, "Actions,
 * resources, and condition keys for AWS Lambda"). It has a rule for every operation of the model,
 * so that one which is served some day is not open until somebody thinks of it.
 */
public final class LambdaAccess {
    private final Map<String, AccessRule> rules = new HashMap<>();

    private LambdaAccess() {}

    /** The service's rules. */
    public static AccessTable table() {
        LambdaAccess access = new LambdaAccess();
        access.ofFunctions();
        access.ofQualified();
        access.ofLayers();
        access.ofNothing();
        access.ofOthers();
        return AccessTable.of(access.rules);
    }

    /** Operations on the function as a whole. */
    private void ofFunctions() {
        for (String operation :
                List.of(
                        "CreateAlias",
                        "CreateFunctionUrlConfig",
                        "DeleteAlias",
                        "DeleteFunctionCodeSigningConfig",
                        "DeleteFunctionConcurrency",
                        "DeleteFunctionUrlConfig",
                        "GetAlias",
                        "GetFunctionCodeSigningConfig",
                        "GetFunctionConcurrency",
                        "GetFunctionRecursionConfig",
                        "GetFunctionScalingConfig",
                        "GetFunctionUrlConfig",
                        "GetRuntimeManagementConfig",
                        "InvokeAsync",
                        "ListAliases",
                        "ListDurableExecutionsByFunction",
                        "ListFunctionEventInvokeConfigs",
                        "ListFunctionUrlConfigs",
                        "ListProvisionedConcurrencyConfigs",
                        "ListVersionsByFunction",
                        "PublishVersion",
                        "PutFunctionCodeSigningConfig",
                        "PutFunctionConcurrency",
                        "PutFunctionRecursionConfig",
                        "PutFunctionScalingConfig",
                        "PutRuntimeManagementConfig",
                        "UpdateAlias",
                        "UpdateFunctionCode",
                        "UpdateFunctionUrlConfig")) {
            rules.put(
                    operation,
                    (input, context) -> {
                        String action = "lambda:" + operation;
                        return List.of(
                                AccessCheck.of(
                                        action,
                                        function(input, context, action).key().arn(),
                                        keys(operation, input)));
                    });
        }
        rules.put("CreateFunction", LambdaAccess::create);
        rules.put("UpdateFunctionConfiguration", LambdaAccess::configure);
    }

    private static FunctionReference function(
            AccessInput input, RequestContext context, String action) {
        return FunctionReference.of(
                input.text("FunctionName").orElse(""), Optional.empty(), context, action);
    }

    /** Operations on the function, version or alias that the call names. */
    private void ofQualified() {
        for (String operation :
                List.of(
                        "AddPermission",
                        "DeleteFunction",
                        "DeleteFunctionEventInvokeConfig",
                        "DeleteProvisionedConcurrencyConfig",
                        "GetFunction",
                        "GetFunctionConfiguration",
                        "GetFunctionEventInvokeConfig",
                        "GetPolicy",
                        "GetProvisionedConcurrencyConfig",
                        "PutFunctionEventInvokeConfig",
                        "PutProvisionedConcurrencyConfig",
                        "RemovePermission",
                        "UpdateFunctionEventInvokeConfig")) {
            rules.put(operation, qualified("lambda:" + operation, operation));
        }
        ofWholePolicies("PutResourcePolicy", "AddPermission", "RemovePermission");
        ofWholePolicies("GetResourcePolicy", "GetPolicy");
        ofWholePolicies("DeleteResourcePolicy", "RemovePermission");
        rules.put("Invoke", LambdaAccess::invoke);
        rules.put("InvokeWithResponseStream", LambdaAccess::invoke);
    }

    /** What a whole policy may hold, single statements do as well: their actions are needed too. */
    private void ofWholePolicies(String operation, String... further) {
        rules.put(
                operation,
                (input, context) -> {
                    String action = "lambda:" + operation;
                    String arn =
                            FunctionReference.of(
                                            input.text("ResourceArn").orElse(""),
                                            Optional.empty(),
                                            context,
                                            action)
                                    .arn();
                    List<AccessCheck> checks = new ArrayList<>();
                    checks.add(AccessCheck.of(action, arn));
                    for (String each : further) {
                        checks.add(AccessCheck.of("lambda:" + each, arn));
                    }
                    return checks;
                });
    }

    /** Another account's function too: its policy is asked. */
    private static List<AccessCheck> invoke(AccessInput input, RequestContext context) {
        FunctionReference function =
                FunctionReference.forInvoke(
                        input.text("FunctionName").orElse(""), input.text("Qualifier"), context);
        return List.of(AccessCheck.of("lambda:InvokeFunction", function.arn()));
    }

    private static AccessRule qualified(String action, String operation) {
        return (input, context) ->
                List.of(
                        AccessCheck.of(
                                action,
                                FunctionReference.of(
                                                input.text("FunctionName").orElse(""),
                                                input.text("Qualifier"),
                                                context,
                                                action)
                                        .arn(),
                                keys(operation, input)));
    }

    private static Map<String, List<String>> keys(String operation, AccessInput input) {
        Map<String, List<String>> keys = new HashMap<>();
        switch (operation) {
            case "AddPermission" -> {
                put(keys, "lambda:Principal", input.text("Principal"));
                put(keys, "lambda:FunctionUrlAuthType", input.text("FunctionUrlAuthType"));
            }
            case "CreateFunctionUrlConfig", "UpdateFunctionUrlConfig" ->
                    put(keys, "lambda:FunctionUrlAuthType", input.text("AuthType"));
            case "PutFunctionCodeSigningConfig" ->
                    put(keys, "lambda:CodeSigningConfigArn", input.text("CodeSigningConfigArn"));
            default -> {
                // The others have no keys of their own.
            }
        }
        return keys;
    }

    private static void put(Map<String, List<String>> keys, String key, Optional<String> value) {
        value.ifPresent(text -> keys.put(key, List.of(text)));
    }

    private static List<AccessCheck> create(AccessInput input, RequestContext context) {
        String function =
                FunctionReference.forCreate(input.text("FunctionName").orElse(""), context)
                        .key()
                        .arn();
        Map<String, List<String>> keys = configurationKeys(input);
        put(keys, "lambda:CodeSigningConfigArn", input.text("CodeSigningConfigArn"));
        Map<String, List<String>> tagKeys = LambdaTagAccess.keys(input.tags("Tags"));
        keys.putAll(tagKeys);
        List<AccessCheck> checks = new ArrayList<>();
        checks.add(AccessCheck.of("lambda:CreateFunction", function, keys));
        if (!tagKeys.isEmpty()) {
            checks.add(AccessCheck.of("lambda:TagResource", function, tagKeys));
        }
        checks.addAll(passing(input));
        return checks;
    }

    private static List<AccessCheck> configure(AccessInput input, RequestContext context) {
        String action = "lambda:UpdateFunctionConfiguration";
        List<AccessCheck> checks = new ArrayList<>();
        checks.add(
                AccessCheck.of(
                        action,
                        function(input, context, action).key().arn(),
                        configurationKeys(input)));
        checks.addAll(passing(input));
        return checks;
    }

    private static Map<String, List<String>> configurationKeys(AccessInput input) {
        Map<String, List<String>> keys = new HashMap<>();
        if (!input.texts("Layers").isEmpty()) {
            keys.put("lambda:Layer", input.texts("Layers"));
        }
        input.inside("VpcConfig")
                .ifPresent(
                        vpc -> {
                            if (!vpc.texts("SubnetIds").isEmpty()) {
                                keys.put("lambda:SubnetIds", vpc.texts("SubnetIds"));
                            }
                            if (!vpc.texts("SecurityGroupIds").isEmpty()) {
                                keys.put("lambda:SecurityGroupIds", vpc.texts("SecurityGroupIds"));
                            }
                        });
        return keys;
    }

    /**
     * The role and the layers that a function gets from the caller. What other accounts let their
     * layers be used for, the layers' own service asks.
     */
    private static List<AccessCheck> passing(AccessInput input) {
        List<AccessCheck> checks = new ArrayList<>();
        input.text("Role")
                .ifPresent(
                        role ->
                                checks.add(
                                        AccessCheck.of(
                                                        "iam:PassRole",
                                                        role,
                                                        Map.of(
                                                                "iam:PassedToService",
                                                                List.of("lambda.amazonaws.com")))
                                                .ofCallerOnly()));
        for (String layer : input.texts("Layers")) {
            checks.add(AccessCheck.of("lambda:GetLayerVersion", layer).ofCallerOnly());
        }
        return checks;
    }

    private void ofLayers() {
        for (String operation :
                List.of(
                        "AddLayerVersionPermission",
                        "DeleteLayerVersion",
                        "GetLayerVersion",
                        "GetLayerVersionPolicy",
                        "RemoveLayerVersionPermission")) {
            rules.put(
                    operation,
                    (input, context) ->
                            layer(
                                    operation,
                                    layerArn(input, context)
                                            + ":"
                                            + input.text("VersionNumber").orElse("0")));
        }
        rules.put(
                "PublishLayerVersion",
                (input, context) -> layer("PublishLayerVersion", layerArn(input, context)));
        rules.put(
                "GetLayerVersionByArn",
                (input, context) -> layer("GetLayerVersion", input.text("Arn").orElse("")));
    }

    private static List<AccessCheck> layer(String operation, String arn) {
        return List.of(AccessCheck.of("lambda:" + operation, arn).ofCallerOnly());
    }

    private static String layerArn(AccessInput input, RequestContext context) {
        String name = input.text("LayerName").orElse("");
        return name.startsWith("arn:") ? name : arn(context, "layer:" + name);
    }

    private static String arn(RequestContext context, String resource) {
        return "arn:aws:lambda:%s:%s:%s".formatted(context.region(), context.account(), resource);
    }

    /** Operations without resources. */
    private void ofNothing() {
        for (String operation :
                List.of(
                        "CreateCodeSigningConfig",
                        "GetAccountSettings",
                        "ListCapacityProviders",
                        "ListCodeSigningConfigs",
                        "ListEventSourceMappings",
                        "ListFunctions",
                        "ListLayerVersions",
                        "ListLayers")) {
            rules.put(
                    operation,
                    (input, context) -> List.of(AccessCheck.of("lambda:" + operation, "*")));
        }
        rules.put(
                "CreateEventSourceMapping",
                (input, context) ->
                        List.of(
                                AccessCheck.of(
                                        "lambda:CreateEventSourceMapping",
                                        "*",
                                        Map.of(
                                                "lambda:FunctionArn",
                                                List.of(
                                                        function(
                                                                        input,
                                                                        context,
                                                                        "lambda:CreateEventSourceMapping")
                                                                .arn())))));
    }

    private void ofOthers() {
        of(
                "event-source-mapping:",
                "UUID",
                "DeleteEventSourceMapping",
                "GetEventSourceMapping",
                "UpdateEventSourceMapping");
        of(
                "capacity-provider:",
                "CapacityProviderName",
                "CreateCapacityProvider",
                "DeleteCapacityProvider",
                "GetCapacityProvider",
                "ListFunctionVersionsByCapacityProvider",
                "UpdateCapacityProvider");
        of(
                "code-signing-config:",
                "CodeSigningConfigArn",
                "DeleteCodeSigningConfig",
                "GetCodeSigningConfig",
                "ListFunctionsByCodeSigningConfig",
                "UpdateCodeSigningConfig");
        of(
                "function:",
                "DurableExecutionArn",
                "CheckpointDurableExecution",
                "GetDurableExecution",
                "GetDurableExecutionHistory",
                "GetDurableExecutionState",
                "StopDurableExecution");
        // A callback's id says nothing of the execution that waits for it.
        for (String operation :
                List.of(
                        "SendDurableExecutionCallbackFailure",
                        "SendDurableExecutionCallbackHeartbeat",
                        "SendDurableExecutionCallbackSuccess")) {
            rules.put(
                    operation,
                    (input, context) -> List.of(AccessCheck.of("lambda:" + operation, "*")));
        }
        rules.putAll(LambdaTagAccess.rules());
    }

    private void of(String kind, String member, String... operations) {
        for (String operation : operations) {
            rules.put(
                    operation,
                    (input, context) -> {
                        String name = input.text(member).orElse("");
                        return List.of(
                                AccessCheck.of(
                                        "lambda:" + operation,
                                        name.startsWith("arn:")
                                                ? name
                                                : arn(context, kind + name)));
                    });
        }
    }
}
