package dev.cloister.functions;

import dev.cloister.api.SecretText;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import tools.jackson.databind.json.JsonMapper;

/** What environment variables may be. Immutable. */
final class EnvironmentRules {
    /** Of the JSON of all variables, in bytes. */
    private static final int MAX_ENVIRONMENT = 4096;

    private static final String VARIABLE_FORM = "[a-zA-Z]([a-zA-Z0-9_])+";
    private static final Pattern VARIABLE = Pattern.compile(VARIABLE_FORM);

    /** Developer Guide, "Defined runtime environment variables". */
    private static final Set<String> RESERVED =
            Set.of(
                    "_HANDLER",
                    "_X_AMZN_TRACE_ID",
                    "AWS_DEFAULT_REGION",
                    "AWS_REGION",
                    "AWS_EXECUTION_ENV",
                    "AWS_LAMBDA_FUNCTION_NAME",
                    "AWS_LAMBDA_FUNCTION_MEMORY_SIZE",
                    "AWS_LAMBDA_FUNCTION_VERSION",
                    "AWS_LAMBDA_INITIALIZATION_TYPE",
                    "AWS_LAMBDA_LOG_GROUP_NAME",
                    "AWS_LAMBDA_LOG_STREAM_NAME",
                    "AWS_ACCESS_KEY",
                    "AWS_ACCESS_KEY_ID",
                    "AWS_SECRET_ACCESS_KEY",
                    "AWS_SESSION_TOKEN",
                    "AWS_LAMBDA_RUNTIME_API",
                    "LAMBDA_TASK_ROOT",
                    "LAMBDA_RUNTIME_DIR");

    private final JsonMapper json = JsonMapper.builder().build();

    void check(Map<String, SecretText> variables) {
        for (String name : variables.keySet()) {
            if (!VARIABLE.matcher(name).matches() && !RESERVED.contains(name)) {
                throw LambdaErrors.validation(
                        name,
                        "environment.variables",
                        "Map keys must satisfy constraint: [Member must satisfy regular expression"
                                + " pattern: "
                                + VARIABLE_FORM
                                + "]");
            }
        }
        String reserved =
                variables.keySet().stream()
                        .filter(RESERVED::contains)
                        .sorted()
                        .collect(Collectors.joining(", "));
        if (!reserved.isEmpty()) {
            throw LambdaErrors.invalidParameter(
                    "Lambda was unable to configure your environment variables because the"
                            + " environment variables you have provided contains reserved keys that"
                            + " are currently not supported for modification. Reserved keys used in"
                            + " this request: "
                            + reserved);
        }
        Map<String, String> clear = new TreeMap<>();
        variables.forEach((name, value) -> clear.put(name, value.reveal()));
        int size = json.writeValueAsString(clear).getBytes(StandardCharsets.UTF_8).length;
        if (size > MAX_ENVIRONMENT) {
            // AWS quotes the variables themselves here; secrets stay out of errors, so their size.
            throw LambdaErrors.invalidParameter(
                    "Lambda was unable to configure your environment variables because the"
                            + " environment variables you have provided exceeded the 4KB limit."
                            + " String measured: "
                            + size
                            + " bytes");
        }
    }
}
