package dev.cloister.worker.environment;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/** Time that a test moves. Thread-safe. */
final class ManualWorkerClock implements WorkerClock {
    private final Instant epoch = Instant.parse("2024-01-01T00:00:00Z");

    // guarded by this
    private final List<Timer> timers = new ArrayList<>();
    private long nanos;
    private int scheduled;

    private record Timer(long dueNanos, Runnable action) {}

    @Override
    public synchronized Instant instant() {
        return epoch.plusNanos(nanos);
    }

    @Override
    public synchronized long nanos() {
        return nanos;
    }

    @Override
    public synchronized Runnable after(Duration delay, Runnable action) {
        Timer timer = new Timer(nanos + delay.toNanos(), action);
        timers.add(timer);
        scheduled++;
        return () -> cancel(timer);
    }

    private synchronized void cancel(Timer timer) {
        timers.remove(timer);
    }

    /** How many timers were ever set. */
    synchronized int scheduled() {
        return scheduled;
    }

    /** Moves time and runs what becomes due, in order. */
    void advance(Duration by) {
        long until;
        synchronized (this) {
            until = nanos + by.toNanos();
        }
        while (true) {
            Timer next;
            synchronized (this) {
                next =
                        timers.stream()
                                .filter(timer -> timer.dueNanos <= until)
                                .min(Comparator.comparingLong(Timer::dueNanos))
                                .orElse(null);
                if (next == null) {
                    nanos = until;
                    return;
                }
                timers.remove(next);
                nanos = Math.max(nanos, next.dueNanos);
            }
            next.action.run();
        }
    }
}
