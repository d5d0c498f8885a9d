package dev.cloister.worker.environment;

import java.time.Duration;

/**
 * Waits until what a runtime has printed has come through its pipe. The runtime writes its last
 * line before it posts its response, but on another descriptor: nothing else orders the two.
 */
final class OutputDrain {
    /** A function that prints without end has no last line. */
    private static final Duration LIMIT = Duration.ofMillis(50);

    private final RuntimeHost host;

    OutputDrain(RuntimeHost host) {
        this.host = host;
    }

    /** Returns when all that was printed before this call is in the log, or after the limit. */
    void settle() {
        try {
            host.awaitOutput(LIMIT);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
