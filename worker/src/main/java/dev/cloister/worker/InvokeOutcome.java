package dev.cloister.worker;

import java.time.Duration;
import java.util.Optional;

/** How an invocation ended. */
public sealed interface InvokeOutcome {

    Payload payload();

    InvokeReport report();

    /** The function answered. */
    record Succeeded(Payload payload, InvokeReport report) implements InvokeOutcome {}

    /**
     * The function failed: it reported an error, or timed out, ran out of memory, exited. {@code
     * payload} is the error document that the caller gets with {@code X-Amz-Function-Error:
     * Unhandled}.
     *
     * @param errorType for example {@code Sandbox.Timedout}, {@code Runtime.ExitError}, {@code
     *     ValueError}
     */
    record Failed(Payload payload, String errorType, InvokeReport report)
            implements InvokeOutcome {}

    /**
     * The REPORT of an invocation.
     *
     * @param initDuration present when this invocation's environment was initialized for it
     * @param maxMemoryUsedMegabytes the environment's high-water mark
     * @param tailLog the last 4,096 bytes of the log, if asked for
     */
    record InvokeReport(
            Duration duration,
            Duration billedDuration,
            Optional<Duration> initDuration,
            int memorySizeMegabytes,
            int maxMemoryUsedMegabytes,
            Optional<Payload> tailLog) {}
}
