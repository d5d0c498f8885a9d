package dev.cloister.invoke.url;

import dev.cloister.api.AwsError;
import dev.cloister.api.HostRoute.HostRequest;
import dev.cloister.api.RawHandler.RawResponse;
import dev.cloister.functions.UrlEdits.Located;
import dev.cloister.functions.urls.Cors;
import dev.cloister.invoke.wire.TraceHeader;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/** Sends the reply to one request of a URL. Callers may be anybody: no reply names a resource. */
final class UrlReplies {
    private static final JsonMapper JSON = JsonMapper.builder().build();
    private static final byte[] SERVER_ERROR =
            "Internal Server Error".getBytes(StandardCharsets.UTF_8);
    private static final int NO_CONTENT = 204;
    private static final int NOT_MODIFIED = 304;

    private final RawResponse response;
    private final HostRequest request;
    private final Optional<Cors> cors;

    UrlReplies(RawResponse response, Located url, HostRequest request) {
        this.response = response;
        this.request = request;
        this.cors = url.url().cors();
    }

    /** Recorded since late 2025. */
    static AwsError forbidden() {
        return new AwsError(
                "AccessDeniedException",
                403,
                "Forbidden. For troubleshooting Function URL authorization issues, see:"
                        + " https://docs.aws.amazon.com/lambda/latest/dg/urls-auth.html");
    }

    /** For a host that is no URL's (recorded). */
    static void unknown(RawResponse response) throws IOException {
        response.status(403)
                .header("Content-Type", "application/json")
                .header("x-amzn-ErrorType", "AccessDeniedException")
                .send("{\"Message\":null}".getBytes(StandardCharsets.UTF_8));
    }

    void preflight(Cors configured) throws IOException {
        response.status(200);
        UrlCors.preflight(configured, request).forEach(response::header);
        response.send(new byte[0]);
    }

    void answer(UrlAnswer answer, String trace) throws IOException {
        response.status(answer.status());
        Map<String, String> headers = new TreeMap<>(String.CASE_INSENSITIVE_ORDER);
        answer.headers()
                .forEach(
                        (name, value) -> {
                            if (cors.isEmpty() || !UrlCors.isCorsHeader(name)) {
                                headers.put(name, value);
                            }
                        });
        corsHeaders()
                .forEach(
                        (name, value) ->
                                headers.merge(
                                        name,
                                        value,
                                        (own, added) ->
                                                name.equals("Vary") ? own + ", " + added : added));
        headers.forEach(response::header);
        answer.cookies().forEach(cookie -> response.addHeader("Set-Cookie", cookie));
        response.header("X-Amzn-Trace-Id", TraceHeader.forCaller(trace));
        boolean bodiless = answer.status() == NO_CONTENT || answer.status() == NOT_MODIFIED;
        response.send(bodiless ? new byte[0] : answer.body().bytes());
    }

    /** The function failed, or answered what can't be sent. */
    void functionFailed(String trace) throws IOException {
        corsHeaders().forEach(response::header);
        response.status(502)
                .header("Content-Type", "application/json")
                .header("X-Amzn-Trace-Id", TraceHeader.forCaller(trace))
                .send(SERVER_ERROR);
    }

    /** It was not run. */
    void refusal(AwsError error) throws IOException {
        corsHeaders().forEach(response::header);
        response.status(error.status())
                .header("Content-Type", "application/json")
                .header("x-amzn-ErrorType", error.code());
        if (error.status() >= 500) {
            response.send(SERVER_ERROR);
            return;
        }
        ObjectNode body = JsonNodeFactory.instance.objectNode();
        if (error.code().equals("ResourceNotFoundException")) {
            body.putNull("Message"); // it would name the function
        } else {
            body.put("Message", error.message());
        }
        Optional.ofNullable(error.members().get("Reason"))
                .ifPresent(reason -> body.put("Reason", reason.toString()));
        Optional.ofNullable(error.members().get("retryAfterSeconds"))
                .ifPresent(seconds -> response.header("Retry-After", seconds.toString()));
        response.send(JSON.writeValueAsBytes(body));
    }

    private Map<String, String> corsHeaders() {
        return cors.map(configured -> UrlCors.headers(configured, request)).orElse(Map.of());
    }
}
