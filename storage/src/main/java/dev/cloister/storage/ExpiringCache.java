package dev.cloister.storage;

import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.Supplier;

/**
 * A small map that forgets what is old or least used. A value that two callers miss at once may be
 * made twice; the last one stays. Thread-safe.
 */
final class ExpiringCache<K, V> {
    private final Duration life;
    private final InstantSource clock;
    private final LinkedHashMap<K, Timed<V>> entries;

    ExpiringCache(int most, Duration life, InstantSource clock) {
        this.life = life;
        this.clock = clock;
        this.entries =
                new LinkedHashMap<>(16, 0.75f, true) {
                    @Override
                    protected boolean removeEldestEntry(Map.Entry<K, Timed<V>> eldest) {
                        return size() > most;
                    }
                };
    }

    V get(K key, Supplier<V> make) {
        Instant now = clock.instant();
        synchronized (entries) {
            Timed<V> entry = entries.get(key);
            if (entry != null && now.isBefore(entry.until)) {
                return entry.value;
            }
        }
        V value = make.get(); // outside the lock: it may use the database
        put(key, value);
        return value;
    }

    void put(K key, V value) {
        synchronized (entries) {
            entries.put(key, new Timed<>(value, clock.instant().plus(life)));
        }
    }

    private record Timed<V>(V value, Instant until) {}
}
