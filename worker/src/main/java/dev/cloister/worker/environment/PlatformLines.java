package dev.cloister.worker.environment;

import dev.cloister.worker.EnvironmentSpec;
import dev.cloister.worker.EnvironmentSpec.LogFormat;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/** The platform's own lines in an environment's log. Immutable. */
interface PlatformLines {

    static PlatformLines of(EnvironmentSpec spec) {
        return switch (spec.logging()) {
            case LogFormat.Text _ -> new TextPlatformLines(RuntimeVersion.of(spec), spec.version());
            case LogFormat.Json json ->
                    new JsonPlatformLines(
                            RuntimeVersion.of(spec),
                            spec.functionName(),
                            spec.version(),
                            json.systemLevel());
        };
    }

    List<String> initStart(Instant at);

    /** The init phase went well. */
    List<String> initDone(Instant at, Duration duration);

    /**
     * Init failed.
     *
     * @param phase {@code init}, or {@code invoke} when it was repeated within an invocation
     */
    List<String> initFailed(Instant at, Duration duration, String phase, RuntimeFailure failure);

    List<String> start(Instant at, String requestId, Optional<String> tenantId);

    /** END, REPORT and what comes before them when the platform ended the invocation. */
    List<String> end(Instant at, Report report);

    /**
     * What REPORT says.
     *
     * @param failure empty when the function answered
     */
    record Report(
            String requestId,
            Optional<String> tenantId,
            Duration duration,
            Duration billed,
            int memorySizeMegabytes,
            int maxMemoryUsedMegabytes,
            Optional<Duration> init,
            Optional<RuntimeFailure> failure,
            int producedBytes) {}

    /**
     * The runtime's version as INIT_START has it.
     *
     * @param arn with the last part of {@code RuntimeImage.versionSha}
     */
    record RuntimeVersion(String name, String arn) {
        static RuntimeVersion of(EnvironmentSpec spec) {
            EnvironmentSpec.Variable region = spec.variables().get("AWS_REGION");
            return new RuntimeVersion(
                    spec.runtime().version(),
                    "arn:aws:lambda:"
                            + (region == null ? "us-east-1" : region.value())
                            + "::runtime:"
                            + spec.runtime().versionSha());
        }
    }
}
