package dev.cloister.worker.linux;

import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.stream.Stream;

/**
 * Runs the host's small programs ({@code nft}, {@code mkfs.ext4}, the OCI runtime) to their end.
 */
public final class Tool {
    private static final int OUTPUT_LIMIT = 64 * 1024;
    private static final Map<String, String> ENVIRONMENT =
            Map.of("PATH", "/usr/sbin:/usr/bin:/sbin:/bin", "LC_ALL", "C");

    private Tool() {}

    /** Where a program is, by the folders that root's PATH has. */
    public static Optional<Path> find(String name) {
        return Stream.of(
                        "/usr/local/sbin",
                        "/usr/local/bin",
                        "/usr/sbin",
                        "/usr/bin",
                        "/sbin",
                        "/bin")
                .map(folder -> Path.of(folder, name))
                .filter(Files::isExecutable)
                .findFirst();
    }

    /**
     * How a program ended.
     *
     * @param output what it printed, standard error included, up to 64 KiB
     */
    public record Result(WaitStatus status, String output) {
        public boolean succeeded() {
            return status instanceof WaitStatus.Exited(int code) && code == 0;
        }
    }

    /**
     * Runs a program and waits for it.
     *
     * @param input what it reads
     * @throws LinuxException if it fails, with what it printed, or takes longer than the limit
     */
    public static String run(
            Reactor reactor, List<String> arguments, String input, Duration limit) {
        Result result = tryRun(reactor, arguments, input, limit);
        if (!result.succeeded()) {
            throw new LinuxException(
                    String.join(" ", arguments)
                            + " failed ("
                            + result.status()
                            + "): "
                            + result.output().strip());
        }
        return result.output();
    }

    /** As {@link #run}; a failure of the program is in the result. */
    public static Result tryRun(
            Reactor reactor, List<String> arguments, String input, Duration limit) {
        try (Fd in = Fd.memory("input");
                Fd out = Fd.memory("output")) {
            in.writeAll(input.getBytes(StandardCharsets.UTF_8));
            Spawn.Child child = Spawn.start(arguments, ENVIRONMENT, in, out, out);
            WaitStatus status = await(reactor, child, arguments.getFirst(), limit);
            return new Result(
                    status, new String(out.readAll(OUTPUT_LIMIT), StandardCharsets.UTF_8));
        }
    }

    /**
     * Starts a program with pipes of the caller's as its descriptors and waits for it.
     *
     * @throws LinuxException if it takes longer than the limit; it is killed then
     */
    public static WaitStatus run(Reactor reactor, Spawn.Child child, String name, Duration limit) {
        return await(reactor, child, name, limit);
    }

    private static WaitStatus await(
            Reactor reactor, Spawn.Child child, String name, Duration limit) {
        CompletableFuture<Boolean> ended = new CompletableFuture<>();
        Reactor.Watch watch = reactor.watch(child.handle(), () -> ended.complete(true));
        try (Fd handle = child.handle()) {
            boolean inTime = waitFor(ended, limit);
            watch.cancel();
            if (!inTime) {
                Processes.signal(handle, Processes.SIGKILL);
            }
            WaitStatus status = Processes.reap(handle);
            if (!inTime) {
                throw new LinuxException(
                        name + " did not end within " + limit.toSeconds() + " s and was killed");
            }
            return status;
        }
    }

    private static boolean waitFor(CompletableFuture<Boolean> ended, Duration limit) {
        boolean interrupted = false;
        long deadline = System.nanoTime() + limit.toNanos();
        try {
            while (true) {
                try {
                    return ended.get(deadline - System.nanoTime(), TimeUnit.NANOSECONDS);
                } catch (InterruptedException e) {
                    interrupted = true;
                } catch (TimeoutException e) {
                    return false;
                } catch (ExecutionException e) {
                    throw new IllegalStateException("completed normally only", e);
                }
            }
        } finally {
            if (interrupted) {
                Thread.currentThread().interrupt();
            }
        }
    }
}
