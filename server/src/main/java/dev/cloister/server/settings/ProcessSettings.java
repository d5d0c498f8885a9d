package dev.cloister.server.settings;

/**
 * The server process itself.
 *
 * @param heap as Java's {@code -Xmx} takes it; the launcher reads it, a running server can't change
 *     it
 * @param logLevel of the server's own log
 */
public record ProcessSettings(String heap, LogLevel logLevel) {

    /** In rising detail. */
    public enum LogLevel {
        ERROR,
        WARN,
        INFO,
        DEBUG,
        TRACE
    }
}
