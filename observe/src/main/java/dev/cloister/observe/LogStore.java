package dev.cloister.observe;

import dev.cloister.api.AccountId;
import dev.cloister.api.Region;
import java.time.Instant;
import java.util.List;

/**
 * Log groups and streams: encrypted at rest, bounded on disk. Thread-safe. This is the writers'
 * side; readers use the CloudWatch Logs operations.
 */
public interface LogStore extends AutoCloseable {

    /** Opens a stream for appending, making group and stream if they don't exist. */
    LogWriter open(AccountId account, Region region, String group, String stream);

    /** Whether there is a group of that name. */
    boolean hasGroup(AccountId account, Region region, String group);

    /** Closes after everything appended is on disk. */
    @Override
    void close();

    /** Appends to one stream. Used by one thread at a time. */
    interface LogWriter extends AutoCloseable {
        /**
         * Appends events; visible to readers when it returns, on disk soon after. Blocks while the
         * store's bounded buffer is full.
         */
        void append(List<LogEvent> events);

        @Override
        void close();
    }

    /**
     * @param message at most 256 KiB
     */
    record LogEvent(Instant timestamp, String message) {}
}
