package dev.cloister.runtimes;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalInt;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;

/**
 * Runs a build's programs, with all they print in one log file. They end with this process, however
 * it ends. Confined to the build's thread.
 */
final class BuildCommands {
    private static final int TAIL_BYTES = 2_000;

    private final HostTools tools;
    private final Path log;

    BuildCommands(HostTools tools, Path log) {
        this.tools = tools;
        this.log = log;
    }

    /**
     * Runs a program of the host.
     *
     * @throws RuntimeImageException if it fails or takes too long; quotes the end of its output
     */
    void run(String aim, Duration limit, List<String> command) {
        try {
            note("$ " + String.join(" ", command));
            ProcessBuilder builder =
                    new ProcessBuilder(endingWithThis(command))
                            .redirectErrorStream(true)
                            .redirectInput(
                                    ProcessBuilder.Redirect.from(Path.of("/dev/null").toFile()))
                            .redirectOutput(ProcessBuilder.Redirect.appendTo(log.toFile()));
            builder.environment().put("LC_ALL", "C.UTF-8");
            builder.environment().put("DEBIAN_FRONTEND", "noninteractive");
            OptionalInt status = status(builder, limit);
            if (status.isEmpty()) {
                throw failure(aim + " took longer than " + limit.toSeconds() + " s", command);
            }
            if (status.getAsInt() != 0) {
                throw failure(aim + " failed with exit status " + status.getAsInt(), command);
            }
        } catch (IOException e) {
            throw new RuntimeImageException(aim + " could not be started: " + command, e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new RuntimeImageException(aim + " was interrupted", e);
        }
    }

    /**
     * A killed server's build must not go on writing where the next one cleans up. The signal of
     * prctl(2)'s PR_SET_PDEATHSIG reaches the program alone; what it started goes with the process
     * namespace, of which it is the first (pid_namespaces(7)).
     */
    private List<String> endingWithThis(List<String> command) {
        List<String> full =
                new ArrayList<>(
                        List.of(
                                tools.require("setpriv", "util-linux").toString(),
                                "--pdeathsig",
                                "KILL",
                                tools.require("unshare", "util-linux").toString(),
                                "--fork",
                                "--kill-child",
                                "--pid"));
        full.addAll(command);
        return full;
    }

    /**
     * The exit status, or empty if it took too long. The signal comes when the *thread* ends that
     * started the program, and a virtual thread's carrier may end at any time: hence a thread of
     * the program's own.
     */
    private static OptionalInt status(ProcessBuilder builder, Duration limit)
            throws IOException, InterruptedException {
        try (ExecutorService keeper = Executors.newSingleThreadExecutor()) {
            Future<OptionalInt> status =
                    keeper.submit(
                            () -> {
                                Process process = builder.start();
                                return ended(process, limit)
                                        ? OptionalInt.of(process.exitValue())
                                        : OptionalInt.empty();
                            });
            try {
                return status.get();
            } finally {
                keeper.shutdownNow(); // after an interrupt, the program ends with its keeper
            }
        } catch (ExecutionException e) {
            if (e.getCause() instanceof IOException failure) {
                throw failure;
            }
            throw new IOException(e.getCause());
        }
    }

    /** Runs a program of the tree inside it: own mounts, own process ids, no network. */
    void runInside(Path root, Duration limit, List<String> command) {
        List<String> full =
                new ArrayList<>(
                        List.of(
                                tools.require("unshare", "util-linux").toString(),
                                "--fork",
                                "--kill-child",
                                "--pid",
                                "--net",
                                "--mount",
                                "--mount-proc=" + root.resolve("proc"),
                                tools.require("chroot", "coreutils").toString(),
                                root.toString(),
                                "/usr/bin/env",
                                "-i",
                                "PATH=/var/lang/bin:/usr/bin:/usr/sbin",
                                "LC_ALL=C.UTF-8",
                                "HOME=/tmp"));
        full.addAll(command);
        run("Running " + command.getFirst() + " in the image", limit, full);
    }

    /** Nothing of a program goes on after its time, or after an interrupt. */
    private static boolean ended(Process process, Duration limit) throws InterruptedException {
        boolean ended = false;
        try {
            ended = process.waitFor(limit.toMillis(), TimeUnit.MILLISECONDS);
            return ended;
        } finally {
            if (!ended) {
                process.descendants().forEach(ProcessHandle::destroyForcibly);
                process.destroyForcibly();
            }
        }
    }

    void note(String line) {
        try {
            Files.writeString(
                    log, line + "\n", StandardOpenOption.CREATE, StandardOpenOption.APPEND);
        } catch (IOException e) {
            throw new RuntimeImageException("Can't write the build log " + log, e);
        }
    }

    private RuntimeImageException failure(String what, List<String> command) {
        return new RuntimeImageException(
                what
                        + ": "
                        + String.join(" ", command)
                        + "\n"
                        + tail()
                        + "\nThe whole log: "
                        + log);
    }

    private String tail() {
        try {
            byte[] all = Files.readAllBytes(log);
            int from = Math.max(0, all.length - TAIL_BYTES);
            return new String(all, from, all.length - from, StandardCharsets.UTF_8).strip();
        } catch (IOException e) {
            return "(its output can't be read: " + e.getMessage() + ")";
        }
    }
}
