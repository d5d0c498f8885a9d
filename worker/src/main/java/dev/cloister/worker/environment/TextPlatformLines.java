package dev.cloister.worker.environment;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/** Platform lines in the Text log format, to the tab as AWS writes them. */
record TextPlatformLines(RuntimeVersion runtime, String version) implements PlatformLines {

    @Override
    public List<String> initStart(Instant at) {
        return List.of(
                "INIT_START Runtime Version: "
                        + runtime.name()
                        + "\tRuntime Version ARN: "
                        + runtime.arn());
    }

    @Override
    public List<String> initDone(Instant at, Duration duration) {
        return List.of();
    }

    @Override
    public List<String> initFailed(
            Instant at, Duration duration, String phase, RuntimeFailure failure) {
        return List.of(
                "INIT_REPORT Init Duration: "
                        + Durations.millisText(duration)
                        + " ms\tPhase: "
                        + phase
                        + "\t"
                        + status(failure));
    }

    @Override
    public List<String> start(Instant at, String requestId, Optional<String> tenantId) {
        return List.of("START RequestId: " + requestId + " Version: " + version);
    }

    @Override
    public List<String> end(Instant at, Report report) {
        String end = "END RequestId: " + report.requestId();
        String text = report(report);
        return report.failure()
                .flatMap(failure -> failure.logLine(at, report.requestId()))
                .map(line -> List.of(line, end, text))
                .orElse(List.of(end, text));
    }

    private static String report(Report report) {
        StringBuilder text =
                new StringBuilder(220)
                        .append("REPORT RequestId: ")
                        .append(report.requestId())
                        .append("\tDuration: ");
        Durations.appendMillis(text, report.duration());
        text.append(" ms\tBilled Duration: ")
                .append(report.billed().toMillis())
                .append(" ms\tMemory Size: ")
                .append(report.memorySizeMegabytes())
                .append(" MB\tMax Memory Used: ")
                .append(report.maxMemoryUsedMegabytes())
                .append(" MB\t");
        report.init()
                .ifPresent(
                        init -> {
                            text.append("Init Duration: ");
                            Durations.appendMillis(text, init);
                            text.append(" ms\t");
                        });
        // an error that the function itself reported is no failure of the invocation: no Status
        report.failure()
                .filter(RuntimeFailure::seenByPlatform)
                .ifPresent(failure -> text.append(status(failure)));
        return text.toString();
    }

    private static String status(RuntimeFailure failure) {
        return failure instanceof RuntimeFailure.TimedOut
                ? "Status: timeout"
                : "Status: error\tError Type: " + failure.logType();
    }
}
