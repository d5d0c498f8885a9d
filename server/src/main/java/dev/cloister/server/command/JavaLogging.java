package dev.cloister.server.command;

import java.util.logging.Handler;
import java.util.logging.Level;
import java.util.logging.LogManager;
import java.util.logging.LogRecord;
import java.util.logging.SimpleFormatter;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Sends what libraries log through {@code java.util.logging} to the server's own log, warnings and
 * worse alone: the JDK would print it to the console, information included.
 */
final class JavaLogging extends Handler {
    private final SimpleFormatter formatter = new SimpleFormatter();

    private JavaLogging() {}

    /** Takes the place of the JDK's own handlers. */
    static void redirect() {
        LogManager.getLogManager().reset();
        java.util.logging.Logger root = java.util.logging.Logger.getLogger("");
        root.setLevel(Level.WARNING);
        root.addHandler(new JavaLogging());
    }

    @Override
    public void publish(LogRecord event) {
        String name = event.getLoggerName();
        Logger log = LoggerFactory.getLogger(name == null ? "" : name);
        String message = formatter.formatMessage(event);
        if (event.getLevel().intValue() >= Level.SEVERE.intValue()) {
            log.error(message, event.getThrown());
        } else {
            log.warn(message, event.getThrown());
        }
    }

    @Override
    public void flush() {
        // The server's log writes each event at once.
    }

    @Override
    public void close() {
        // The server's log is closed by ServerLog.
    }
}
