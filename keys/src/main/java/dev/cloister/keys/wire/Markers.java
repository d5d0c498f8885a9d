package dev.cloister.keys.wire;

import dev.cloister.keys.managed.KeyErrors;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** Pages of lists: a marker names the last item of the page before. */
final class Markers {
    private static final String PREFIX = "m1:";

    private Markers() {}

    /** A page, and the marker of the next one if there is one. */
    record Page<T>(List<T> items, Optional<String> next) {}

    /** The name after which a page begins. */
    static String after(@Nullable String marker) {
        if (marker == null) {
            return "";
        }
        try {
            String text = new String(Base64.getUrlDecoder().decode(marker), StandardCharsets.UTF_8);
            if (text.startsWith(PREFIX)) {
                return text.substring(PREFIX.length());
            }
        } catch (IllegalArgumentException notBase64) {
            // Refused below.
        }
        throw KeyErrors.of("InvalidMarkerException", "Invalid marker");
    }

    static int limit(@Nullable Integer limit, int standard) {
        return limit == null ? standard : limit;
    }

    /**
     * @param items one more than the page has, if there are so many
     */
    static <T> Page<T> page(List<T> items, int limit, Function<T, String> name) {
        if (items.size() <= limit) {
            return new Page<>(items, Optional.empty());
        }
        List<T> page = items.subList(0, limit);
        String text = PREFIX + name.apply(page.getLast());
        return new Page<>(
                page,
                Optional.of(
                        Base64.getUrlEncoder()
                                .withoutPadding()
                                .encodeToString(text.getBytes(StandardCharsets.UTF_8))));
    }
}
