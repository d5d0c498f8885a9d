package dev.cloister.server.runtimes;

import java.util.ArrayList;
import java.util.List;

/** What an update has done so far. Thread-safe; of very many lines the last are kept. */
final class UpdateProgress {
    private static final int MAX_LINES = 2_000;

    private final List<String> lines = new ArrayList<>();
    private final List<UpdateResult> results = new ArrayList<>();
    private int dropped;
    private boolean done;

    /**
     * @param next what to ask from the next time
     * @param done whether nothing follows
     */
    record View(List<String> lines, int next, boolean done, List<UpdateResult> results) {}

    synchronized void line(String line) {
        if (lines.size() == MAX_LINES) {
            lines.removeFirst();
            dropped++;
        }
        lines.add(line);
    }

    synchronized void result(UpdateResult result) {
        results.add(result);
    }

    synchronized void end() {
        done = true;
    }

    synchronized boolean isDone() {
        return done;
    }

    synchronized View from(int line) {
        int first = Math.clamp((long) line - dropped, 0, lines.size());
        return new View(
                List.copyOf(lines.subList(first, lines.size())),
                dropped + lines.size(),
                done,
                List.copyOf(results));
    }
}
