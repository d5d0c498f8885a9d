package dev.cloister.observe.logs;

/**
 * A log event as kept.
 *
 * @param ingestionMillis when the store took it
 */
public record StoredEvent(
        String stream, long streamId, Position position, long ingestionMillis, String message) {

    /**
     * An id of 56 digits as CloudWatch Logs' are: unique in the group, the same at every reading.
     */
    public String id() {
        StringBuilder id = new StringBuilder(56);
        digits(id, position.millis(), 19);
        digits(id, position.sequence(), 19);
        digits(id, streamId, 18);
        return id.toString();
    }

    private static void digits(StringBuilder to, long value, int width) {
        String text = Long.toString(Math.max(0, value));
        to.repeat('0', Math.max(0, width - text.length())).append(text);
    }
}
