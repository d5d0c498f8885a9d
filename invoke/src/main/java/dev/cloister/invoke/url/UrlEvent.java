package dev.cloister.invoke.url;

import dev.cloister.api.HostRoute.Field;
import dev.cloister.api.HostRoute.HostRequest;
import dev.cloister.api.Principal;
import dev.cloister.functions.UrlEdits.Located;
import dev.cloister.functions.urls.UrlNames;
import dev.cloister.worker.Payload;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/**
 * The event of a request, payload format 2.0 (Lambda Developer Guide, "Invoking Lambda function
 * URLs", "Request payload format").
 *
 * @param caller who signed; empty where the URL asks for no signature
 * @param origin how clients address the URL
 */
record UrlEvent(
        HostRequest request,
        UrlNames.Name name,
        Located url,
        Optional<Principal> caller,
        Origin origin,
        String traceHeader) {
    private static final JsonMapper JSON = JsonMapper.builder().build();
    private static final DateTimeFormatter TIME =
            DateTimeFormatter.ofPattern("dd/MMM/yyyy:HH:mm:ss Z", Locale.ROOT)
                    .withZone(ZoneOffset.UTC);
    private static final String DEFAULT = "$default";

    /** Of the connection alone (RFC 9110, section 7.6.1), or said by the platform only. */
    private static final Set<String> DROPPED =
            Set.of(
                    "connection",
                    "keep-alive",
                    "proxy-connection",
                    "proxy-authenticate",
                    "proxy-authorization",
                    "te",
                    "trailer",
                    "transfer-encoding",
                    "upgrade",
                    "expect",
                    "cookie",
                    "x-forwarded-for",
                    "x-forwarded-port",
                    "x-forwarded-proto",
                    "x-amzn-trace-id",
                    "x-amzn-tls-version",
                    "x-amzn-tls-cipher-suite");

    /** The scheme and port that clients use. */
    record Origin(String scheme, int port) {}

    /** The event as the function gets it. */
    Payload payload(byte[] body) {
        ObjectNode event = JsonNodeFactory.instance.objectNode();
        String path = PathText.decode(request.rawPath());
        event.put("version", "2.0");
        event.put("routeKey", DEFAULT);
        event.put("rawPath", path);
        event.put("rawQueryString", request.rawQuery());
        List<String> cookies = cookies();
        if (!cookies.isEmpty()) {
            ArrayNode list = event.putArray("cookies");
            cookies.forEach(list::add);
        }
        ObjectNode headers = event.putObject("headers");
        headers().forEach(headers::put);
        Map<String, String> parameters = joined(request.query());
        if (!parameters.isEmpty()) {
            ObjectNode shown = event.putObject("queryStringParameters");
            parameters.forEach(shown::put);
        }
        putContext(event.putObject("requestContext"), path);
        BodyText text = BodyText.of(body, first("content-type"));
        if (body.length > 0) {
            event.put("body", text.text());
        }
        event.put("isBase64Encoded", text.isBase64());
        return Payload.of(JSON.writeValueAsBytes(event));
    }

    private void putContext(ObjectNode context, String path) {
        context.put("accountId", caller.isPresent() ? url.key().account().value() : "anonymous");
        context.put("apiId", url.url().id());
        context.putNull("authentication");
        caller.ifPresent(principal -> putAuthorizer(context, principal));
        context.put("domainName", name.host());
        context.put("domainPrefix", url.url().id());
        ObjectNode http = context.putObject("http");
        http.put("method", request.method());
        http.put("path", path);
        http.put("protocol", "HTTP/1.1");
        http.put("sourceIp", sourceIp());
        http.put("userAgent", first("user-agent").orElse(""));
        context.put("requestId", request.requestId().toString());
        context.put("routeKey", DEFAULT);
        context.put("stage", DEFAULT);
        context.put("time", TIME.format(request.receivedAt()));
        context.put("timeEpoch", request.receivedAt().toEpochMilli());
    }

    private static void putAuthorizer(ObjectNode context, Principal principal) {
        ObjectNode iam = context.putObject("authorizer").putObject("iam");
        iam.put("accessKey", principal.accessKeyId());
        iam.put("accountId", principal.account().value());
        iam.put("callerId", principal.userId());
        iam.putNull("cognitoIdentity");
        iam.putNull("principalOrgId");
        iam.put("userArn", principal.arn());
        iam.put("userId", principal.userId());
    }

    private Map<String, String> headers() {
        List<Field> kept = new ArrayList<>();
        for (Field header : request.headers()) {
            if (!DROPPED.contains(header.name()) && !isSpentSignature(header)) {
                kept.add(header);
            }
        }
        Map<String, String> headers = joined(kept);
        headers.put("x-amzn-trace-id", traceHeader);
        headers.put("x-forwarded-for", sourceIp());
        headers.put("x-forwarded-port", Integer.toString(origin.port()));
        headers.put("x-forwarded-proto", origin.scheme());
        return headers;
    }

    /**
     * A signature that was checked is none of the function's business, which could use it again.
     */
    private boolean isSpentSignature(Field header) {
        return caller.isPresent() && header.name().equals("authorization");
    }

    private static Map<String, String> joined(List<Field> fields) {
        Map<String, String> joined = new TreeMap<>();
        for (Field field : fields) {
            joined.merge(field.name(), field.value(), (before, added) -> before + "," + added);
        }
        return joined;
    }

    private List<String> cookies() {
        List<String> cookies = new ArrayList<>();
        for (Field header : request.headers()) {
            if (header.name().equals("cookie")) {
                for (String cookie : header.value().split(";", -1)) {
                    if (!cookie.isBlank()) {
                        cookies.add(cookie.strip());
                    }
                }
            }
        }
        return cookies;
    }

    private Optional<String> first(String header) {
        return request.headers().stream()
                .filter(field -> field.name().equals(header))
                .map(Field::value)
                .findFirst();
    }

    /** Without an IPv6 address's zone, which is of this host's interfaces. */
    private String sourceIp() {
        String address = request.source().getHostAddress();
        int zone = address.indexOf('%');
        return zone < 0 ? address : address.substring(0, zone);
    }
}
