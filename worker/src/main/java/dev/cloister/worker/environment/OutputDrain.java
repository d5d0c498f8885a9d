package dev.cloister.worker.environment;

import java.time.Duration;

/**
 * Waits until what a runtime has printed has come through its pipe. The runtime writes its last
 * line before it posts its response, but on another descriptor: nothing orders the two.
 */
final class OutputDrain {
    private static final Duration QUIET = Duration.ofMillis(3);
    private static final Duration LIMIT = Duration.ofMillis(50);
    private static final Duration STEP = Duration.ofMillis(1);

    private final EnvironmentLog log;
    private final WorkerClock clock;

    OutputDrain(EnvironmentLog log, WorkerClock clock) {
        this.log = log;
        this.clock = clock;
    }

    /**
     * Returns when nothing has been printed for {@link #QUIET}, counted from this call at the
     * earliest, and after {@link #LIMIT} in any case: a function that prints without end has no
     * last line.
     */
    void settle() {
        long started = clock.nanos();
        while (true) {
            long now = clock.nanos();
            long quietSince = Math.max(started, log.lastOutputNanos());
            if (now - quietSince >= QUIET.toNanos() || now - started >= LIMIT.toNanos()) {
                return;
            }
            try {
                Thread.sleep(STEP);
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                return;
            }
        }
    }
}
