package dev.cloister.observe.logs;

import java.util.concurrent.locks.LockSupport;

/** Makes one writer wait when it is faster than its rate, after a burst of two seconds' worth. */
final class Pace {
    private static final long SECOND = 1_000_000_000L;
    private static final long BURST_NANOS = 2 * SECOND;

    private final long bytesPerSecond;
    private long paidUntilNanos = System.nanoTime();

    Pace(long bytesPerSecond) {
        this.bytesPerSecond = bytesPerSecond;
    }

    /** Returns when so many more bytes are within the rate, or at once if interrupted. */
    void spend(long bytes) {
        long now = System.nanoTime();
        if (paidUntilNanos - now < 0) {
            paidUntilNanos = now;
        }
        paidUntilNanos += bytes * SECOND / bytesPerSecond;
        long wait = paidUntilNanos - now - BURST_NANOS;
        while (wait > 0 && !Thread.currentThread().isInterrupted()) {
            LockSupport.parkNanos(wait);
            wait = paidUntilNanos - System.nanoTime() - BURST_NANOS;
        }
    }
}
