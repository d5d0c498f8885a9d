package dev.cloister.api;

import java.net.InetAddress;
import java.time.Instant;
import java.util.UUID;

/**
 * What is known of an unsigned request besides its input: there is no caller.
 *
 * @param receivedAt when its headers had been read
 * @param source the peer's address
 * @param endpoint scheme and authority as the client addressed it
 */
public record UnsignedContext(
        UUID requestId, Instant receivedAt, InetAddress source, String endpoint) {}
