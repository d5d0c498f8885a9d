package dev.cloister.server;

import java.util.ArrayDeque;
import java.util.Deque;

/**
 * What the composition root has built, closed in reverse order; no failure hides another. Used by
 * one thread at a time.
 */
final class Resources implements AutoCloseable {
    private final Deque<AutoCloseable> open = new ArrayDeque<>();

    /** Takes over a part; it is closed before those that were added earlier. */
    <T extends AutoCloseable> T add(T part) {
        open.push(part);
        return part;
    }

    /**
     * @throws StopException with every part that failed to close, after all have been tried
     */
    @Override
    public void close() {
        StopException failure = null;
        while (!open.isEmpty()) {
            AutoCloseable part = open.pop();
            try {
                part.close();
            } catch (Exception e) {
                if (failure == null) {
                    failure = new StopException("not every part of the server could be closed");
                }
                failure.addSuppressed(e);
            }
        }
        if (failure != null) {
            throw failure;
        }
    }
}
