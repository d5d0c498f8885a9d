package dev.cloister.server.runtimes;

import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * One runtime, as {@code cloister runtimes list} shows it.
 *
 * @param phase of its withdrawal, for example {@code SUPPORTED}
 * @param deprecation a date, if it is scheduled
 * @param versions oldest first
 */
public record RuntimeReport(
        String runtime, String phase, Optional<String> deprecation, List<Version> versions) {
    public RuntimeReport {
        versions = List.copyOf(versions);
    }

    /**
     * One version of a runtime.
     *
     * @param version for example {@code python:3.13.v3}
     * @param newest whether functions that follow their runtime run it
     * @param functions the ARNs of the versions of functions that run it
     * @param packages name and version; empty unless asked for
     */
    public record Version(
            String version,
            String arn,
            Instant built,
            long bytes,
            boolean newest,
            List<String> functions,
            Map<String, String> packages) {
        public Version {
            functions = List.copyOf(functions);
            packages = Map.copyOf(packages);
        }
    }
}
