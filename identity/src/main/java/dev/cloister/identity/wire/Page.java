package dev.cloister.identity.wire;

import dev.cloister.api.AwsError;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * A page of a list as IAM gives it.
 *
 * @param marker where the next page begins; empty on the last one
 */
record Page<T>(List<T> items, Optional<String> marker) {
    /** IAM API Reference: MaxItems, "If you do not include this parameter, it defaults to 100". */
    private static final int USUAL = 100;

    Page {
        items = List.copyOf(items);
    }

    /**
     * @param key what the list is ordered by, unique in it
     * @throws AwsError ValidationError if the marker is none of ours
     */
    static <T> Page<T> of(
            Collection<T> all,
            Function<T, String> key,
            @Nullable String marker,
            @Nullable Integer maxItems) {
        String after = marker == null ? "" : decode(marker);
        int most = maxItems == null ? USUAL : maxItems;
        List<T> rest =
                all.stream()
                        .sorted(Comparator.comparing(key))
                        .filter(item -> key.apply(item).compareTo(after) > 0)
                        .limit(most + 1L)
                        .toList();
        if (rest.size() <= most) {
            return new Page<>(rest, Optional.empty());
        }
        List<T> items = rest.subList(0, most);
        return new Page<>(items, Optional.of(encode(key.apply(items.getLast()))));
    }

    private static String encode(String key) {
        return Base64.getEncoder().encodeToString(key.getBytes(StandardCharsets.UTF_8));
    }

    private static String decode(String marker) {
        try {
            return new String(Base64.getDecoder().decode(marker), StandardCharsets.UTF_8);
        } catch (IllegalArgumentException e) {
            throw new AwsError("ValidationError", 400, "Invalid Marker.");
        }
    }

    boolean isTruncated() {
        return marker.isPresent();
    }

    /** As the response types take it. */
    @Nullable String next() {
        return marker.orElse(null);
    }
}
