package dev.cloister.invoke;

import dev.cloister.worker.ExecutionEnvironment;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Optional;

/**
 * The idle environments of one revision of one function version. Thread-safe.
 *
 * <p>An environment is in here only while nobody uses it, so no invocation can meet another in it.
 */
final class EnvironmentPool {
    private final ArrayDeque<Idle> idle = new ArrayDeque<>();
    private boolean retired;
    private boolean abandoned;
    private int members;

    /** Counts an environment in; false if the pool was given up, and another must be used. */
    synchronized boolean enter() {
        if (abandoned) {
            return false;
        }
        members++;
        return true;
    }

    /** Counts an environment out that has ended; whether the pool has none left and is given up. */
    synchronized boolean leave() {
        members--;
        abandoned = members == 0;
        return abandoned;
    }

    /** How many environments are in here or will come back. */
    synchronized int members() {
        return members;
    }

    /** The environment that was used last: the others may grow idle and be ended. */
    synchronized Optional<ExecutionEnvironment> take() {
        Idle next = idle.pollFirst();
        return next == null ? Optional.empty() : Optional.of(next.environment());
    }

    /** Keeps an environment for the next invocation, unless the pool was retired meanwhile. */
    synchronized boolean offer(ExecutionEnvironment environment, Instant now) {
        if (retired) {
            return false;
        }
        idle.addFirst(new Idle(environment, now));
        return true;
    }

    synchronized void remove(ExecutionEnvironment environment) {
        idle.removeIf(entry -> entry.environment().equals(environment));
    }

    /** Refuses further environments and gives up those that it holds. */
    synchronized List<ExecutionEnvironment> retire() {
        retired = true;
        List<ExecutionEnvironment> all = new ArrayList<>();
        idle.forEach(entry -> all.add(entry.environment()));
        idle.clear();
        return all;
    }

    /** Gives up the environments that have been idle since before {@code limit}. */
    synchronized List<ExecutionEnvironment> takeIdleSince(Instant limit) {
        List<ExecutionEnvironment> expired = new ArrayList<>();
        for (Iterator<Idle> entries = idle.descendingIterator(); entries.hasNext(); ) {
            Idle entry = entries.next();
            if (!entry.since().isBefore(limit)) {
                break;
            }
            expired.add(entry.environment());
            entries.remove();
        }
        return expired;
    }

    /** Gives up the environment that has been idle longest. */
    synchronized Optional<ExecutionEnvironment> takeOldest() {
        Idle oldest = idle.pollLast();
        return oldest == null ? Optional.empty() : Optional.of(oldest.environment());
    }

    /** When the environment that has been idle longest became idle. */
    synchronized Optional<Instant> oldestIdle() {
        return idle.isEmpty() ? Optional.empty() : Optional.of(idle.getLast().since());
    }

    synchronized int idleCount() {
        return idle.size();
    }

    private record Idle(ExecutionEnvironment environment, Instant since) {}
}
