package dev.cloister.invoke;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** How much memory the host has left. Thread-safe. */
@FunctionalInterface
public interface HostMemory {

    /** Megabytes that can be used without swapping. */
    long availableMegabytes();

    /** MemAvailable of {@code /proc/meminfo} (proc_meminfo(5)). */
    static HostMemory ofLinux() {
        return () -> {
            try {
                for (String line : Files.readAllLines(Path.of("/proc/meminfo"))) {
                    if (line.startsWith("MemAvailable:")) {
                        return Long.parseLong(line.replaceAll("[^0-9]", "")) / 1024;
                    }
                }
            } catch (IOException e) {
                throw new UncheckedIOException("reading /proc/meminfo", e);
            }
            throw new IllegalStateException("/proc/meminfo has no MemAvailable line");
        };
    }
}
