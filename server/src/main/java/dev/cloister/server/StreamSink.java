package dev.cloister.server;

import dev.cloister.observe.LogStore.LogEvent;
import dev.cloister.observe.LogStore.LogWriter;
import dev.cloister.worker.LogSink;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * An environment's log stream in the store. A store that can't take events (its disk is full, the
 * account's key is disabled) costs a function its log lines, never an invocation: they are dropped
 * and counted, and the server's log says so once a minute for a stream at most. Used by one thread
 * at a time.
 */
final class StreamSink implements LogSink {
    private static final Logger LOG = LoggerFactory.getLogger(StreamSink.class);
    private static final Duration REPORT_INTERVAL = Duration.ofMinutes(1);

    private final String name;
    private final Supplier<LogWriter> opener;
    private final InstantSource clock;

    private Optional<LogWriter> writer = Optional.empty();
    private Optional<RuntimeException> cause = Optional.empty();
    private Instant nextReport = Instant.MIN;
    private long dropped;
    private long unreported;

    /**
     * Tries to open the stream at once, and again with each batch until it can be.
     *
     * @param name for the server's log
     */
    StreamSink(String name, Supplier<LogWriter> opener, InstantSource clock) {
        this.name = name;
        this.opener = opener;
        this.clock = clock;
        try {
            writer = Optional.of(opener.get());
        } catch (RuntimeException e) {
            drop(0, e);
        }
    }

    @Override
    public void write(List<Event> events) {
        List<LogEvent> all = new ArrayList<>(events.size());
        for (Event event : events) {
            all.add(new LogEvent(event.timestamp(), event.message()));
        }
        try {
            open().append(all);
        } catch (RuntimeException e) {
            drop(events.size(), e);
        }
    }

    private LogWriter open() {
        LogWriter opened = writer.orElseGet(opener);
        writer = Optional.of(opened);
        return opened;
    }

    /** How many events the store has not taken. */
    long dropped() {
        return dropped;
    }

    private void drop(int events, RuntimeException failure) {
        dropped += events;
        unreported += events;
        cause = Optional.of(failure);
        if (!clock.instant().isBefore(nextReport)) {
            report();
        }
    }

    private void report() {
        nextReport = clock.instant().plus(REPORT_INTERVAL);
        unreported = 0;
        LOG.warn(
                "{}: the log store fails, {} events are lost so far; the function runs on",
                name,
                dropped,
                cause.orElse(null));
    }

    @Override
    public void close() {
        if (unreported > 0) {
            report();
        }
        try {
            writer.ifPresent(LogWriter::close);
        } catch (RuntimeException e) {
            LOG.warn("{}: closing the log stream failed", name, e);
        }
    }
}
