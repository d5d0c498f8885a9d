package dev.cloister.worker.linux;

import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * A few platform threads that live in namespaces of their own, for what has to be done there.
 *
 * <p>The mount threads share one mount namespace: what they mount is seen by them and by the
 * processes they start, never by the host, and is gone when this process is, however it ends. The
 * network thread enters one network namespace after another and comes back each time. Thread-safe;
 * closing waits for the calls under way.
 */
public final class NamespaceThreads implements AutoCloseable {
    private final ExecutorService mountThreads;
    private final ExecutorService networkThread;
    private final Fd mountNamespace;
    private final Fd hostNetwork;

    /**
     * @param mountThreadCount how many calls may be under way in the mount namespace
     */
    public NamespaceThreads(int mountThreadCount) {
        this.hostNetwork = Fd.open("/proc/self/ns/net", Fd.O_RDONLY);
        this.networkThread =
                Executors.newSingleThreadExecutor(
                        Thread.ofPlatform().daemon().name("cloister-network").factory());
        ExecutorService first =
                Executors.newSingleThreadExecutor(
                        Thread.ofPlatform().daemon().name("cloister-mounts-0").factory());
        try {
            this.mountNamespace = await(first, Namespaces::newMountNamespace);
        } finally {
            first.shutdown();
        }
        this.mountThreads = Executors.newFixedThreadPool(mountThreadCount, inside());
    }

    private ThreadFactory inside() {
        AtomicInteger count = new AtomicInteger();
        return task ->
                Thread.ofPlatform()
                        .daemon()
                        .name("cloister-mounts-" + count.incrementAndGet())
                        .unstarted(
                                () -> {
                                    Namespaces.enterMountNamespace(mountNamespace);
                                    task.run();
                                });
    }

    /** Runs {@code task} in the mount namespace. */
    public <T> T inMounts(Callable<T> task) {
        return await(mountThreads, task);
    }

    /** Runs {@code task} in the mount namespace. */
    public void runInMounts(Runnable task) {
        await(
                mountThreads,
                () -> {
                    task.run();
                    return true;
                });
    }

    /** Work to do inside a network namespace; sockets that it opens belong there. */
    @FunctionalInterface
    public interface NetworkTask<T> {
        T run(Fd namespace) throws Exception;
    }

    /** Makes a network namespace, runs {@code task} in it and leaves it; the task owns the Fd. */
    public <T> T inNewNetwork(NetworkTask<T> task) {
        return await(
                networkThread,
                () -> {
                    Fd namespace = Namespaces.newNetworkNamespace();
                    try {
                        return task.run(namespace);
                    } finally {
                        backToHostNetwork();
                    }
                });
    }

    /** Runs {@code task} in a network namespace. */
    public <T> T inNetwork(Fd namespace, NetworkTask<T> task) {
        return await(
                networkThread,
                () -> {
                    Namespaces.enterNetworkNamespace(namespace);
                    try {
                        return task.run(namespace);
                    } finally {
                        backToHostNetwork();
                    }
                });
    }

    private void backToHostNetwork() {
        try {
            Namespaces.enterNetworkNamespace(hostNetwork);
        } catch (LinuxException e) {
            // A thread that can't come back must run nothing more: its pool makes a new one.
            throw new IllegalStateException("The network thread is lost", e);
        }
    }

    private static <T> T await(ExecutorService threads, Callable<T> task) {
        Future<T> future = threads.submit(task);
        boolean interrupted = false;
        try {
            while (true) {
                try {
                    return future.get();
                } catch (InterruptedException e) {
                    // A call into the kernel can't be abandoned half way; the caller learns later.
                    interrupted = true;
                }
            }
        } catch (ExecutionException e) {
            switch (e.getCause()) {
                case RuntimeException cause -> throw cause;
                case Error cause -> throw cause;
                case Throwable cause -> throw new IllegalStateException(cause);
                case null -> throw new IllegalStateException(e);
            }
        } finally {
            if (interrupted) {
                Thread.currentThread().interrupt();
            }
        }
    }

    @Override
    public void close() {
        for (ExecutorService threads : new ExecutorService[] {mountThreads, networkThread}) {
            threads.shutdown();
            try {
                if (!threads.awaitTermination(10, TimeUnit.SECONDS)) {
                    threads.shutdownNow();
                }
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
        }
        mountNamespace.close();
        hostNetwork.close();
    }
}
