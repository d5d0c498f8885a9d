package dev.cloister.observe.logs;

/**
 * What DescribeLogStreams tells of a stream; times in milliseconds since the epoch.
 *
 * @param firstEventMillis {@link #NONE} where there has been no event
 * @param lastEventMillis {@link #NONE} where there has been no event
 * @param lastIngestionMillis {@link #NONE} where there has been no event
 */
public record StreamInfo(
        long id,
        String name,
        long createdMillis,
        long firstEventMillis,
        long lastEventMillis,
        long lastIngestionMillis) {
    public static final long NONE = -1;

    public boolean hasEvents() {
        return lastEventMillis != NONE;
    }
}
