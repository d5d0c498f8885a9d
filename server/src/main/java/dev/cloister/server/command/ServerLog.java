package dev.cloister.server.command;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.LoggerContext;
import ch.qos.logback.classic.encoder.PatternLayoutEncoder;
import ch.qos.logback.classic.filter.ThresholdFilter;
import ch.qos.logback.classic.spi.Configurator;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.ConsoleAppender;
import ch.qos.logback.core.OutputStreamAppender;
import ch.qos.logback.core.rolling.FixedWindowRollingPolicy;
import ch.qos.logback.core.rolling.RollingFileAppender;
import ch.qos.logback.core.rolling.SizeBasedTriggeringPolicy;
import ch.qos.logback.core.spi.ContextAwareBase;
import ch.qos.logback.core.util.FileSize;
import dev.cloister.server.settings.ProcessSettings.LogLevel;
import java.nio.file.Path;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Sets up logging in code, which spares reading XML at every start: warnings go to standard error,
 * and the server's own log to a file, rolled by size. Logback finds this class as a service.
 */
public final class ServerLog extends ContextAwareBase implements Configurator {
    private static final String CONSOLE = "console";

    /** Without stack traces: the file has them. */
    private static final String CONSOLE_LINE = "%-5level %msg%n%nopex";

    private static final String FILE_LINE =
            "%date{yyyy-MM-dd'T'HH:mm:ss.SSSXXX, UTC} %-5level %logger{20} %msg%n";
    private static final int OLD_FILES = 5;
    private static final long FILE_BYTES = 16 << 20;

    /** Before anything is known: warnings to standard error. */
    @Override
    public ExecutionStatus configure(LoggerContext logback) {
        logback.getLogger(Logger.ROOT_LOGGER_NAME).setLevel(Level.WARN);
        logback.getLogger(Logger.ROOT_LOGGER_NAME).addAppender(console(logback));
        return ExecutionStatus.DO_NOT_INVOKE_NEXT_IF_ANY;
    }

    /**
     * From here on, everything from {@code level} up goes to {@code file} as well, and libraries'
     * warnings with it.
     */
    static void writeTo(Path file, LogLevel level) {
        LoggerContext logback = (LoggerContext) LoggerFactory.getILoggerFactory();
        ch.qos.logback.classic.Logger root = logback.getLogger(Logger.ROOT_LOGGER_NAME);
        root.addAppender(rollingFile(logback, file));
        root.setLevel(Level.toLevel(level.name()));
        JavaLogging.redirect();
    }

    /** Nobody reads a detached server's console, and nothing would bound the file behind it. */
    static void leaveConsole() {
        LoggerContext logback = (LoggerContext) LoggerFactory.getILoggerFactory();
        logback.getLogger(Logger.ROOT_LOGGER_NAME).detachAppender(CONSOLE);
    }

    /** Writes out what is buffered and closes the file. */
    static void close() {
        ((LoggerContext) LoggerFactory.getILoggerFactory()).stop();
    }

    private static ConsoleAppender<ILoggingEvent> console(LoggerContext logback) {
        ConsoleAppender<ILoggingEvent> appender = new ConsoleAppender<>();
        appender.setName(CONSOLE);
        appender.setTarget("System.err");
        ThresholdFilter warnings = new ThresholdFilter();
        warnings.setLevel(Level.WARN.toString());
        warnings.start();
        appender.addFilter(warnings);
        return started(appender, logback, CONSOLE_LINE);
    }

    private static RollingFileAppender<ILoggingEvent> rollingFile(
            LoggerContext logback, Path file) {
        RollingFileAppender<ILoggingEvent> appender = new RollingFileAppender<>();
        appender.setFile(file.toString());
        FixedWindowRollingPolicy window = new FixedWindowRollingPolicy();
        window.setContext(logback);
        window.setParent(appender);
        window.setFileNamePattern(file + ".%i");
        window.setMinIndex(1);
        window.setMaxIndex(OLD_FILES);
        window.start();
        appender.setRollingPolicy(window);
        SizeBasedTriggeringPolicy<ILoggingEvent> size = new SizeBasedTriggeringPolicy<>();
        size.setContext(logback);
        size.setMaxFileSize(new FileSize(FILE_BYTES));
        size.start();
        appender.setTriggeringPolicy(size);
        return started(appender, logback, FILE_LINE);
    }

    private static <A extends OutputStreamAppender<ILoggingEvent>> A started(
            A appender, LoggerContext logback, String line) {
        PatternLayoutEncoder encoder = new PatternLayoutEncoder();
        encoder.setContext(logback);
        encoder.setPattern(line);
        encoder.start();
        appender.setContext(logback);
        appender.setEncoder(encoder);
        appender.start();
        return appender;
    }
}
