package dev.cloister.invoke;

import dev.cloister.functions.VersionSnapshot;
import dev.cloister.invoke.RoleCredentials.SessionCredentials;
import dev.cloister.runtimes.RuntimeImage;
import dev.cloister.worker.EnvironmentSpec;
import dev.cloister.worker.EnvironmentSpec.Egress;
import dev.cloister.worker.EnvironmentSpec.LogFormat;
import dev.cloister.worker.EnvironmentSpec.Variable;
import dev.cloister.worker.ExecutionEnvironment;
import dev.cloister.worker.Worker;
import java.time.InstantSource;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.HashMap;
import java.util.Map;
import java.util.UUID;

/** Starts environments: turns a function's snapshot into what the worker needs. Thread-safe. */
final class EnvironmentFactory {
    private static final DateTimeFormatter STREAM_DATE =
            DateTimeFormatter.ofPattern("yyyy/MM/dd").withZone(ZoneOffset.UTC);

    private final Worker worker;
    private final RoleCredentials credentials;
    private final EnvironmentLogs logs;
    private final EgressPolicy egress;
    private final InstantSource clock;

    EnvironmentFactory(
            Worker worker,
            RoleCredentials credentials,
            EnvironmentLogs logs,
            EgressPolicy egress,
            InstantSource clock) {
        this.worker = worker;
        this.credentials = credentials;
        this.logs = logs;
        this.egress = egress;
        this.clock = clock;
    }

    ExecutionEnvironment start(VersionSnapshot version) {
        RuntimeImage runtime = version.runtime().orElseThrow();
        VersionSnapshot.Code code = version.code().orElseThrow();
        String stream = logStream(version);
        return worker.start(
                new EnvironmentSpec(
                        version.name(),
                        version.version(),
                        runtime,
                        new ImagePermission(code, clock),
                        version.layers().map(layers -> new ImagePermission(layers, clock)),
                        version.handler(),
                        variables(version, stream),
                        version.memoryMegabytes(),
                        version.ephemeralStorageMegabytes(),
                        version.timeout(),
                        egressOf(version),
                        logs.open(version, stream),
                        logFormat(version.logging())));
    }

    private Egress egressOf(VersionSnapshot version) {
        return egress.egressOf(version.account(), version.name());
    }

    /** {@code YYYY/MM/DD/[VERSION]32hex}; with a log group of the user's, NAME stands before [. */
    private String logStream(VersionSnapshot version) {
        LocalDate today = LocalDate.ofInstant(clock.instant(), ZoneOffset.UTC);
        boolean shared = !version.logging().logGroup().equals("/aws/lambda/" + version.name());
        return STREAM_DATE.format(today)
                + "/"
                + (shared ? version.name() : "")
                + "["
                + version.version()
                + "]"
                + UUID.randomUUID().toString().replace("-", "");
    }

    /** Lambda Developer Guide, "Defined runtime environment variables". */
    private Map<String, Variable> variables(VersionSnapshot version, String stream) {
        Map<String, Variable> all = new HashMap<>();
        // Not reserved: a function may set its own.
        put(all, "AWS_ENDPOINT_URL", "http://127.0.0.1:4566");
        put(all, "AWS_XRAY_CONTEXT_MISSING", "LOG_ERROR");
        version.environment().forEach((name, value) -> put(all, name, value.reveal()));
        put(all, "AWS_REGION", version.region().value());
        put(all, "AWS_DEFAULT_REGION", version.region().value());
        put(all, "AWS_LAMBDA_FUNCTION_NAME", version.name());
        put(all, "AWS_LAMBDA_FUNCTION_VERSION", version.version());
        put(all, "AWS_LAMBDA_FUNCTION_MEMORY_SIZE", Integer.toString(version.memoryMegabytes()));
        put(all, "AWS_LAMBDA_LOG_GROUP_NAME", version.logging().logGroup());
        put(all, "AWS_LAMBDA_LOG_STREAM_NAME", stream);
        SessionCredentials session = credentials.assume(version);
        put(all, "AWS_ACCESS_KEY_ID", session.accessKeyId());
        put(all, "AWS_SECRET_ACCESS_KEY", session.secretAccessKey().reveal());
        put(all, "AWS_SESSION_TOKEN", session.sessionToken().reveal());
        return all;
    }

    private static void put(Map<String, Variable> all, String name, String value) {
        all.put(name, new Variable(value));
    }

    private static LogFormat logFormat(VersionSnapshot.Logging logging) {
        if (logging.format().equals("JSON")) {
            return new LogFormat.Json(
                    logging.applicationLevel().orElse("INFO"),
                    logging.systemLevel().orElse("INFO"));
        }
        return new LogFormat.Text();
    }
}
