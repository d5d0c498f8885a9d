package dev.cloister.api.dispatch;

import dev.cloister.api.message.MalformedRequestException;
import dev.cloister.api.message.RequestHead;

/** The endpoint as a client addressed it. */
final class Endpoint {
    private static final int MAX_HOST = 255;

    private Endpoint() {}

    /** The Host header's host without its port; empty text where it is not one. */
    static String host(RequestHead head) {
        String host = head.headers().first("host").orElse("");
        if (host.length() > MAX_HOST || !isHost(host)) {
            return "";
        }
        int colon = host.lastIndexOf(':');
        return colon < 0 || host.indexOf(']', colon) >= 0 ? host : host.substring(0, colon);
    }

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
