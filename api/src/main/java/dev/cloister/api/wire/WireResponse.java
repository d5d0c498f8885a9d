package dev.cloister.api.wire;

import java.util.Map;

/** A complete reply. Immutable but for its body, which nobody changes. */
public final class WireResponse {
    private final int status;
    private final Map<String, String> headers;
    private final byte[] body;

    public WireResponse(int status, Map<String, String> headers, byte[] body) {
        this.status = status;
        this.headers = Map.copyOf(headers);
        this.body = body;
    }

    public int status() {
        return status;
    }

    public Map<String, String> headers() {
        return headers;
    }

    public byte[] body() {
        return body;
    }
}
