package dev.cloister.worker.environment;

import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.concurrent.Future;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The machine's time, and one thread that runs what is due. Closing drops what is not due yet. */
final class SystemWorkerClock implements WorkerClock, AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(SystemWorkerClock.class);

    private final InstantSource instants;
    private final ScheduledThreadPoolExecutor timer;

    SystemWorkerClock(InstantSource instants) {
        this.instants = instants;
        timer =
                new ScheduledThreadPoolExecutor(
                        1, Thread.ofPlatform().daemon().name("worker-timer").factory());
        timer.setRemoveOnCancelPolicy(true);
        timer.setExecuteExistingDelayedTasksAfterShutdownPolicy(false);
    }

    @Override
    public Instant instant() {
        return instants.instant();
    }

    @Override
    public long nanos() {
        return System.nanoTime();
    }

    @Override
    public Runnable after(Duration delay, Runnable action) {
        try {
            Future<?> task =
                    timer.schedule(() -> runLogged(action), delay.toNanos(), TimeUnit.NANOSECONDS);
            return () -> task.cancel(false);
        } catch (RejectedExecutionException e) {
            // the worker is closed: everything that could be due is being ended already
            LOG.debug("not scheduled any more: {}", e.toString());
            return () -> {};
        }
    }

    private static void runLogged(Runnable action) {
        try {
            action.run();
        } catch (RuntimeException e) {
            LOG.error("a timed action of the worker failed", e);
        }
    }

    @Override
    public void close() {
        timer.shutdownNow();
    }
}
