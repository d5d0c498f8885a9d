package dev.cloister.worker.environment;

import dev.cloister.worker.LogSink;
import dev.cloister.worker.LogSink.Event;
import dev.cloister.worker.Payload;
import dev.cloister.worker.sandbox.SandboxOutput;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One environment's log on its way to the sink: what the runtime prints, and the platform's own
 * lines, in order and in batches. Thread-safe.
 *
 * <p>The platform's lines never wait. What the runtime prints waits while the queue is full, so
 * that a function which prints without end slows only itself. The lines that close an invocation
 * (END, REPORT) are held back until the runtime's last output of it has come through: until the
 * next invocation begins, or {@link #SETTLE} has passed.
 *
 * <p>Closing writes what is queued and waits for that at most {@link #CLOSE_LIMIT}.
 */
final class EnvironmentLog implements SandboxOutput, AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(EnvironmentLog.class);

    static final int MAX_QUEUED_BYTES = 1024 * 1024;
    private static final int HURRY_BYTES = MAX_QUEUED_BYTES / 4;
    private static final int EVENT_OVERHEAD_BYTES = 64;
    private static final Duration FLUSH = Duration.ofMillis(25);
    static final Duration SETTLE = Duration.ofMillis(15);
    private static final Duration CLOSE_LIMIT = Duration.ofSeconds(5);

    private final LogSink sink;
    private final WorkerClock clock;
    private final Thread pump;

    private final ReentrantLock lock = new ReentrantLock();
    private final Condition room = lock.newCondition();
    private final Condition wanted = lock.newCondition();

    // guarded by lock
    private final OutputLines lines = new OutputLines();
    private List<Event> queue = new ArrayList<>();
    private long queuedBytes;
    private List<Event> closing = List.of();
    private long closingSinceNanos;
    private Instant lastTimestamp = Instant.MIN;
    private @Nullable LogTail tail;
    private long dropped;
    private boolean closed;

    EnvironmentLog(LogSink sink, String name, WorkerClock clock) {
        this.sink = sink;
        this.clock = clock;
        pump = Thread.ofVirtual().name("log-" + name).unstarted(this::pump);
    }

    void start() {
        pump.start();
    }

    @Override
    public void accept(byte[] bytes) {
        lock.lock();
        try {
            Instant now = clock.instant();
            for (String line : lines.add(bytes)) {
                enqueue(now, line);
            }
            while (queuedBytes > MAX_QUEUED_BYTES && !closed) {
                room.await();
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } finally {
            lock.unlock();
        }
    }

    /** Writes platform lines that belong to no invocation. */
    void write(List<String> messages) {
        lock.lock();
        try {
            settle();
            Instant now = clock.instant();
            messages.forEach(message -> enqueue(now, message));
        } finally {
            lock.unlock();
        }
    }

    /** An invocation begins. */
    void begin(List<String> messages, boolean keepTail) {
        lock.lock();
        try {
            settle();
            tail = keepTail ? new LogTail() : null;
            Instant now = clock.instant();
            messages.forEach(message -> enqueue(now, message));
        } finally {
            lock.unlock();
        }
    }

    /** The invocation has ended: these are its last lines, once its output has come through. */
    void end(List<String> messages) {
        lock.lock();
        try {
            Instant now = clock.instant();
            List<Event> events = new ArrayList<>(messages.size());
            messages.forEach(message -> events.add(new Event(now, message)));
            boolean sleeping = queue.isEmpty() && closing.isEmpty();
            closing = events;
            closingSinceNanos = clock.nanos();
            if (sleeping) {
                wanted.signal();
            }
        } finally {
            lock.unlock();
        }
    }

    /**
     * The last bytes of the invocation that has just ended, with the lines that {@link #end} was
     * given; empty if {@link #begin} was not told to keep them. The output has come through.
     */
    Optional<Payload> tail() {
        lock.lock();
        try {
            settle();
            LogTail kept = tail;
            tail = null;
            return kept == null ? Optional.empty() : Optional.of(kept.bytes());
        } finally {
            lock.unlock();
        }
    }

    @Override
    public void close() {
        lock.lock();
        try {
            settle();
            lines.flush().forEach(line -> enqueue(clock.instant(), line));
            closed = true;
            room.signalAll();
            wanted.signal();
        } finally {
            lock.unlock();
        }
        try {
            if (!pump.join(CLOSE_LIMIT)) {
                LOG.warn("{}: the log store took no more; the rest of the log is lost", pump);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private void settle() {
        if (closing.isEmpty()) {
            return;
        }
        lines.flush().forEach(line -> enqueue(clock.instant(), line));
        List<Event> last = closing;
        closing = List.of();
        last.forEach(event -> enqueue(event.timestamp(), event.message()));
    }

    private void enqueue(Instant timestamp, String message) {
        if (closed || queuedBytes > 2L * MAX_QUEUED_BYTES) {
            dropped++;
            return;
        }
        // streams are in order of time; output may have come through after a line was due
        lastTimestamp = timestamp.isAfter(lastTimestamp) ? timestamp : lastTimestamp;
        boolean first = queue.isEmpty() && closing.isEmpty();
        queue.add(new Event(lastTimestamp, message));
        long before = queuedBytes;
        queuedBytes += message.length() + EVENT_OVERHEAD_BYTES;
        if (tail != null) {
            tail.add(message);
        }
        if (first || (before < HURRY_BYTES && queuedBytes >= HURRY_BYTES)) {
            wanted.signal();
        }
    }

    private void pump() {
        try {
            List<Event> batch = take();
            while (!batch.isEmpty()) {
                deliver(batch);
                batch = take();
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } finally {
            closeSink();
        }
    }

    private void closeSink() {
        try {
            sink.close();
        } catch (RuntimeException e) {
            LOG.error("{}: closing the log stream failed", pump, e);
        }
    }

    /** The next batch; empty when the log is closed and written. */
    private List<Event> take() throws InterruptedException {
        lock.lock();
        try {
            while (true) {
                while (queue.isEmpty() && closing.isEmpty() && !closed) {
                    wanted.await();
                }
                if (!closed && queuedBytes < HURRY_BYTES) {
                    // an invocation's lines come in a row: one batch for all of them
                    var _ = wanted.awaitNanos(FLUSH.toNanos());
                }
                if (clock.nanos() - closingSinceNanos >= SETTLE.toNanos() || closed) {
                    settle();
                }
                if (!queue.isEmpty() || closed) {
                    List<Event> batch = queue;
                    queue = new ArrayList<>();
                    queuedBytes = 0;
                    room.signalAll();
                    return batch;
                }
            }
        } finally {
            lock.unlock();
        }
    }

    private void deliver(List<Event> batch) {
        try {
            sink.write(batch);
        } catch (RuntimeException e) {
            LOG.error("{}: {} log events are lost: the log store failed", pump, batch.size(), e);
        }
        reportDropped();
    }

    private void reportDropped() {
        long count;
        lock.lock();
        try {
            count = dropped;
            dropped = 0;
        } finally {
            lock.unlock();
        }
        if (count > 0) {
            LOG.warn("{}: {} log events are lost: the log store was too slow", pump, count);
        }
    }
}
