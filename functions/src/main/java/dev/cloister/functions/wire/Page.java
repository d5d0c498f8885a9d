package dev.cloister.functions.wire;

import dev.cloister.functions.LambdaErrors;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * One page of a list: its items, and the marker of the next page if there is more.
 *
 * @param <T> an item
 */
record Page<T>(List<T> items, Optional<String> nextMarker) {
    /** Page by default and at most, whatever MaxItems says (recorded for functions). */
    private static final int MAX_ITEMS = 50;

    private static final String FORMAT = "1:";

    /** How many items a request gets. */
    static int size(@Nullable Integer maxItems) {
        return maxItems == null ? MAX_ITEMS : Math.min(Math.max(maxItems, 1), MAX_ITEMS);
    }

    /**
     * @param found up to one item more than the page holds
     * @param position what the marker remembers of the last item shown
     */
    static <T> Page<T> of(List<T> found, int size, Function<T, String> position) {
        if (found.size() <= size) {
            return new Page<>(List.copyOf(found), Optional.empty());
        }
        List<T> items = List.copyOf(found.subList(0, size));
        String marker = FORMAT + position.apply(items.getLast());
        return new Page<>(
                items,
                Optional.of(
                        Base64.getUrlEncoder()
                                .withoutPadding()
                                .encodeToString(marker.getBytes(StandardCharsets.UTF_8))));
    }

    /** The position that a marker remembers; empty text for the first page. */
    static String after(@Nullable String marker) {
        if (marker == null || marker.isEmpty()) {
            return "";
        }
        try {
            String text = new String(Base64.getUrlDecoder().decode(marker), StandardCharsets.UTF_8);
            if (text.startsWith(FORMAT)) {
                return text.substring(FORMAT.length());
            }
        } catch (IllegalArgumentException notBase64) {
            // Answered below.
        }
        throw LambdaErrors.invalidParameter(
                "The marker is not valid. Use the NextMarker of the previous page.");
    }
}
