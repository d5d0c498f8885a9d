package dev.cloister.worker.runtimeapi;

import dev.cloister.worker.Payload;

/** How a runtime's init went. */
public sealed interface Readiness {

    /** It waits for an event. */
    record Ready() implements Readiness {}

    /**
     * It reported that it can't start.
     *
     * @param payload the error document as the runtime wrote it
     * @param errorType {@code Runtime.X} or {@code Function.X}
     */
    record InitError(Payload payload, String errorType) implements Readiness {}

    /** The session ended before the runtime was ready. */
    record Ended(SessionEnd end) implements Readiness {}
}
