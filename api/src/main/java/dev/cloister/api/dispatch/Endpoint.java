package dev.cloister.api.dispatch;

import dev.cloister.api.message.MalformedRequestException;
import dev.cloister.api.message.RequestHead;

/** The endpoint as a client addressed it. */
final class Endpoint {
    private static final int MAX_HOST = 255;

    private Endpoint() {}

    static String of(RequestHead head, boolean secure) {
        String host = head.headers().first("host").orElse("");
        if (host.isEmpty() || host.length() > MAX_HOST || !isHost(host)) {
            throw new MalformedRequestException("The Host header is not a host and port");
        }
        return (secure ? "https://" : "http://") + host;
    }

    private static boolean isHost(String host) {
        for (int i = 0; i < host.length(); i++) {
            char c = host.charAt(i);
            boolean allowed =
                    (c >= 'a' && c <= 'z')
                            || (c >= 'A' && c <= 'Z')
                            || (c >= '0' && c <= '9')
                            || ".-_:[]".indexOf(c) >= 0;
            if (!allowed) {
                return false;
            }
        }
        return true;
    }
}
