package dev.cloister.worker.environment;

import dev.cloister.worker.LogSink;
import java.util.ArrayList;
import java.util.List;

/** Keeps what an environment logs. Thread-safe. */
final class RecordingSink implements LogSink {
    private final List<Event> events = new ArrayList<>();
    private boolean closed;

    @Override
    public synchronized void write(List<Event> more) {
        events.addAll(more);
        notifyAll();
    }

    @Override
    public synchronized void close() {
        closed = true;
    }

    synchronized boolean closed() {
        return closed;
    }

    synchronized List<String> messages() {
        return events.stream().map(Event::message).toList();
    }

    synchronized List<Event> events() {
        return List.copyOf(events);
    }

    /** Waits until a message starts like that. */
    synchronized List<String> awaitMessage(String start) {
        long limit = System.nanoTime() + 10_000_000_000L;
        try {
            while (events.stream().noneMatch(event -> event.message().startsWith(start))) {
                long left = (limit - System.nanoTime()) / 1_000_000;
                if (left <= 0) {
                    throw new AssertionError("no message '" + start + "' in " + messages());
                }
                wait(left);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new AssertionError("interrupted", e);
        }
        return messages();
    }
}
