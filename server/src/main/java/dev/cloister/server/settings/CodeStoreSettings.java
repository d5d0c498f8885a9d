package dev.cloister.server.settings;

import java.net.URI;
import java.nio.file.Path;
import java.util.List;

/**
 * A store besides the installation's own buckets from which code is read.
 *
 * @param endpoint scheme, host and port, without a path
 * @param credentials a file of {@code NAME=value} lines
 * @param buckets those that are looked for there; empty for all that aren't the installation's own
 */
public record CodeStoreSettings(
        URI endpoint, String region, Path credentials, Style style, List<String> buckets) {
    public CodeStoreSettings {
        buckets = List.copyOf(buckets);
    }

    /** Where a bucket's name stands. */
    public enum Style {
        PATH,
        VIRTUAL_HOST
    }
}
