package dev.cloister.functions.wire;

import dev.cloister.api.AwsError;
import dev.cloister.api.Operation;
import dev.cloister.api.OperationHandler;
import dev.cloister.api.RequestContext;
import dev.cloister.functions.FunctionKey;
import dev.cloister.functions.FunctionRecord;
import dev.cloister.functions.FunctionReference;
import dev.cloister.functions.Functions;
import dev.cloister.functions.KeyPermissions;
import dev.cloister.functions.LambdaErrors;
import dev.cloister.functions.VersionContent;
import java.util.List;
import java.util.Optional;
import java.util.function.BiFunction;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.core.SdkPojo;
import software.amazon.awssdk.services.lambda.model.CreateFunctionRequest;
import software.amazon.awssdk.services.lambda.model.CreateFunctionResponse;
import software.amazon.awssdk.services.lambda.model.UpdateFunctionConfigurationRequest;
import software.amazon.awssdk.services.lambda.model.UpdateFunctionConfigurationResponse;

/**
 * Lambda's operations with what customers' keys ask for around them: who gives a function a key
 * lets its role use it.
 */
public final class KeyedOperations {
    private static final Pattern KMS_ARN = Pattern.compile("arn:aws[a-z-]*:kms:[a-z0-9-]+:.*");

    private final Functions functions;
    private final KeyPermissions keys;

    private KeyedOperations(Functions functions, KeyPermissions keys) {
        this.functions = functions;
        this.keys = keys;
    }

    /** The rows, of which some look after keys. */
    public static List<Operation> around(
            List<Operation> rows, Functions functions, KeyPermissions keys) {
        KeyedOperations keyed = new KeyedOperations(functions, keys);
        return rows.stream().map(keyed::around).toList();
    }

    private Operation around(Operation row) {
        return switch (row.name()) {
            case "CreateFunction" ->
                    this.<CreateFunctionRequest, CreateFunctionResponse>before(row, this::create);
            case "UpdateFunctionConfiguration" ->
                    this
                            .<UpdateFunctionConfigurationRequest,
                                    UpdateFunctionConfigurationResponse>
                                    before(row, this::update);
            default -> row;
        };
    }

    /** A function that gets a key with a request, and the role that it shall run as. */
    private record Granting(FunctionKey function, String keyArn, String role) {}

    private <I extends SdkPojo, O extends SdkPojo> Operation before(
            Operation row, BiFunction<I, RequestContext, Optional<Granting>> granting) {
        Operation.Modeled<I, O> modeled = modeled(row);
        OperationHandler<I, O> handler =
                (input, context) -> {
                    Optional<Granting> asked = granting.apply(input, context);
                    asked.ifPresent(it -> grant(it, context));
                    try {
                        return modeled.handler().handle(input, context);
                    } catch (AwsError e) {
                        asked.ifPresent(it -> keys.settle(it.function()));
                        throw e;
                    }
                };
        return Operation.modeled(row.name(), modeled.newInput(), handler);
    }

    /** The table pairs names with their request and response types. */
    @SuppressWarnings("unchecked")
    private static <I extends SdkPojo, O extends SdkPojo> Operation.Modeled<I, O> modeled(
            Operation row) {
        return (Operation.Modeled<I, O>) row;
    }

    private Optional<Granting> create(CreateFunctionRequest input, RequestContext context) {
        FunctionKey function = FunctionReference.forCreate(input.functionName(), context).key();
        if (functions.find(function).isPresent()) {
            return Optional.empty(); // refused as a conflict
        }
        return granting(function, input.kmsKeyArn(), input.role());
    }

    /** The key or the role changes, or variables are encrypted under the key that is there. */
    private Optional<Granting> update(
            UpdateFunctionConfigurationRequest input, RequestContext context) {
        boolean touches =
                input.kmsKeyArn() != null || input.role() != null || input.environment() != null;
        if (!touches) {
            return Optional.empty();
        }
        FunctionKey key =
                Requests.unqualified(
                        input.functionName(), context, "lambda:UpdateFunctionConfiguration");
        Optional<FunctionRecord> found = functions.find(key);
        if (found.isEmpty()) {
            return Optional.empty(); // refused as not found
        }
        VersionContent now = found.get().latest().content();
        return granting(
                key,
                input.kmsKeyArn() != null
                        ? input.kmsKeyArn()
                        : now.options().kmsKeyArn().orElse(""),
                input.role() != null ? input.role() : now.role());
    }

    /** What is no key's ARN at all, the configuration's own rules refuse. */
    private static Optional<Granting> granting(
            FunctionKey function, @Nullable String keyArn, String role) {
        return Optional.ofNullable(keyArn)
                .filter(arn -> KMS_ARN.matcher(arn).matches())
                .map(arn -> new Granting(function, arn, role));
    }

    private void grant(Granting asked, RequestContext context) {
        try {
            keys.grant(context, asked.function(), asked.keyArn(), asked.role());
        } catch (AwsError e) {
            throw LambdaErrors.invalidParameter(
                    "Lambda was unable to configure access to your environment variables because"
                            + " the KMS key is invalid for CreateGrant. Please check your KMS key"
                            + " settings. "
                            + said(e));
        }
    }

    private static String said(AwsError kms) {
        return "KMS Exception: %s KMS Message: %s".formatted(kms.code(), kms.message());
    }
}
