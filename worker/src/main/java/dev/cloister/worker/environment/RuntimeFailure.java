package dev.cloister.worker.environment;

import dev.cloister.worker.Payload;
import dev.cloister.worker.runtimeapi.RuntimeApiLimits;
import dev.cloister.worker.sandbox.SandboxProcess.Exit;
import java.time.Duration;
import java.time.Instant;
import java.time.format.DateTimeFormatter;
import java.time.format.DateTimeFormatterBuilder;
import java.util.Optional;

/** Why an invocation or an init did not go well, with the documents and lines AWS has for it. */
sealed interface RuntimeFailure {

    /** The error type that the caller's side sees. */
    String errorType();

    /** The error type in REPORT. */
    default String logType() {
        return errorType();
    }

    /** The error document that the caller gets. */
    Payload document(String requestId);

    /** The line that the log gets before END. */
    default Optional<String> logLine(Instant at, String requestId) {
        return Optional.empty();
    }

    /** Whether the platform found it, rather than the runtime reporting it. */
    default boolean seenByPlatform() {
        return true;
    }

    /** Whether the runtime process can't be used any more. */
    default boolean endsRuntime() {
        return true;
    }

    /**
     * The runtime reported it.
     *
     * @param errorType {@code Runtime.X} or {@code Function.X}, as the log has it
     * @param ofInit whether it says that the runtime can't start
     */
    record Reported(Payload document, String errorType, boolean ofInit) implements RuntimeFailure {
        @Override
        public Payload document(String requestId) {
            return document;
        }

        @Override
        public boolean seenByPlatform() {
            return ofInit;
        }

        @Override
        public boolean endsRuntime() {
            return ofInit;
        }
    }

    /**
     * @param limit that was reached
     */
    record TimedOut(Duration limit) implements RuntimeFailure {
        @Override
        public String errorType() {
            return "Sandbox.Timedout";
        }

        @Override
        public Payload document(String requestId) {
            return ErrorDocuments.of(
                    errorType(), "RequestId: " + requestId + " Error: " + message());
        }

        @Override
        public Optional<String> logLine(Instant at, String requestId) {
            return Optional.of(Timestamps.text(at) + " " + requestId + " " + message());
        }

        private String message() {
            return "Task timed out after " + Durations.secondsText(limit) + " seconds";
        }
    }

    /**
     * The runtime process ended.
     *
     * @param outOfMemory whether the kernel killed it for want of memory
     */
    record Exited(Exit exit, boolean outOfMemory) implements RuntimeFailure {
        @Override
        public String errorType() {
            return "Runtime.ExitError";
        }

        @Override
        public String logType() {
            return outOfMemory ? "Runtime.OutOfMemory" : errorType();
        }

        @Override
        public Payload document(String requestId) {
            return ErrorDocuments.of(errorType(), message(requestId));
        }

        @Override
        public Optional<String> logLine(Instant at, String requestId) {
            return Optional.of(message(requestId) + "\n" + logType());
        }

        private String message(String requestId) {
            return "RequestId: " + requestId + " Error: " + ExitText.of(exit);
        }
    }

    /**
     * No bootstrap in {@code /var/task} or {@code /opt} that could be started.
     *
     * @param reason for example {@code Couldn't find valid bootstrap(s): [/var/task/bootstrap
     *     /opt/bootstrap]}
     */
    record InvalidEntrypoint(String reason) implements RuntimeFailure {
        static final String TYPE = "Runtime.InvalidEntrypoint";

        @Override
        public String errorType() {
            return TYPE;
        }

        @Override
        public Payload document(String requestId) {
            return ErrorDocuments.of(errorType(), message(requestId));
        }

        @Override
        public Optional<String> logLine(Instant at, String requestId) {
            return Optional.of(message(requestId) + "\n" + errorType());
        }

        private String message(String requestId) {
            return "RequestId: " + requestId + " Error: " + reason;
        }
    }

    /** The response was larger than a response may be. */
    record ResponseTooLarge() implements RuntimeFailure {
        @Override
        public String errorType() {
            return "Function.ResponseSizeTooLarge";
        }

        @Override
        public Payload document(String requestId) {
            return ErrorDocuments.of(
                    errorType(),
                    "Response payload size exceeded maximum allowed payload size ("
                            + RuntimeApiLimits.MAX_PAYLOAD_BYTES
                            + " bytes).");
        }

        @Override
        public boolean endsRuntime() {
            return false;
        }
    }

    /** A streamed response broke off. */
    record TruncatedResponse() implements RuntimeFailure {
        @Override
        public String errorType() {
            return "Runtime.TruncatedResponse";
        }

        @Override
        public Payload document(String requestId) {
            return ErrorDocuments.of(
                    errorType(), "RequestId: " + requestId + " Error: Response was truncated");
        }

        @Override
        public boolean endsRuntime() {
            return false;
        }
    }

    /** The runtime asked for a response mode that does not exist. */
    record InvalidResponseMode() implements RuntimeFailure {
        @Override
        public String errorType() {
            return "Runtime.InvalidResponseModeHeader";
        }

        @Override
        public Payload document(String requestId) {
            return ErrorDocuments.of(
                    errorType(),
                    "RequestId: "
                            + requestId
                            + " Error: Invalid Lambda-Runtime-Function-Response-Mode header");
        }

        @Override
        public boolean endsRuntime() {
            return false;
        }
    }

    /** The environment was ended while it ran the invocation. */
    record ShutDown() implements RuntimeFailure {
        @Override
        public String errorType() {
            return "Sandbox.Failure";
        }

        @Override
        public Payload document(String requestId) {
            return ErrorDocuments.of(
                    errorType(),
                    "RequestId: " + requestId + " Error: The execution environment was shut down");
        }
    }

    /** Instants as Lambda's log writes them: three decimals, always. */
    final class Timestamps {
        private static final DateTimeFormatter MILLIS =
                new DateTimeFormatterBuilder().appendInstant(3).toFormatter();

        private Timestamps() {}

        static String text(Instant at) {
            return MILLIS.format(at);
        }
    }
}
