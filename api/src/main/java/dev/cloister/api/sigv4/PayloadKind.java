package dev.cloister.api.sigv4;

import dev.cloister.api.message.RequestHead;
import java.util.Optional;

/** How a request's payload takes part in its signature ({@code x-amz-content-sha256}). */
public enum PayloadKind {
    /** The hash of the body is signed. */
    HASHED(""),
    /** The body isn't signed. */
    UNSIGNED("UNSIGNED-PAYLOAD"),
    /** aws-chunked, each chunk with a signature. */
    SIGNED_CHUNKS("STREAMING-AWS4-HMAC-SHA256-PAYLOAD"),
    /** aws-chunked, each chunk and the trailer with a signature. */
    SIGNED_CHUNKS_TRAILER("STREAMING-AWS4-HMAC-SHA256-PAYLOAD-TRAILER"),
    /** aws-chunked with a trailer, without signatures. */
    UNSIGNED_CHUNKS_TRAILER("STREAMING-UNSIGNED-PAYLOAD-TRAILER");

    private final String literal;

    PayloadKind(String literal) {
        this.literal = literal;
    }

    String literal() {
        return literal;
    }

    public boolean isChunked() {
        return switch (this) {
            case HASHED, UNSIGNED -> false;
            case SIGNED_CHUNKS, SIGNED_CHUNKS_TRAILER, UNSIGNED_CHUNKS_TRAILER -> true;
        };
    }

    static PayloadKind of(RequestHead head, SignatureClaim claim) {
        Optional<String> declared = head.headers().first("x-amz-content-sha256");
        if (declared.isEmpty() && claim.isPresigned()) {
            declared = head.query().first("X-Amz-Content-Sha256");
            if (declared.isEmpty() && claim.service().equals("s3")) {
                return UNSIGNED;
            }
        }
        if (declared.isEmpty()) {
            return HASHED;
        }
        for (PayloadKind kind : values()) {
            if (kind != HASHED && kind.literal.equals(declared.get())) {
                return kind;
            }
        }
        // Any other value is taken for a hash; the body's own is what gets verified.
        return HASHED;
    }
}
