package dev.cloister.functions.urls;

import dev.cloister.functions.LambdaErrors;
import java.util.List;
import java.util.Optional;

/**
 * What a URL tells browsers (Fetch Standard, "CORS protocol"). Counts and lengths have been checked
 * against the service's model. Empty: the member was not given.
 *
 * @param maxAgeSeconds 0 to 86,400
 */
public record Cors(
        Optional<Boolean> allowCredentials,
        Optional<List<String>> allowHeaders,
        Optional<List<String>> allowMethods,
        Optional<List<String>> allowOrigins,
        Optional<List<String>> exposeHeaders,
        Optional<Integer> maxAgeSeconds) {
    /** Everything. */
    public static final String ANY = "*";

    public Cors {
        allowHeaders = allowHeaders.map(List::copyOf);
        allowMethods = allowMethods.map(List::copyOf);
        allowOrigins = allowOrigins.map(List::copyOf);
        exposeHeaders = exposeHeaders.map(List::copyOf);
    }

    /**
     * Refuses what could not stand in a header.
     *
     * @throws dev.cloister.api.AwsError if a value has other than printable ASCII characters
     */
    public void check() {
        check("cors.allowHeaders", allowHeaders);
        check("cors.allowMethods", allowMethods);
        check("cors.allowOrigins", allowOrigins);
        check("cors.exposeHeaders", exposeHeaders);
    }

    private static void check(String path, Optional<List<String>> values) {
        for (String value : values.orElse(List.of())) {
            if (value.chars().anyMatch(c -> c <= ' ' || c >= 0x7f || c == ',')) {
                throw LambdaErrors.invalidParameter(
                        "The value '"
                                + value.replaceAll("\\p{Cntrl}", "?")
                                + "' at '"
                                + path
                                + "' is not valid: it stands in a header of its own.");
            }
        }
    }
}
