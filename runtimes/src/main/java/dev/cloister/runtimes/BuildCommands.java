package dev.cloister.runtimes;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** Runs a build's programs, with all they print in one log file. Confined to the build's thread. */
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
                    new ProcessBuilder(command)
                            .redirectErrorStream(true)
                            .redirectInput(
                                    ProcessBuilder.Redirect.from(Path.of("/dev/null").toFile()))
                            .redirectOutput(ProcessBuilder.Redirect.appendTo(log.toFile()));
            builder.environment().put("LC_ALL", "C.UTF-8");
            builder.environment().put("DEBIAN_FRONTEND", "noninteractive");
            Process process = builder.start();
            if (!ended(process, limit)) {
                throw failure(aim + " took longer than " + limit.toSeconds() + " s", command);
            }
            if (process.exitValue() != 0) {
                throw failure(aim + " failed with exit status " + process.exitValue(), command);
            }
        } catch (IOException e) {
            throw new RuntimeImageException(aim + " could not be started: " + command, e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new RuntimeImageException(aim + " was interrupted", e);
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
