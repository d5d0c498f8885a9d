package dev.cloister.functions.wire;

import dev.cloister.api.RequestContext;
import dev.cloister.api.SecretText;
import dev.cloister.functions.ConfigurationChange;
import dev.cloister.functions.ConfigurationChange.LoggingChange;
import dev.cloister.functions.FunctionKey;
import dev.cloister.functions.FunctionReference;
import dev.cloister.functions.LambdaErrors;
import dev.cloister.functions.LayerSelection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.services.lambda.model.CreateFunctionRequest;
import software.amazon.awssdk.services.lambda.model.Environment;
import software.amazon.awssdk.services.lambda.model.EphemeralStorage;
import software.amazon.awssdk.services.lambda.model.LoggingConfig;
import software.amazon.awssdk.services.lambda.model.UpdateFunctionConfigurationRequest;

/** Turns Amazon's requests into the domain's. */
final class Requests {
    private Requests() {}

    /** The function of an operation that takes no version or alias. */
    static FunctionKey unqualified(String given, RequestContext context, String action) {
        FunctionReference reference =
                FunctionReference.of(given, Optional.empty(), context, action);
        if (reference.qualifier().filter(q -> !q.equals("$LATEST")).isPresent()) {
            throw LambdaErrors.invalidParameter(
                    "This operation is permitted on Lambda functions only. Aliases and versions do"
                            + " not support this operation. Please specify either a function name"
                            + " or an unqualified function ARN.");
        }
        return reference.key();
    }

    static ConfigurationChange configuration(CreateFunctionRequest input, RequestContext context) {
        return new ConfigurationChange(
                given(input.description()),
                given(input.role()),
                given(input.runtimeAsString()),
                given(input.handler()),
                given(input.timeout()),
                given(input.memorySize()),
                storage(input.ephemeralStorage()),
                environment(input.environment()),
                logging(input.loggingConfig()),
                OptionRequests.of(input),
                input.layers().isEmpty()
                        ? Optional.empty()
                        : Optional.of(layers(input.layers(), context)));
    }

    static ConfigurationChange configuration(
            UpdateFunctionConfigurationRequest input, RequestContext context) {
        return new ConfigurationChange(
                given(input.description()),
                given(input.role()),
                given(input.runtimeAsString()),
                given(input.handler()),
                given(input.timeout()),
                given(input.memorySize()),
                storage(input.ephemeralStorage()),
                environment(input.environment()),
                logging(input.loggingConfig()),
                OptionRequests.of(input),
                input.hasLayers()
                        ? Optional.of(layers(input.layers(), context))
                        : Optional.empty());
    }

    private static LayerSelection layers(List<String> arns, RequestContext context) {
        return new LayerSelection(arns, context.principal().arn());
    }

    static <T> Optional<T> given(@Nullable T value) {
        return Optional.ofNullable(value);
    }

    static boolean isTrue(@Nullable Boolean value) {
        return Boolean.TRUE.equals(value);
    }

    private static Optional<Integer> storage(@Nullable EphemeralStorage given) {
        return given(given).map(EphemeralStorage::size);
    }

    private static Optional<Map<String, SecretText>> environment(@Nullable Environment given) {
        return given(given)
                .map(
                        environment -> {
                            Map<String, SecretText> variables = new HashMap<>();
                            environment
                                    .variables()
                                    .forEach(
                                            (name, value) ->
                                                    variables.put(name, new SecretText(value)));
                            return variables;
                        });
    }

    private static Optional<LoggingChange> logging(@Nullable LoggingConfig given) {
        return given(given)
                .map(
                        logging ->
                                new LoggingChange(
                                        given(logging.logFormatAsString()),
                                        given(logging.applicationLogLevelAsString()),
                                        given(logging.systemLogLevelAsString()),
                                        given(logging.logGroup())));
    }
}
