package dev.cloister.worker.linux;

import java.io.IOException;
import java.nio.file.DirectoryNotEmptyException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import java.util.stream.Stream;

/** Reading and writing the small files that control groups consist of. */
final class CgroupFiles {
    static final Duration PATIENCE = Duration.ofSeconds(5);
    private static final long PAUSE_NANOS = 500_000;

    private CgroupFiles() {}

    static void write(Path file, String value) {
        try {
            Files.writeString(file, value);
        } catch (IOException e) {
            throw new LinuxException("Write " + value + " to " + file + ": " + e.getMessage());
        }
    }

    static String read(Path file) {
        try {
            return Files.readString(file).trim();
        } catch (IOException e) {
            throw new LinuxException("Read " + file + ": " + e.getMessage());
        }
    }

    static long number(Path file) {
        return Long.parseLong(read(file));
    }

    /** The number after {@code key} in a file of lines such as {@code oom_kill 3}. */
    static Optional<Long> keyed(Path file, String key) {
        return read(file)
                .lines()
                .filter(line -> line.startsWith(key + " "))
                .map(line -> Long.valueOf(line.substring(key.length() + 1).trim()))
                .findFirst();
    }

    static void makeFolder(Path folder) {
        try {
            Files.createDirectories(folder);
        } catch (IOException e) {
            throw new LinuxException("Make the cgroup " + folder + ": " + e.getMessage());
        }
    }

    /** Removes a group without children; false while processes are in it. */
    static boolean removeFolder(Path folder) {
        try {
            Files.deleteIfExists(folder);
            return true;
        } catch (NoSuchFileException e) {
            return true;
        } catch (DirectoryNotEmptyException e) {
            return false;
        } catch (IOException e) {
            // EBUSY: a process is in it still.
            return false;
        }
    }

    /** A group and everything below it, the deepest first. */
    static List<Path> tree(Path root) {
        try (Stream<Path> all = Files.walk(root)) {
            return all.filter(Files::isDirectory)
                    .sorted(java.util.Comparator.reverseOrder())
                    .toList();
        } catch (NoSuchFileException e) {
            return List.of();
        } catch (IOException | java.io.UncheckedIOException e) {
            throw new LinuxException("List the cgroup " + root + ": " + e.getMessage());
        }
    }

    static List<Integer> processes(Path folder) {
        Path file = folder.resolve("cgroup.procs");
        if (!Files.exists(file)) {
            return List.of();
        }
        return read(file).lines().filter(line -> !line.isBlank()).map(Integer::valueOf).toList();
    }

    /** Waits until {@code done}, looking twice a millisecond. */
    static void await(String what, BooleanSupplier done) {
        long deadline = System.nanoTime() + PATIENCE.toNanos();
        while (!done.getAsBoolean()) {
            if (System.nanoTime() > deadline) {
                throw new LinuxException(
                        what + " did not happen within " + PATIENCE.toSeconds() + " s");
            }
            LockSupport.parkNanos(PAUSE_NANOS);
        }
    }
}
