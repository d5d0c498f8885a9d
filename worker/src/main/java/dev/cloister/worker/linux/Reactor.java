package dev.cloister.worker.linux;

import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One platform thread that waits for descriptors (pipes, pidfds) to become ready.
 *
 * <p>Handlers run on that thread and must not block. Thread-safe; closing returns when the thread
 * has ended.
 */
public final class Reactor implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(Reactor.class);
    private static final long STOP = 0;

    private final Epoll epoll = new Epoll();
    private final Map<Long, Watch> watches = new ConcurrentHashMap<>();
    private final AtomicLong keys = new AtomicLong();
    private final Fd.Pipe wakeUp = Fd.pipe();
    private final Thread thread;

    public Reactor() {
        epoll.add(wakeUp.read(), Epoll.IN, STOP);
        thread = Thread.ofPlatform().daemon().name("cloister-reactor").start(this::run);
    }

    /** Runs {@code ready} once when {@code fd} can be read or its other side has gone. */
    public Watch watch(Fd fd, Runnable ready) {
        Watch watch = new Watch(keys.incrementAndGet(), fd, ready);
        watches.put(watch.key, watch);
        epoll.add(fd, Epoll.IN | Epoll.ONE_SHOT, watch.key);
        return watch;
    }

    private void run() {
        while (true) {
            for (long key : epoll.await()) {
                if (key == STOP) {
                    return;
                }
                Watch watch = watches.get(key);
                if (watch != null) {
                    run(watch);
                }
            }
        }
    }

    private static void run(Watch watch) {
        try {
            watch.ready.run();
        } catch (RuntimeException e) {
            // A handler's bug must not leave every other sandbox unwatched.
            LOG.error("A handler of {} failed", watch.fd, e);
        }
    }

    /** A descriptor under watch; cancel it before the descriptor is closed. */
    public final class Watch {
        private final long key;
        private final Fd fd;
        private final Runnable ready;

        private Watch(long key, Fd fd, Runnable ready) {
            this.key = key;
            this.fd = fd;
            this.ready = ready;
        }

        /** Watches again, after {@code ready} has run. */
        public void again() {
            epoll.change(fd, Epoll.IN | Epoll.ONE_SHOT, key);
        }

        /** Stops watching. A {@code ready} under way may still end later. */
        public void cancel() {
            if (watches.remove(key) != null) {
                epoll.remove(fd);
            }
        }
    }

    @Override
    public void close() {
        wakeUp.write().close();
        boolean interrupted = false;
        while (thread.isAlive()) {
            try {
                thread.join();
            } catch (InterruptedException e) {
                interrupted = true;
            }
        }
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
        wakeUp.close();
        epoll.close();
    }
}
