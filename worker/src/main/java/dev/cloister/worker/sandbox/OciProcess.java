package dev.cloister.worker.sandbox;

import dev.cloister.worker.linux.Cgroup;
import dev.cloister.worker.linux.Errno;
import dev.cloister.worker.linux.Fd;
import dev.cloister.worker.linux.LinuxException;
import dev.cloister.worker.linux.Processes;
import dev.cloister.worker.linux.Reactor;
import dev.cloister.worker.linux.WaitStatus;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteOrder;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.locks.LockSupport;
import java.util.concurrent.locks.ReentrantLock;

/**
 * The main process of a sandbox, seen from the host: process 1 of its pid namespace is our child
 * (orphans come to us), and when it ends the kernel has killed all others.
 */
final class OciProcess implements SandboxProcess {
    private static final Duration OUTPUT_PATIENCE = Duration.ofMillis(500);
    private static final int LOOKS = 100;
    private static final long PAUSE_NANOS = 1_000_000;

    private final int pid;
    private final Fd handle;
    private final Optional<Fd> status;
    private final OutputPump output;
    private final Cgroup cgroup;
    private final CompletableFuture<Exit> exited = new CompletableFuture<>();
    private final ReentrantLock lock = new ReentrantLock();
    private boolean reaped;

    /**
     * @param status where process 1 reports how the main process ended, if it is our init
     * @param cleanUp runs when every process has ended, before {@link #exited} completes
     */
    OciProcess(
            int pid,
            Fd handle,
            Optional<Fd> status,
            OutputPump output,
            Cgroup cgroup,
            Reactor reactor,
            Runnable cleanUp) {
        this.pid = pid;
        this.handle = handle;
        this.status = status;
        this.output = output;
        this.cgroup = cgroup;
        CompletableFuture<Boolean> ended = new CompletableFuture<>();
        Reactor.Watch watch = reactor.watch(handle, () -> ended.complete(true));
        var _ =
                ended.thenRunAsync(
                        () -> end(watch, cleanUp),
                        task -> Thread.ofVirtual().name("sandbox-exit").start(task));
    }

    private void end(Reactor.Watch watch, Runnable cleanUp) {
        try {
            watch.cancel();
            WaitStatus initStatus = reap();
            WaitStatus mainStatus = status.flatMap(OciProcess::reported).orElse(initStatus);
            output.awaitDelivered(OUTPUT_PATIENCE);
            cleanUp.run();
            exited.complete(
                    switch (mainStatus) {
                        case WaitStatus.Exited(int code) -> new Exit.Code(code);
                        case WaitStatus.Signaled(int signal) -> new Exit.Signal(signal);
                    });
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            exited.completeExceptionally(e);
        } catch (RuntimeException e) {
            exited.completeExceptionally(e);
        }
    }

    private WaitStatus reap() {
        lock.lock();
        try {
            reaped = true;
            try (handle) {
                return Processes.reap(handle);
            }
        } finally {
            lock.unlock();
        }
    }

    private static Optional<WaitStatus> reported(Fd pipe) {
        // SAFETY: read(2) fills at most the four bytes that the segment has.
        try (pipe;
                Arena arena = Arena.ofConfined()) {
            MemorySegment buffer = arena.allocate(4, 4);
            return pipe.read(buffer) == 4
                    ? Optional.of(
                            WaitStatus.decode(
                                    buffer.get(
                                            ValueLayout.JAVA_INT.withOrder(ByteOrder.nativeOrder()),
                                            0)))
                    : Optional.empty();
        }
    }

    @Override
    public CompletableFuture<Exit> exited() {
        return exited.copy();
    }

    @Override
    public boolean awaitOutput(Duration limit) throws InterruptedException {
        return output.awaitDrained(limit);
    }

    @Override
    public void terminate() {
        thaw();
        // Process 1 starts the main process with its first instructions: it may not be there yet.
        for (int look = 0; look < LOOKS; look++) {
            if (signalMain()) {
                return;
            }
            LockSupport.parkNanos(PAUSE_NANOS);
        }
        throw new SandboxException("The main process of process " + pid + " can't be found");
    }

    /** Signals the main process; true too if everything has ended. */
    private boolean signalMain() {
        lock.lock();
        try {
            if (reaped) {
                return true;
            }
            if (status.isEmpty()) {
                Processes.signal(handle, Processes.SIGTERM);
                return true;
            }
            List<Integer> children = Processes.children(pid);
            // The first is the main process: only later do orphans become children of process 1.
            for (int child : children.subList(0, Math.min(1, children.size()))) {
                try (Fd main = Processes.open(child)) {
                    // Still its child after it was opened: the number was not taken over.
                    if (Processes.children(pid).contains(child)) {
                        return Processes.signal(main, Processes.SIGTERM);
                    }
                } catch (LinuxException e) {
                    if (e.errno() != Errno.ESRCH) {
                        throw e;
                    }
                }
            }
            return false;
        } finally {
            lock.unlock();
        }
    }

    @Override
    public void kill() {
        lock.lock();
        try {
            if (!reaped) {
                Processes.signal(handle, Processes.SIGKILL);
            }
        } finally {
            lock.unlock();
        }
        thaw();
    }

    private void thaw() {
        lock.lock();
        try {
            if (!reaped) {
                cgroup.thaw();
            }
        } finally {
            lock.unlock();
        }
    }
}
