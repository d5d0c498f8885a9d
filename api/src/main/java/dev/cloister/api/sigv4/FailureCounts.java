package dev.cloister.api.sigv4;

import java.time.Instant;
import java.util.Iterator;
import java.util.concurrent.ConcurrentHashMap;

/**
 * Counts failures by what they have in common. A count runs empty within a minute, evenly; it never
 * holds more than twice its limit, so that who stops is forgotten soon. Thread-safe; bounded: where
 * there is no room, counts that have run empty go first.
 */
final class FailureCounts<K> {
    private static final double MINUTE = 60_000;
    private static final int MOST = 20_000;

    private final int perMinute;
    private final ConcurrentHashMap<K, Level> levels = new ConcurrentHashMap<>();

    FailureCounts(int perMinute) {
        this.perMinute = perMinute;
    }

    private record Level(double failures, long at) {}

    private double now(Level level, Instant now) {
        double passed = Math.max(0, now.toEpochMilli() - level.at);
        return Math.max(0, level.failures - passed * perMinute / MINUTE);
    }

    /** Whether as many failures as are allowed have been counted. */
    boolean isFull(K key, Instant now) {
        Level level = levels.get(key);
        return level != null && now(level, now) >= perMinute;
    }

    /** Counts one more; whether it is beyond what is allowed. */
    boolean add(K key, Instant now) {
        if (levels.size() >= MOST && !levels.containsKey(key)) {
            makeRoom(now);
        }
        Level level =
                levels.merge(
                        key,
                        new Level(1, now.toEpochMilli()),
                        (old, one) ->
                                new Level(
                                        Math.min(now(old, now) + 1, 2.0 * perMinute),
                                        now.toEpochMilli()));
        return level.failures > perMinute;
    }

    private void makeRoom(Instant now) {
        levels.values().removeIf(level -> now(level, now) == 0);
        // A quarter at once, as looking for room takes long.
        for (Iterator<K> keys = levels.keySet().iterator();
                levels.size() >= MOST - MOST / 4 && keys.hasNext(); ) {
            keys.next();
            keys.remove();
        }
    }

    int size() {
        return levels.size();
    }
}
