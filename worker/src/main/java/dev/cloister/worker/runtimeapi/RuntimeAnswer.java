package dev.cloister.worker.runtimeapi;

import dev.cloister.worker.Payload;

/** What became of an event that a runtime was given. */
public sealed interface RuntimeAnswer {

    /** The runtime answered; at most {@link RuntimeApiLimits#MAX_PAYLOAD_BYTES}. */
    record Response(Payload payload) implements RuntimeAnswer {}

    /**
     * The runtime reported an error.
     *
     * @param payload the error document as the runtime wrote it
     * @param errorType {@code Runtime.X} or {@code Function.X}
     */
    record Failure(Payload payload, String errorType) implements RuntimeAnswer {}

    /** The runtime answered with more than {@link RuntimeApiLimits#MAX_PAYLOAD_BYTES}. */
    record TooLarge() implements RuntimeAnswer {}

    /** A streamed response broke off. */
    record Truncated() implements RuntimeAnswer {}

    /** The runtime asked for a response mode that does not exist. */
    record InvalidResponseMode() implements RuntimeAnswer {}

    /**
     * The session ended before the runtime answered.
     *
     * @param delivered whether the runtime had been given the event
     */
    record Ended(SessionEnd end, boolean delivered) implements RuntimeAnswer {}
}
