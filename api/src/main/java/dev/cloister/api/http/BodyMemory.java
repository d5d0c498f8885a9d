package dev.cloister.api.http;

import java.time.Duration;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;

/** The memory that large request bodies may hold together. Thread-safe. */
final class BodyMemory {
    /** Smaller bodies aren't counted: the number of connections bounds them. */
    static final int UNCOUNTED = 64 * 1_024;

    private static final int UNIT = 1_024;

    private final Semaphore units;
    private final int total;

    /**
     * @param bytes at least the largest body
     */
    BodyMemory(long bytes) {
        this.total = Math.toIntExact(Math.min(bytes / UNIT, Integer.MAX_VALUE));
        this.units = new Semaphore(total);
    }

    /** A quarter of the heap, but enough for two of the largest bodies that AWS takes. */
    static BodyMemory ofHeap() {
        return new BodyMemory(Math.max(160L * 1_024 * 1_024, Runtime.getRuntime().maxMemory() / 4));
    }

    /**
     * Takes memory for a body, waiting a while for others to finish.
     *
     * @return what to give back later
     * @throws OverloadedException if there is none in that time
     */
    int take(long bytes, Duration patience) {
        if (bytes <= UNCOUNTED) {
            return 0;
        }
        int wanted = (int) Math.min(total, (bytes + UNIT - 1) / UNIT);
        try {
            if (units.tryAcquire(wanted, patience.toMillis(), TimeUnit.MILLISECONDS)) {
                return wanted;
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        throw new OverloadedException();
    }

    void giveBack(int taken) {
        if (taken > 0) {
            units.release(taken);
        }
    }
}
