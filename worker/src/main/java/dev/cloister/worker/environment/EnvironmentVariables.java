package dev.cloister.worker.environment;

import dev.cloister.runtimes.RuntimeImage;
import dev.cloister.worker.EnvironmentSpec;
import dev.cloister.worker.EnvironmentSpec.LogFormat;
import dev.cloister.worker.Payload;
import java.util.HashMap;
import java.util.Map;
import tools.jackson.databind.ObjectMapper;

/**
 * The variables of a runtime process: the image's own lowest, then the function's (Lambda's
 * reserved ones are among them), then what only the worker knows.
 */
final class EnvironmentVariables {
    private static final ObjectMapper JSON = new ObjectMapper();

    /** Tells a runtime that it starts without a function. */
    static final String PREPARED = "CLOISTER_PREPARED";

    private EnvironmentVariables() {}

    /**
     * @param runtimeApi host and port that the runtime is to connect to
     */
    static Map<String, String> of(EnvironmentSpec spec, String runtimeApi) {
        Map<String, String> variables = new HashMap<>(spec.runtime().environment());
        spec.variables().forEach((name, variable) -> variables.put(name, variable.value()));
        String execution = spec.runtime().environment().get("AWS_EXECUTION_ENV");
        if (execution != null) {
            variables.put("AWS_EXECUTION_ENV", execution);
        }
        variables.put("_HANDLER", spec.handler());
        variables.put("AWS_LAMBDA_INITIALIZATION_TYPE", "on-demand");
        if (spec.logging() instanceof LogFormat.Json json) {
            variables.put("AWS_LAMBDA_LOG_FORMAT", "JSON");
            variables.put("AWS_LAMBDA_LOG_LEVEL", json.applicationLevel());
        }
        places(variables, runtimeApi);
        return variables;
    }

    /** The variables of a runtime that starts without a function. */
    static Map<String, String> prepared(
            RuntimeImage image, Map<String, String> fixed, String runtimeApi) {
        Map<String, String> variables = new HashMap<>(image.environment());
        variables.putAll(fixed);
        variables.put(PREPARED, "1");
        places(variables, runtimeApi);
        return variables;
    }

    /** What a prepared runtime is told when it is assigned to a function. */
    static Payload assignment(Map<String, String> variables) {
        return Payload.of(JSON.writeValueAsBytes(Map.of("environment", variables)));
    }

    private static void places(Map<String, String> variables, String runtimeApi) {
        variables.put("AWS_LAMBDA_RUNTIME_API", runtimeApi);
        variables.put("LAMBDA_TASK_ROOT", "/var/task");
        variables.put("LAMBDA_RUNTIME_DIR", "/var/runtime");
    }
}
