package dev.cloister.s3;

import dev.cloister.api.AwsError;
import java.nio.charset.StandardCharsets;
import java.util.Map;

/** The rules of keys: any UTF-8 text, dots and control characters included, of bounded length. */
final class ObjectKey {
    /** AWS's bound, in bytes of UTF-8. */
    static final int MOST_BYTES = 1_024;

    private ObjectKey() {}

    static void check(String key) {
        int bytes = key.getBytes(StandardCharsets.UTF_8).length;
        if (bytes > MOST_BYTES) {
            throw new AwsError(
                    "KeyTooLongError",
                    400,
                    "Your key is too long",
                    Map.of("MaxSizeAllowed", MOST_BYTES, "Size", bytes));
        }
    }
}
