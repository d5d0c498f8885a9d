package dev.cloister.worker.environment;

import dev.cloister.worker.sandbox.Sandbox;
import java.time.Duration;

/**
 * The memory figures of an environment. Reading a cgroup takes longer than a warm invocation's
 * other steps, so a reading serves for {@link #FRESH}. Confined to the owner, except {@link
 * #currentBytes}.
 */
final class MemoryGauge {
    static final Duration FRESH = Duration.ofMillis(20);
    private static final long MEGABYTE = 1024 * 1024;

    private final Sandbox sandbox;
    private final WorkerClock clock;
    private final int limitMegabytes;

    private long readAtNanos;
    private boolean read;
    private long peakBytes;
    private volatile long currentBytes;

    MemoryGauge(Sandbox sandbox, WorkerClock clock, int limitMegabytes) {
        this.sandbox = sandbox;
        this.clock = clock;
        this.limitMegabytes = limitMegabytes;
    }

    /** The high-water mark, rounded up, at most the memory size. */
    int maxUsedMegabytes() {
        if (!read || clock.nanos() - readAtNanos > FRESH.toNanos()) {
            refresh();
        }
        long megabytes = (peakBytes + MEGABYTE - 1) / MEGABYTE;
        return Math.clamp(megabytes, 1, limitMegabytes);
    }

    void refresh() {
        Sandbox.MemoryReading reading = sandbox.memory();
        peakBytes = reading.peakBytes();
        currentBytes = reading.currentBytes();
        readAtNanos = clock.nanos();
        read = true;
    }

    /** As last read. */
    long currentBytes() {
        return currentBytes;
    }
}
