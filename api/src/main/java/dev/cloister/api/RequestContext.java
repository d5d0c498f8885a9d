package dev.cloister.api;

import java.net.InetAddress;
import java.time.Instant;
import java.util.UUID;

/**
 * What is known of a request besides its input.
 *
 * @param requestId echoed as {@code x-amzn-RequestId}; for Invoke the id that the function sees
 * @param principal who signed it
 * @param region the region of the credential scope: operations act in this region only
 * @param receivedAt when its headers had been read
 * @param source the peer's address
 * @param endpoint scheme and authority as the client addressed it, such as {@code
 *     http://127.0.0.1:4566}: the base for links such as {@code Code.Location}
 */
public record RequestContext(
        UUID requestId,
        Principal principal,
        Region region,
        Instant receivedAt,
        InetAddress source,
        String endpoint) {
    public AccountId account() {
        return principal.account();
    }
}
