package dev.cloister.invoke;

import dev.cloister.functions.VersionSnapshot;
import dev.cloister.worker.LogSink;

/** Opens the log stream of a new environment. Thread-safe. */
@FunctionalInterface
public interface EnvironmentLogs {

    /**
     * @param stream the stream's name as Lambda forms it
     */
    LogSink open(VersionSnapshot version, String stream);
}
