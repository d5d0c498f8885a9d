package dev.cloister.functions.wire;

import dev.cloister.api.AwsError;
import dev.cloister.api.RequestContext;
import dev.cloister.functions.CodeReaders;
import dev.cloister.functions.EnvironmentVariables;
import dev.cloister.functions.FunctionKey;
import dev.cloister.functions.VersionContent;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import software.amazon.awssdk.services.lambda.model.EnvironmentResponse;

/**
 * Environment variables as callers see them: in clear only for who may decrypt under the function's
 * key (Developer Guide, "Securing Lambda environment variables").
 */
final class EnvironmentResponses {
    private final CodeReaders readers;

    EnvironmentResponses(CodeReaders readers) {
        this.readers = readers;
    }

    /** Empty for a function that was given none. */
    Optional<EnvironmentResponse> of(
            RequestContext caller, FunctionKey function, VersionContent content) {
        return switch (content.environment()) {
            case EnvironmentVariables.None() -> Optional.empty();
            case EnvironmentVariables.Given given ->
                    Optional.of(
                            refusal(caller, function, content, given)
                                    .map(EnvironmentResponses::refused)
                                    .orElseGet(() -> clear(given)));
            case EnvironmentVariables.Unreadable(var _, String reason) ->
                    Optional.of(
                            error(
                                    "KMSAccessDeniedException",
                                    "Lambda was unable to decrypt the environment variables: "
                                            + reason));
        };
    }

    private Optional<AwsError> refusal(
            RequestContext caller,
            FunctionKey function,
            VersionContent content,
            EnvironmentVariables.Given given) {
        return content.options()
                .kmsKeyArn()
                .filter(_ -> !given.variables().isEmpty())
                .flatMap(key -> readers.refusal(caller, key, function.arn()));
    }

    private static EnvironmentResponse refused(AwsError kms) {
        return error(
                kms.code(),
                "Lambda was unable to decrypt your environment variables because the KMS access was"
                        + " denied. Please check your KMS permissions. KMS Exception: "
                        + kms.code()
                        + " KMS Message: "
                        + kms.message());
    }

    private static EnvironmentResponse error(String code, String message) {
        return EnvironmentResponse.builder()
                .error(error -> error.errorCode(code).message(message))
                .build();
    }

    private static EnvironmentResponse clear(EnvironmentVariables.Given given) {
        Map<String, String> clear = new HashMap<>();
        given.sorted().forEach((name, value) -> clear.put(name, value.reveal()));
        return EnvironmentResponse.builder().variables(clear).build();
    }
}
