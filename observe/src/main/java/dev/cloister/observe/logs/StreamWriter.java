package dev.cloister.observe.logs;

import dev.cloister.observe.LogStore.LogEvent;
import dev.cloister.observe.LogStore.LogWriter;
import java.util.List;

/** Appends to one stream; makes it anew if it was deleted meanwhile, as Lambda does. */
final class StreamWriter implements LogWriter {
    private final SegmentedLogStore store;
    private final GroupName group;
    private final String name;
    private final Pace pace;
    private StreamLog stream;
    private boolean closed;

    StreamWriter(SegmentedLogStore store, GroupName group, String name, StreamLog stream) {
        this.store = store;
        this.group = group;
        this.name = name;
        this.stream = stream;
        this.pace = new Pace(store.settings().streamBytesPerSecond());
    }

    @Override
    public void append(List<LogEvent> events) {
        if (closed) {
            throw new IllegalStateException("the log writer is closed");
        }
        long bytes = store.checkEvents(events);
        int next = 0;
        while (next < events.size()) {
            int after = store.append(stream, events, next);
            if (after == StreamLog.DELETED) {
                stream = store.openStream(group, name);
            } else {
                next = after;
            }
        }
        pace.spend(bytes);
    }

    @Override
    public void close() {
        if (!closed) {
            closed = true;
            stream.group().closeStream(stream);
        }
    }
}
