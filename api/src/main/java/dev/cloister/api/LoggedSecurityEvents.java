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
        }
    }

    /** What a caller calls a key may be anything. */
    private static String plain(String key) {
        String shown =
                key.length() > MOST_KEY_CHARACTERS ? key.substring(0, MOST_KEY_CHARACTERS) : key;
        return shown.replaceAll("[^A-Za-z0-9]", "?");
    }
}
