package dev.cloister.server.admin;

import dev.cloister.server.admin.Status.ServerProcess;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** Reads the memory of this process: resident pages from proc(5), heap from the JVM. */
final class ProcessMemory {
    private static final Path STATUS = Path.of("/proc/self/status");

    private ProcessMemory() {}

    static ServerProcess current() {
        Runtime runtime = Runtime.getRuntime();
        return new ServerProcess(
                ProcessHandle.current().pid(),
                residentBytes(),
                runtime.totalMemory() - runtime.freeMemory());
    }

    private static long residentBytes() {
        try (var lines = Files.lines(STATUS)) {
            return lines.filter(line -> line.startsWith("VmRSS:"))
                    .map(line -> line.replaceAll("[^0-9]", ""))
                    .mapToLong(kibibytes -> Long.parseLong(kibibytes) * 1024)
                    .findFirst()
                    .orElse(0);
        } catch (IOException e) {
            throw new UncheckedIOException("Can't read " + STATUS, e);
        }
    }
}
