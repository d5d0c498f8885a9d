package dev.cloister.server.settings;

import dev.cloister.api.Region;
import dev.cloister.server.settings.CodeStoreSettings.Style;
import java.net.URI;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;

/** Reads the values of {@code code.store-…}. */
final class CodeStoreParser {
    private static final Pattern ENDPOINT =
            Pattern.compile("https?://([a-zA-Z0-9.-]+|\\[[0-9a-fA-F:]+])(:[0-9]{1,5})?/?");
    private static final Pattern BUCKET = Pattern.compile("[a-zA-Z0-9][a-zA-Z0-9._-]{1,254}");

    private CodeStoreParser() {}

    static Optional<URI> endpoint(String text) {
        if (text.isEmpty()) {
            return Optional.empty();
        }
        if (!ENDPOINT.matcher(text).matches()) {
            throw new IllegalArgumentException(
                    "expected an address such as https://store.example:9000, found '" + text + "'");
        }
        return Optional.of(
                URI.create(text.endsWith("/") ? text.substring(0, text.length() - 1) : text));
    }

    static String region(String text) {
        return new Region(text).value();
    }

    static Optional<Path> credentials(String text) {
        return text.isEmpty() ? Optional.empty() : Optional.of(Path.of(text));
    }

    static Style style(String text) {
        return switch (text) {
            case "path" -> Style.PATH;
            case "virtual-host" -> Style.VIRTUAL_HOST;
            default ->
                    throw new IllegalArgumentException(
                            "expected path or virtual-host, found '" + text + "'");
        };
    }

    static List<String> buckets(String text) {
        if (text.equals("others")) {
            return List.of();
        }
        List<String> names = Arrays.stream(text.split(",", -1)).map(String::strip).toList();
        for (String name : names) {
            if (!BUCKET.matcher(name).matches()) {
                throw new IllegalArgumentException(
                        "expected others, or names of buckets by comma, found '" + text + "'");
            }
        }
        return names;
    }
}
