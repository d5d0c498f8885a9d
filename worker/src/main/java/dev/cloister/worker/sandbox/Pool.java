package dev.cloister.worker.sandbox;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Keeps a few things made in advance. Thread-safe. What is taken is the taker's; what is still here
 * when the pool closes is closed with it.
 */
final class Pool<T extends AutoCloseable> implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(Pool.class);
    private static final long PAUSE_NANOS = 200_000;

    private final Supplier<T> maker;
    private final int size;
    private final BlockingQueue<T> ready;
    private final AtomicBoolean filling = new AtomicBoolean();
    private volatile boolean closed;

    /**
     * @param size how many are kept ready; 0 for none
     */
    Pool(int size, Supplier<T> maker) {
        this.maker = maker;
        this.size = size;
        this.ready = new ArrayBlockingQueue<>(Math.max(size, 1));
    }

    T take() {
        T made = ready.poll();
        fill();
        return made == null ? maker.get() : made;
    }

    /** Begins to make what is missing, on a thread of its own. */
    void fill() {
        if (!closed && ready.size() < size && filling.compareAndSet(false, true)) {
            Thread.ofVirtual().name("sandbox-pool").start(this::run);
        }
    }

    private void run() {
        try {
            while (!closed && ready.size() < size) {
                T made = maker.get();
                if (!ready.offer(made)) {
                    discard(made);
                }
            }
        } catch (RuntimeException e) {
            // Whoever needs one will make it and meet the same failure where it can be reported.
            LOG.warn("Preparing sandboxes in advance failed", e);
        } finally {
            filling.set(false);
        }
    }

    private static void discard(AutoCloseable thing) {
        try {
            thing.close();
        } catch (Exception e) {
            LOG.warn("Closing a prepared part of a sandbox failed", e);
        }
    }

    @Override
    public void close() {
        closed = true;
        while (filling.get()) {
            LockSupport.parkNanos(PAUSE_NANOS);
        }
        List<T> left = new ArrayList<>();
        ready.drainTo(left);
        left.forEach(Pool::discard);
    }
}
