package dev.cloister.invoke.url;

import dev.cloister.api.HostRoute.Field;
import dev.cloister.api.HostRoute.HostRequest;
import dev.cloister.functions.urls.Cors;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** The headers of the CORS protocol (Fetch Standard, section 3.3) by a URL's configuration. */
final class UrlCors {
    private static final String PREFIX = "access-control-";

    private UrlCors() {}

    /** Whether a browser asks what it may do; the service answers this, not the function. */
    static boolean isPreflight(HostRequest request) {
        return request.method().equals("OPTIONS")
                && first(request, "origin").isPresent()
                && first(request, "access-control-request-method").isPresent();
    }

    /** What goes with every response; empty where the origin may do nothing. */
    static Map<String, String> headers(Cors cors, HostRequest request) {
        Map<String, String> headers = common(cors, request);
        if (!headers.isEmpty()) {
            put(headers, "Access-Control-Expose-Headers", cors.exposeHeaders());
        }
        return headers;
    }

    /** What answers a preflight; empty where the origin may do nothing. */
    static Map<String, String> preflight(Cors cors, HostRequest request) {
        Map<String, String> headers = common(cors, request);
        if (!headers.isEmpty()) {
            put(headers, "Access-Control-Allow-Methods", cors.allowMethods());
            put(headers, "Access-Control-Allow-Headers", cors.allowHeaders());
            cors.maxAgeSeconds()
                    .ifPresent(
                            seconds ->
                                    headers.put(
                                            "Access-Control-Max-Age", Integer.toString(seconds)));
        }
        return headers;
    }

    /** The configuration wins over what the function says. */
    static boolean isCorsHeader(String name) {
        return name.regionMatches(true, 0, PREFIX, 0, PREFIX.length());
    }

    private static Map<String, String> common(Cors cors, HostRequest request) {
        Map<String, String> headers = new LinkedHashMap<>();
        Optional<String> origin = first(request, "origin");
        List<String> allowed = cors.allowOrigins().orElse(List.of());
        boolean any = allowed.contains(Cors.ANY);
        if (origin.isEmpty()
                || !(any || allowed.stream().anyMatch(origin.get()::equalsIgnoreCase))) {
            return headers;
        }
        boolean credentials = cors.allowCredentials().orElse(false);
        if (any && !credentials) {
            headers.put("Access-Control-Allow-Origin", Cors.ANY);
        } else {
            headers.put("Access-Control-Allow-Origin", origin.get());
            headers.put("Vary", "Origin");
        }
        if (credentials) {
            headers.put("Access-Control-Allow-Credentials", "true");
        }
        return headers;
    }

    private static void put(
            Map<String, String> headers, String name, Optional<List<String>> values) {
        values.filter(list -> !list.isEmpty())
                .ifPresent(list -> headers.put(name, String.join(",", list)));
    }

    private static Optional<String> first(HostRequest request, String name) {
        return request.headers().stream()
                .filter(field -> field.name().equals(name))
                .map(Field::value)
                .findFirst();
    }
}
