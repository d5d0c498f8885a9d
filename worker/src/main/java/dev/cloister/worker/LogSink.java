package dev.cloister.worker;

import java.time.Instant;
import java.util.List;

/**
 * Receives an environment's log, in order, from one thread at a time. May block when its bounded
 * buffer is full: the environment's output then waits, and nobody else's.
 */
public interface LogSink extends AutoCloseable {

    /**
     * @param events in the order in which they happened
     */
    void write(List<Event> events);

    /** No more events follow: the environment has ended. */
    @Override
    default void close() {}

    /**
     * One event of the log stream.
     *
     * @param message without a final line feed; at most 256 KiB (a longer line is split)
     */
    record Event(Instant timestamp, String message) {}
}
