package dev.cloister.api.http;

import dev.cloister.api.ApiSettings.HttpLimits;
import java.time.Duration;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;

/**
 * Deadlines for reading from and writing to connections. The server has none of its own for a
 * connection that is neither idle nor silent, such as one that sends a header's byte every few
 * seconds. A thread past its deadline is interrupted, which closes its channel (see {@link
 * java.nio.channels.InterruptibleChannel}).
 *
 * <p>One virtual thread sweeps all connections, so a deadline is kept to within a sweep's period.
 */
final class ConnectionWatch implements AutoCloseable {
    private static final long NONE = Long.MAX_VALUE;
    private static final long EXPIRED = Long.MIN_VALUE;

    private final ConcurrentHashMap<Thread, AtomicLong> deadlines = new ConcurrentHashMap<>();
    private final HttpLimits limits;
    private final Duration period;
    private volatile boolean closed;
    private final Thread sweeper;

    ConnectionWatch(HttpLimits limits) {
        this.limits = limits;
        Duration quarter = limits.headerTimeout().dividedBy(4);
        this.period =
                quarter.compareTo(Duration.ofSeconds(1)) > 0
                        ? Duration.ofSeconds(1)
                        : quarter.plusMillis(1);
        this.sweeper = Thread.ofVirtual().name("http-connection-watch").unstarted(this::sweep);
    }

    void start() {
        sweeper.start();
    }

    HttpLimits limits() {
        return limits;
    }

    /** The current thread has to call {@link #done} within the time. */
    void begin(Duration within) {
        deadlines
                .computeIfAbsent(Thread.currentThread(), thread -> new AtomicLong(NONE))
                .set(System.nanoTime() + within.toNanos());
    }

    /**
     * @return false if the time was up; the thread's channel is then closed or about to be
     */
    boolean done() {
        AtomicLong deadline = deadlines.get(Thread.currentThread());
        if (deadline == null) {
            return true;
        }
        long set = deadline.get();
        return set != EXPIRED && deadline.compareAndSet(set, NONE);
    }

    private void sweep() {
        while (!closed) {
            try {
                Thread.sleep(period);
            } catch (InterruptedException e) {
                return;
            }
            long now = System.nanoTime();
            deadlines.forEach((thread, deadline) -> check(thread, deadline, now));
        }
    }

    private void check(Thread thread, AtomicLong deadline, long now) {
        if (!thread.isAlive()) {
            deadlines.remove(thread);
            return;
        }
        long set = deadline.get();
        if (set != NONE
                && set != EXPIRED
                && set - now < 0
                && deadline.compareAndSet(set, EXPIRED)) {
            thread.interrupt();
        }
    }

    @Override
    public void close() {
        closed = true;
        sweeper.interrupt();
    }
}
