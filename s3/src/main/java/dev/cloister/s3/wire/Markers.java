package dev.cloister.s3.wire;

import dev.cloister.s3.S3Errors;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import org.jspecify.annotations.Nullable;

/** Opaque places in a listing. */
final class Markers {
    /** Tells a token of ours from another text. */
    private static final String HEAD = "1:";

    private Markers() {}

    static String encode(String place) {
        return Base64.getUrlEncoder()
                .encodeToString((HEAD + place).getBytes(StandardCharsets.UTF_8));
    }

    /** The place, or empty text where there is no token. */
    static String decode(String argument, @Nullable String token) {
        if (token == null) {
            return "";
        }
        try {
            String text = new String(Base64.getUrlDecoder().decode(token), StandardCharsets.UTF_8);
            if (text.startsWith(HEAD)) {
                return text.substring(HEAD.length());
            }
        } catch (IllegalArgumentException e) {
            // Refused below, as any other text that is no token.
        }
        throw S3Errors.invalidArgument(
                argument, token, "The continuation token provided is incorrect");
    }
}
