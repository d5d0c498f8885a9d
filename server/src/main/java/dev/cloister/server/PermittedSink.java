package dev.cloister.server;

import dev.cloister.worker.LogSink;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;

/**
 * A log that is written as long as the function's role may write it. What it may not write is
 * dropped without a word, as Lambda does. Used by one thread at a time.
 */
final class PermittedSink implements LogSink {
    private final LogPermissions.OfStream permissions;
    private final Supplier<LogSink> opener;

    private Optional<LogSink> opened = Optional.empty();

    /**
     * @param opener makes the stream; called when the first events may be written
     */
    PermittedSink(LogPermissions.OfStream permissions, Supplier<LogSink> opener) {
        this.permissions = permissions;
        this.opener = opener;
    }

    @Override
    public void write(List<Event> events) {
        if (opened.isEmpty() && permissions.mayCreate()) {
            opened = Optional.of(opener.get());
        }
        if (opened.isPresent() && permissions.mayPut()) {
            opened.get().write(events);
        }
    }

    @Override
    public void close() {
        opened.ifPresent(LogSink::close);
    }
}
