package dev.cloister.functions;

import java.util.Map;
import java.util.regex.Pattern;

/** What tags may be (AWS General Reference, "Tag naming limits and requirements"). */
final class TagRules {
    private static final int MAX_TAGS = 50;
    private static final int MAX_KEY = 128;
    private static final int MAX_VALUE = 256;

    private static final Pattern CHARACTERS = Pattern.compile("[\\p{L}\\p{Z}\\p{N}_.:/=+\\-@]*");

    private TagRules() {}

    /** TagResource must be given some. */
    static void checkGiven(Map<String, String> tags) {
        if (tags.isEmpty()) {
            throw LambdaErrors.invalidParameter(
                    "An error occurred and the request cannot be processed.");
        }
    }

    static void check(Map<String, String> tags) {
        if (tags.size() > MAX_TAGS) {
            throw LambdaErrors.invalidParameter("Number of tags exceeds resource tag limit.");
        }
        tags.forEach(
                (key, value) -> {
                    if (key.isEmpty() || key.length() > MAX_KEY) {
                        throw LambdaErrors.invalidParameter(
                                "A tag key must have 1 to " + MAX_KEY + " characters.");
                    }
                    if (!CHARACTERS.matcher(key).matches()
                            || !CHARACTERS.matcher(value).matches()) {
                        throw LambdaErrors.invalidParameter(
                                "Tag keys and values may have letters, digits, spaces and"
                                        + " _ . : / = + - @ only.");
                    }
                    if (value.length() > MAX_VALUE) {
                        throw LambdaErrors.invalidParameter(
                                "A tag value must have at most " + MAX_VALUE + " characters.");
                    }
                    if (key.toLowerCase(java.util.Locale.ROOT).startsWith("aws:")) {
                        throw LambdaErrors.invalidParameter(
                                "aws: prefixed tag key names are not allowed for external use.");
                    }
                });
    }
}
