package dev.cloister.benchmarks;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** Resident memory of a process (proc_pid_status(5)). */
final class Memory {
    private Memory() {}

    static double residentMegabytes(long processId) {
        try {
            for (String line : Files.readAllLines(Path.of("/proc/" + processId + "/status"))) {
                if (line.startsWith("VmRSS:")) {
                    return Long.parseLong(line.replaceAll("[^0-9]", "")) / 1024.0;
                }
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        throw new IllegalStateException("no VmRSS of process " + processId);
    }
}
