package dev.cloister.runtimes;

import java.time.Instant;
import java.util.Collections;
import java.util.Map;
import java.util.TreeMap;

/**
 * What is known of a built version of a runtime. Immutable.
 *
 * @param built when
 * @param bytes of its image on disk
 * @param packages name and version; each name says where it is from, for example {@code deb:libc6}
 */
public record RuntimeVersion(
        RuntimeImage image, Instant built, long bytes, Map<String, String> packages) {
    public RuntimeVersion {
        packages = Collections.unmodifiableMap(new TreeMap<>(packages));
    }
}
