package dev.cloister.worker.environment;

import java.time.Duration;
import java.time.Instant;

/** Time as the life cycle sees it, so that tests own it. Thread-safe. */
interface WorkerClock {

    Instant instant();

    /** Monotonic, for durations. */
    long nanos();

    /**
     * Runs {@code action} once, after {@code delay}, on the clock's thread: it must be quick.
     *
     * @return cancels it
     */
    Runnable after(Duration delay, Runnable action);
}
