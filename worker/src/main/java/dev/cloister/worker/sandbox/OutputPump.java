package dev.cloister.worker.sandbox;

import dev.cloister.worker.linux.Fd;
import dev.cloister.worker.linux.Reactor;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Carries one process's output from its pipe to its receiver.
 *
 * <p>The reactor's thread reads; a virtual thread, there only while there is something, delivers.
 * When {@link #CAPACITY} bytes wait for the receiver the pipe is read no further, so the process
 * blocks in its own write, as it would on a full disk.
 */
final class OutputPump {
    /** How many bytes may wait, besides one read of up to 64 KiB and the pipe's own 64 KiB. */
    static final int CAPACITY = 256 * 1024;

    /** How long to wait between two looks at the pipe. */
    private static final long LOOK_NANOS = 50_000;

    private static final Logger LOG = LoggerFactory.getLogger(OutputPump.class);

    private final Fd pipe;
    private final MemorySegment buffer;
    private final SandboxOutput receiver;
    private final ReentrantLock lock = new ReentrantLock();
    private final Condition idle = lock.newCondition();
    private final Deque<byte[]> waiting = new ArrayDeque<>();
    private final CountDownLatch delivered = new CountDownLatch(1);
    private final Reactor.Watch watch;
    private int waitingBytes;
    private boolean delivering;
    private boolean paused;
    private boolean ended;

    /**
     * @param pipe its reading end; closed at the end of the output
     * @param buffer for the reactor's thread, which reads for one pump at a time
     */
    OutputPump(Reactor reactor, Fd pipe, MemorySegment buffer, SandboxOutput receiver) {
        this.pipe = pipe;
        this.buffer = buffer;
        this.receiver = receiver;
        lock.lock();
        try {
            this.watch = reactor.watch(pipe, this::read);
        } finally {
            lock.unlock();
        }
    }

    private void read() {
        lock.lock();
        try {
            if (ended) {
                return;
            }
            int count = pipe.read(buffer);
            if (count == 0) {
                end();
            } else {
                byte[] bytes = buffer.asSlice(0, count).toArray(ValueLayout.JAVA_BYTE);
                waiting.add(bytes);
                waitingBytes += count;
                paused = waitingBytes >= CAPACITY;
                if (!paused) {
                    watch.again();
                }
                deliver();
            }
        } finally {
            lock.unlock();
        }
    }

    private void end() {
        ended = true;
        watch.cancel();
        pipe.close();
        if (!delivering) {
            delivered.countDown();
        }
    }

    private void deliver() {
        if (!delivering) {
            delivering = true;
            Thread.ofVirtual().name("sandbox-output").start(this::run);
        }
    }

    private void run() {
        byte[] bytes = next(0);
        while (bytes.length > 0) {
            try {
                receiver.accept(bytes);
            } catch (RuntimeException e) {
                LOG.error("The receiver of a sandbox's output failed; output is lost", e);
            }
            bytes = next(bytes.length);
        }
    }

    /** The next bytes, all that wait in one; empty when there are none, and delivery stops. */
    private byte[] next(int done) {
        lock.lock();
        try {
            waitingBytes -= done;
            if (paused && !ended && waitingBytes <= CAPACITY / 2) {
                paused = false;
                watch.again();
            }
            byte[] bytes = waiting.poll();
            if (bytes == null) {
                delivering = false;
                idle.signalAll();
                if (ended) {
                    delivered.countDown();
                }
                return new byte[0];
            }
            return bytes;
        } finally {
            lock.unlock();
        }
    }

    /**
     * Waits until what has been printed so far is delivered.
     *
     * @return false if that took longer than the limit
     */
    boolean awaitDrained(Duration limit) throws InterruptedException {
        long deadline = System.nanoTime() + limit.toNanos();
        lock.lockInterruptibly();
        try {
            while (!drained()) {
                long left = deadline - System.nanoTime();
                if (left <= 0) {
                    return false;
                }
                // Bytes still in the pipe come through the reactor, which signals nobody here.
                var _ = idle.awaitNanos(Math.min(left, LOOK_NANOS));
            }
            return true;
        } finally {
            lock.unlock();
        }
    }

    private boolean drained() {
        return !delivering && waiting.isEmpty() && (ended || pipe.unread() == 0);
    }

    /** Waits until all output has been delivered, but no longer than a receiver may take. */
    void awaitDelivered(Duration limit) throws InterruptedException {
        if (!delivered.await(limit.toNanos(), TimeUnit.NANOSECONDS)) {
            LOG.debug("The receiver of a sandbox's output is slow; its end is not waited for");
        }
    }

    /** Gives up what has not been read; for when no process holds the other end any more. */
    void close() {
        lock.lock();
        try {
            if (!ended) {
                end();
            }
        } finally {
            lock.unlock();
        }
    }
}
