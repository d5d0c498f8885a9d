package dev.cloister.api;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Writes security events to the server's log, a line each, such as {@code security
 * event=SignatureRefused source=203.0.113.7 key=AKIA… reason=MISMATCH}. Thread-safe. How many there
 * can be, the edge limits for each address.
 */
public final class LoggedSecurityEvents implements SecurityEvents {
    private static final Logger LOG = LoggerFactory.getLogger("dev.cloister.security");
    private static final int MOST_KEY_CHARACTERS = 32;
    private static final int MOST_REASON = 2_048;

    @Override
    public void record(SecurityEvent event) {
        switch (event) {
            case SecurityEvent.SignatureRefused refused ->
                    LOG.info(
                            "security event=SignatureRefused source={} key={} reason={}",
                            refused.source().getHostAddress(),
                            plain(refused.accessKeyId()),
                            refused.reason());
            case SecurityEvent.SignaturesThrottled throttled ->
                    LOG.warn(
                            "security event=SignaturesThrottled source={} key={}",
                            throttled.source().getHostAddress(),
                            plain(throttled.accessKeyId()));
            case SecurityEvent.AccessDenied denied ->
                    LOG.info(
                            "security event=AccessDenied source={} key={} service={} request={}"
                                    + " reason={}",
                            denied.source().getHostAddress(),
                            plain(denied.accessKeyId()),
                            plain(denied.service()),
                            denied.requestId(),
                            line(denied.reason()));
        }
    }

    /** A resource's name may be anything; it stays on one line. */
    private static String line(String text) {
        String shown = text.length() > MOST_REASON ? text.substring(0, MOST_REASON) : text;
        return shown.replaceAll("\\p{Cntrl}", "?");
    }

    /** What a caller calls a key may be anything. */
    private static String plain(String key) {
        String shown =
                key.length() > MOST_KEY_CHARACTERS ? key.substring(0, MOST_KEY_CHARACTERS) : key;
        return shown.replaceAll("[^A-Za-z0-9]", "?");
    }
}
