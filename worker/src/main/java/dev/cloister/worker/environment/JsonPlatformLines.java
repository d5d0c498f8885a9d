package dev.cloister.worker.environment;

import dev.cloister.worker.environment.RuntimeFailure.Timestamps;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import tools.jackson.databind.ObjectMapper;

/**
 * Platform lines in the JSON log format: the objects of the Telemetry API, schema 2022-12-13. The
 * system level DEBUG has all of them, INFO start and report, WARN the reports of failures.
 */
record JsonPlatformLines(
        RuntimeVersion runtime, String functionName, String version, String systemLevel)
        implements PlatformLines {
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final String ON_DEMAND = "on-demand";

    @Override
    public List<String> initStart(Instant at) {
        if (!debug()) {
            return List.of();
        }
        Map<String, Object> start = new LinkedHashMap<>();
        start.put("initializationType", ON_DEMAND);
        start.put("phase", "init");
        start.put("runtimeVersion", runtime.name());
        start.put("runtimeVersionArn", runtime.arn());
        start.put("functionName", functionName);
        start.put("functionVersion", version);
        return List.of(line(at, "platform.initStart", start));
    }

    @Override
    public List<String> initDone(Instant at, Duration duration) {
        if (!debug()) {
            return List.of();
        }
        return List.of(
                line(at, "platform.initRuntimeDone", init("init", "success")),
                line(at, "platform.initReport", initReport("init", "success", duration)));
    }

    @Override
    public List<String> initFailed(
            Instant at, Duration duration, String phase, RuntimeFailure failure) {
        String status = status(failure);
        Map<String, Object> report = initReport(phase, status, duration);
        Map<String, Object> done = init(phase, status);
        if (!(failure instanceof RuntimeFailure.TimedOut)) {
            report.put("errorType", failure.logType());
            done.put("errorType", failure.logType());
        }
        String reported = line(at, "platform.initReport", report);
        return debug()
                ? List.of(line(at, "platform.initRuntimeDone", done), reported)
                : List.of(reported);
    }

    @Override
    public List<String> start(Instant at, String requestId, Optional<String> tenantId) {
        if (!info()) {
            return List.of();
        }
        Map<String, Object> start = new LinkedHashMap<>();
        start.put("requestId", requestId);
        start.put("functionName", functionName);
        start.put("version", version);
        tenantId.ifPresent(id -> start.put("tenantId", id));
        return List.of(line(at, "platform.start", start));
    }

    @Override
    public List<String> end(Instant at, Report report) {
        List<String> lines = new ArrayList<>(2);
        if (debug()) {
            lines.add(line(at, "platform.runtimeDone", runtimeDone(report)));
        }
        if (info() || report.failure().isPresent()) {
            lines.add(line(at, "platform.report", report(report)));
        }
        return lines;
    }

    private static Map<String, Object> runtimeDone(Report report) {
        Map<String, Object> done = outcome(report);
        Map<String, Object> metrics = new LinkedHashMap<>();
        metrics.put("durationMs", Durations.millis(report.duration()));
        metrics.put("producedBytes", report.producedBytes());
        done.put("metrics", metrics);
        return done;
    }

    private static Map<String, Object> report(Report report) {
        Map<String, Object> metrics = new LinkedHashMap<>();
        metrics.put("durationMs", Durations.millis(report.duration()));
        metrics.put("billedDurationMs", report.billed().toMillis());
        metrics.put("memorySizeMB", report.memorySizeMegabytes());
        metrics.put("maxMemoryUsedMB", report.maxMemoryUsedMegabytes());
        report.init().ifPresent(init -> metrics.put("initDurationMs", Durations.millis(init)));
        Map<String, Object> record = outcome(report);
        record.put("metrics", metrics);
        return record;
    }

    private static Map<String, Object> outcome(Report report) {
        Map<String, Object> record = new LinkedHashMap<>();
        record.put("requestId", report.requestId());
        report.tenantId().ifPresent(id -> record.put("tenantId", id));
        record.put("status", report.failure().map(JsonPlatformLines::status).orElse("success"));
        report.failure()
                .filter(failure -> !(failure instanceof RuntimeFailure.TimedOut))
                .ifPresent(failure -> record.put("errorType", failure.logType()));
        return record;
    }

    private static Map<String, Object> init(String phase, String status) {
        Map<String, Object> record = new LinkedHashMap<>();
        record.put("initializationType", ON_DEMAND);
        record.put("phase", phase);
        record.put("status", status);
        return record;
    }

    private static Map<String, Object> initReport(String phase, String status, Duration duration) {
        Map<String, Object> record = init(phase, status);
        record.put("metrics", Map.of("durationMs", Durations.millis(duration)));
        return record;
    }

    private static String status(RuntimeFailure failure) {
        return failure instanceof RuntimeFailure.TimedOut ? "timeout" : "error";
    }

    private boolean debug() {
        return switch (systemLevel) {
            case "DEBUG", "TRACE" -> true;
            default -> false;
        };
    }

    private boolean info() {
        return debug() || systemLevel.equals("INFO");
    }

    private static String line(Instant at, String type, Map<String, Object> record) {
        Map<String, Object> object = new LinkedHashMap<>();
        object.put("time", Timestamps.text(at));
        object.put("type", type);
        object.put("record", record);
        return JSON.writeValueAsString(object);
    }
}
