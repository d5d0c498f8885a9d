package dev.cloister.bootstrap;

import com.amazonaws.services.lambda.runtime.LambdaLogger;
import com.amazonaws.services.lambda.runtime.LambdaRuntime;
import com.amazonaws.services.lambda.runtime.logging.LogLevel;
import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.lang.reflect.Field;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The function's logger: one call is one event. The environment's log keeps a line as one event and
 * turns each carriage return in it back into a newline. Thread-safe.
 */
final class LogOutput implements LambdaLogger {
    private final OutputStream out;
    private final boolean json;
    private final LogLevel least;
    private volatile @Nullable String requestId;

    LogOutput(OutputStream out, boolean json, LogLevel least) {
        this.out = out;
        this.json = json;
        this.least = least;
    }

    static LogOutput fromEnvironment(Map<String, String> environment) {
        boolean json = "JSON".equalsIgnoreCase(environment.get("AWS_LAMBDA_LOG_FORMAT"));
        String level = environment.getOrDefault("AWS_LAMBDA_LOG_LEVEL", "");
        LogLevel least =
                json && !level.isEmpty()
                        ? LogLevel.valueOf(level.toUpperCase(Locale.ROOT))
                        : LogLevel.UNDEFINED;
        return new LogOutput(new FileOutputStream(FileDescriptor.out), json, least);
    }

    /** Makes LambdaRuntime.getLogger(), which logging libraries use, this one. */
    void install() {
        try {
            Field logger = LambdaRuntime.class.getDeclaredField("logger");
            logger.setAccessible(true);
            logger.set(null, this);
        } catch (ReflectiveOperationException e) {
            throw new IllegalStateException("aws-lambda-java-core has changed", e);
        }
    }

    void invocation(String id) {
        requestId = id;
    }

    @Override
    public void log(String message) {
        log(message, LogLevel.UNDEFINED);
    }

    @Override
    public void log(byte[] message) {
        log(new String(message, StandardCharsets.UTF_8), LogLevel.UNDEFINED);
    }

    @Override
    public void log(byte[] message, LogLevel level) {
        log(new String(message, StandardCharsets.UTF_8), level);
    }

    @Override
    public void log(String message, LogLevel level) {
        if (level != LogLevel.UNDEFINED && level.compareTo(least) < 0) {
            return;
        }
        if (json) {
            write(line(String.valueOf(message), level, null));
        } else {
            write(String.valueOf(message));
        }
    }

    /** A failure of the function, with its trace. */
    void failure(Throwable failure) {
        String trace = Errors.printed(failure);
        if (json) {
            write(line(failure.getMessage(), LogLevel.ERROR, failure));
        } else {
            String type = failure.getClass().getName();
            write(failure.getMessage() + ": " + type + "\n" + trace + "\n");
        }
    }

    private String line(@Nullable String message, LogLevel level, @Nullable Throwable failure) {
        StringBuilder line = new StringBuilder(256);
        line.append("{\"timestamp\":\"").append(Instant.now().truncatedTo(ChronoUnit.MILLIS));
        line.append("\",\"message\":");
        Json.quote(line, message);
        if (level != LogLevel.UNDEFINED) {
            line.append(",\"level\":\"").append(level).append('"');
        }
        String id = requestId;
        if (id != null) {
            line.append(",\"AWSRequestId\":");
            Json.quote(line, id);
            line.append(",\"requestId\":");
            Json.quote(line, id);
        }
        if (failure != null) {
            line.append(',');
            Errors.members(line, failure);
        }
        return line.append('}').toString();
    }

    private void write(String event) {
        String bare = event.endsWith("\n") ? event.substring(0, event.length() - 1) : event;
        byte[] bytes = (bare.replace('\n', '\r') + "\n").getBytes(StandardCharsets.UTF_8);
        try {
            synchronized (out) {
                out.write(bytes);
            }
        } catch (IOException closed) {
            // The function closed its standard output, which is its right.
            requestId = null;
        }
    }
}
