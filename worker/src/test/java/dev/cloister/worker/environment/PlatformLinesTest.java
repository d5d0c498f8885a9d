package dev.cloister.worker.environment;

import static org.assertj.core.api.Assertions.assertThat;

import dev.cloister.worker.Payload;
import dev.cloister.worker.environment.PlatformLines.Report;
import dev.cloister.worker.environment.PlatformLines.RuntimeVersion;
import dev.cloister.worker.environment.RuntimeFailure.Exited;
import dev.cloister.worker.environment.RuntimeFailure.Reported;
import dev.cloister.worker.environment.RuntimeFailure.TimedOut;
import dev.cloister.worker.sandbox.SandboxProcess.Exit;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import org.junit.jupiter.api.Test;

final class PlatformLinesTest {
    private static final Instant AT = Instant.parse("2024-01-01T00:00:00Z");
    private static final RuntimeVersion RUNTIME =
            new RuntimeVersion("python:3.11.v1", "arn:aws:lambda:eu-west-1::runtime:ab");

    private final PlatformLines text = new TextPlatformLines(RUNTIME, "$LATEST");

    @Test
    void textIsAsAwsWritesIt() {
        assertThat(text.initStart(AT))
                .containsExactly(
                        "INIT_START Runtime Version: python:3.11.v1\tRuntime Version ARN:"
                                + " arn:aws:lambda:eu-west-1::runtime:ab");
        assertThat(text.start(AT, "id", Optional.empty()))
                .containsExactly("START RequestId: id Version: $LATEST");
        assertThat(text.end(AT, report(Optional.of(Duration.ofNanos(110_100_000)), null)))
                .containsExactly(
                        "END RequestId: id",
                        "REPORT RequestId: id\tDuration: 3.01 ms\tBilled Duration: 114 ms\tMemory"
                                + " Size: 128 MB\tMax Memory Used: 36 MB\tInit Duration: 110.10 ms\t");
    }

    @Test
    void failuresThatThePlatformSeesAreInTheReport() {
        assertThat(text.end(AT, report(Optional.empty(), new TimedOut(Duration.ofSeconds(3)))))
                .containsExactly(
                        "2024-01-01T00:00:00.000Z id Task timed out after 3.00 seconds",
                        "END RequestId: id",
                        "REPORT RequestId: id\tDuration: 3.01 ms\tBilled Duration: 114 ms\tMemory"
                                + " Size: 128 MB\tMax Memory Used: 36 MB\tStatus: timeout");
        assertThat(text.end(AT, report(Optional.empty(), new Exited(new Exit.Signal(9), true))))
                .startsWith(
                        "RequestId: id Error: Runtime exited with error: signal: killed\n"
                                + "Runtime.OutOfMemory",
                        "END RequestId: id")
                .last()
                .asString()
                .endsWith("\tStatus: error\tError Type: Runtime.OutOfMemory");
        assertThat(
                        text.end(
                                AT,
                                report(
                                        Optional.empty(),
                                        new Reported(
                                                Payload.ofUtf8("{}"), "Runtime.Unknown", false))))
                .hasSize(2)
                .last()
                .asString()
                .endsWith("MB\t");
        assertThat(
                        text.initFailed(
                                AT,
                                Duration.ofNanos(10_007_930_000L),
                                "init",
                                new TimedOut(Duration.ofSeconds(10))))
                .containsExactly(
                        "INIT_REPORT Init Duration: 10007.93 ms\tPhase: init\tStatus: timeout");
        assertThat(
                        text.initFailed(
                                AT,
                                Duration.ofMillis(1),
                                "invoke",
                                new Exited(new Exit.Code(1), false)))
                .containsExactly(
                        "INIT_REPORT Init Duration: 1.00 ms\tPhase: invoke\tStatus: error\tError"
                                + " Type: Runtime.ExitError");
    }

    @Test
    void errorDocumentsAreAsAwsWritesThem() {
        assertThat(new TimedOut(Duration.ofSeconds(1)).document("id").utf8())
                .isEqualTo(
                        "{\"errorType\":\"Sandbox.Timedout\",\"errorMessage\":\"RequestId: id"
                                + " Error: Task timed out after 1.00 seconds\"}");
        assertThat(new Exited(new Exit.Code(127), false).document("id").utf8())
                .isEqualTo(
                        "{\"errorType\":\"Runtime.ExitError\",\"errorMessage\":\"RequestId: id"
                                + " Error: Runtime exited with error: exit status 127\"}");
        assertThat(new Exited(new Exit.Code(0), false).document("id").utf8())
                .contains("Runtime exited without providing a reason");
        assertThat(new RuntimeFailure.ResponseTooLarge().document("id").utf8())
                .isEqualTo(
                        "{\"errorType\":\"Function.ResponseSizeTooLarge\",\"errorMessage\":"
                                + "\"Response payload size exceeded maximum allowed payload size"
                                + " (6291556 bytes).\"}");
    }

    @Test
    void jsonHasTheLinesOfItsLevel() {
        Report fine = report(Optional.of(Duration.ofMillis(5)), null);
        Report failed = report(Optional.empty(), new TimedOut(Duration.ofSeconds(3)));
        PlatformLines debug = json("DEBUG");
        assertThat(debug.initStart(AT))
                .singleElement()
                .asString()
                .startsWith(
                        "{\"time\":\"2024-01-01T00:00:00.000Z\",\"type\":\"platform.initStart\","
                                + "\"record\":{\"initializationType\":\"on-demand\"");
        assertThat(debug.end(AT, fine)).hasSize(2);
        PlatformLines info = json("INFO");
        assertThat(info.initStart(AT)).isEmpty();
        assertThat(info.start(AT, "id", Optional.empty()))
                .containsExactly(
                        "{\"time\":\"2024-01-01T00:00:00.000Z\",\"type\":\"platform.start\","
                                + "\"record\":{\"requestId\":\"id\",\"functionName\":\"f\","
                                + "\"version\":\"7\"}}");
        assertThat(info.end(AT, fine))
                .containsExactly(
                        "{\"time\":\"2024-01-01T00:00:00.000Z\",\"type\":\"platform.report\","
                                + "\"record\":{\"requestId\":\"id\",\"status\":\"success\","
                                + "\"metrics\":{\"durationMs\":3.01,\"billedDurationMs\":114,"
                                + "\"memorySizeMB\":128,\"maxMemoryUsedMB\":36,"
                                + "\"initDurationMs\":5.0}}}");
        PlatformLines warn = json("WARN");
        assertThat(warn.start(AT, "id", Optional.empty())).isEmpty();
        assertThat(warn.end(AT, fine)).isEmpty();
        assertThat(warn.end(AT, failed))
                .singleElement()
                .asString()
                .contains("\"status\":\"timeout\"");
    }

    private static PlatformLines json(String level) {
        return new JsonPlatformLines(RUNTIME, "f", "7", level);
    }

    private static Report report(
            Optional<Duration> init, @org.jspecify.annotations.Nullable RuntimeFailure failure) {
        return new Report(
                "id",
                Optional.empty(),
                Duration.ofNanos(3_010_000),
                Duration.ofMillis(114),
                128,
                36,
                init,
                Optional.ofNullable(failure),
                2);
    }
}
