package dev.cloister.api;

import java.net.InetAddress;
import java.time.Instant;
import java.util.UUID;

/** Something that whoever watches over an installation wants to know. */
public sealed interface SecurityEvent {
    Instant at();

    /** The peer's address. */
    InetAddress source();

    /**
     * A request was refused for its signature.
     *
     * @param accessKeyId the key that it named, which need not be one
     * @param reason such as {@code UNKNOWN_KEY} or {@code MISMATCH}
     */
    record SignatureRefused(Instant at, InetAddress source, String accessKeyId, String reason)
            implements SecurityEvent {}

    /**
     * An address has sent so many bad signatures that it is told no more why one is refused.
     * Recorded once for each minute in which it goes on.
     *
     * @param accessKeyId the key that the last of them named
     */
    record SignaturesThrottled(Instant at, InetAddress source, String accessKeyId)
            implements SecurityEvent {}

    /**
     * A signed request was denied.
     *
     * @param service the signing name that it was signed for
     * @param reason what the caller was told
     */
    record AccessDenied(
            Instant at,
            InetAddress source,
            String accessKeyId,
            String service,
            UUID requestId,
            String reason)
            implements SecurityEvent {}
}
