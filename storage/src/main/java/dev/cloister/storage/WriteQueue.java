package dev.cloister.storage;

import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;

/**
 * The bounded queue in front of the writer. After {@link #close} nothing more gets in and all that
 * is in comes out, so no caller waits for a write that never runs. Thread-safe.
 */
final class WriteQueue {
    private final int capacity;
    private final Duration patience;
    private final ReentrantLock lock = new ReentrantLock();
    private final Condition notEmpty = lock.newCondition();
    private final Condition notFull = lock.newCondition();
    private final ArrayDeque<WriteItem<?>> items = new ArrayDeque<>();
    private boolean closed;

    WriteQueue(int capacity, Duration patience) {
        this.capacity = capacity;
        this.patience = patience;
    }

    void add(WriteItem<?> item) {
        long nanosLeft = patience.toNanos();
        lock.lock();
        try {
            while (items.size() >= capacity && !closed) {
                if (nanosLeft <= 0) {
                    throw new DatabaseException(
                            "the write was refused: "
                                    + capacity
                                    + " writes have been waiting for "
                                    + patience.toSeconds()
                                    + " s; is the disk of the data folder stuck?");
                }
                nanosLeft = notFull.awaitNanos(nanosLeft);
            }
            if (closed) {
                throw new DatabaseException("the write was refused: the database is closed");
            }
            items.add(item);
            notEmpty.signal();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new DatabaseException("interrupted before the write was queued", e);
        } finally {
            lock.unlock();
        }
    }

    /** Waits for items and takes up to {@code most}; empty only when closed and drained. */
    List<WriteItem<?>> take(int most) {
        lock.lock();
        try {
            while (items.isEmpty() && !closed) {
                notEmpty.awaitUninterruptibly();
            }
            List<WriteItem<?>> taken = new ArrayList<>(Math.min(most, items.size()));
            for (int n = Math.min(most, items.size()); n > 0; n--) {
                taken.add(items.remove());
            }
            notFull.signalAll();
            return taken;
        } finally {
            lock.unlock();
        }
    }

    int size() {
        lock.lock();
        try {
            return items.size();
        } finally {
            lock.unlock();
        }
    }

    void close() {
        lock.lock();
        try {
            closed = true;
            notEmpty.signalAll();
            notFull.signalAll();
        } finally {
            lock.unlock();
        }
    }
}
