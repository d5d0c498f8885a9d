package dev.cloister.invoke.url;

import dev.cloister.worker.Payload;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * What a function answered, as a response (Lambda Developer Guide, "Invoking Lambda function URLs",
 * "Response payload format").
 *
 * @param status 200 to 599
 * @param headers names as the function wrote them, case-insensitive; none of the connection's own
 * @param cookies values of Set-Cookie
 * @param body bytes
 */
record UrlAnswer(int status, Map<String, String> headers, List<String> cookies, Payload body) {
    private static final JsonMapper JSON = JsonMapper.builder().build();
    private static final String CONTENT_TYPE = "content-type";
    private static final String JSON_TYPE = "application/json";
    private static final String TOKEN_MARKS = "!#$%&'*+-.^_`|~";

    /** The server's own: framing (RFC 9110, section 7.6.1) and the platform's identifiers. */
    private static final Set<String> RESERVED =
            Set.of(
                    "connection",
                    "content-length",
                    "keep-alive",
                    "proxy-connection",
                    "te",
                    "trailer",
                    "transfer-encoding",
                    "upgrade",
                    "x-amzn-requestid",
                    "x-amzn-trace-id");

    /** Empty if it is none that could be sent. */
    static Optional<UrlAnswer> of(Payload payload) {
        try {
            JsonNode answer = JSON.readTree(payload.bytes());
            if (answer.isMissingNode()) {
                return Optional.empty(); // no text at all
            }
            if (answer.isObject() && !answer.path("statusCode").isMissingNode()) {
                return Optional.of(structured(answer));
            }
            Payload body = answer.isString() ? Payload.ofUtf8(answer.asString()) : payload;
            return Optional.of(
                    new UrlAnswer(200, Map.of("Content-Type", JSON_TYPE), List.of(), body));
        } catch (JacksonException | InvalidAnswerException e) {
            return Optional.empty();
        }
    }

    private static UrlAnswer structured(JsonNode answer) {
        Map<String, String> headers = headers(answer.path("headers"));
        headers.putIfAbsent(CONTENT_TYPE, JSON_TYPE);
        List<String> cookies = cookies(answer.path("cookies"));
        Optional.ofNullable(headers.remove("set-cookie")).ifPresent(cookies::add);
        return new UrlAnswer(status(answer.path("statusCode")), headers, cookies, body(answer));
    }

    /** A number, or its text: handlers write both. */
    private static int status(JsonNode value) {
        String text =
                value.isIntegralNumber() || value.isString() ? value.asString() : "not a number";
        if (!text.matches("[2-5][0-9]{2}")) {
            throw new InvalidAnswerException("statusCode");
        }
        return Integer.parseInt(text);
    }

    private static Map<String, String> headers(JsonNode given) {
        Map<String, String> headers = new TreeMap<>(String.CASE_INSENSITIVE_ORDER);
        if (given.isMissingNode() || given.isNull()) {
            return headers;
        }
        if (!given.isObject()) {
            throw new InvalidAnswerException("headers");
        }
        for (Map.Entry<String, JsonNode> header : given.properties()) {
            if (!isToken(header.getKey())) {
                throw new InvalidAnswerException("headers");
            }
            boolean reserved = RESERVED.stream().anyMatch(header.getKey()::equalsIgnoreCase);
            if (!reserved && !header.getValue().isNull()) {
                headers.put(header.getKey(), value(header.getValue()));
            }
        }
        return headers;
    }

    private static List<String> cookies(JsonNode given) {
        List<String> cookies = new ArrayList<>();
        if (given.isMissingNode() || given.isNull()) {
            return cookies;
        }
        if (!given.isArray()) {
            throw new InvalidAnswerException("cookies");
        }
        for (JsonNode cookie : given) {
            cookies.add(value(cookie));
        }
        return cookies;
    }

    private static Payload body(JsonNode answer) {
        JsonNode body = answer.path("body");
        if (body.isMissingNode() || body.isNull()) {
            return Payload.of(new byte[0]);
        }
        if (!body.isString()) {
            return Payload.of(JSON.writeValueAsBytes(body));
        }
        if (!isTrue(answer.path("isBase64Encoded"))) {
            return Payload.ofUtf8(body.asString());
        }
        try {
            return Payload.of(
                    Base64.getMimeDecoder()
                            .decode(body.asString().getBytes(StandardCharsets.ISO_8859_1)));
        } catch (IllegalArgumentException e) {
            throw new InvalidAnswerException("body");
        }
    }

    private static boolean isTrue(JsonNode flag) {
        return flag.isBoolean()
                ? flag.booleanValue()
                : flag.isString() && "true".equals(flag.asString());
    }

    /** A scalar that can stand in a header. */
    private static String value(JsonNode node) {
        if (!node.isValueNode() || node.isNull()) {
            throw new InvalidAnswerException("headers");
        }
        String text = node.asString();
        boolean sendable =
                text.chars().allMatch(c -> c == '\t' || (c >= ' ' && c <= 0xff && c != 0x7f));
        if (!sendable) {
            throw new InvalidAnswerException("headers");
        }
        return text;
    }

    private static boolean isToken(String name) {
        return !name.isEmpty()
                && name.chars()
                        .allMatch(
                                c ->
                                        (c >= 'a' && c <= 'z')
                                                || (c >= 'A' && c <= 'Z')
                                                || (c >= '0' && c <= '9')
                                                || TOKEN_MARKS.indexOf(c) >= 0);
    }

    /** Never leaves this class. */
    private static final class InvalidAnswerException extends IllegalArgumentException {
        private static final long serialVersionUID = 1L;

        InvalidAnswerException(String member) {
            super("the function's answer can't be sent: " + member);
        }
    }
}
