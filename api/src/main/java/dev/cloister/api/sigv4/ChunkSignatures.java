package dev.cloister.api.sigv4;

import dev.cloister.api.sigv4.SignatureVerifier.Candidate;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.util.HexFormat;
import javax.crypto.spec.SecretKeySpec;

/**
 * The chain of signatures over the chunks of one body: each covers the one before it ("Signature
 * calculations for the authorization header: transferring a payload in multiple chunks"). Confined
 * to one request.
 */
final class ChunkSignatures {
    private final SignatureClaim claim;
    private final PayloadKind kind;
    private final SecretKeySpec key;
    private String previous;

    ChunkSignatures(Candidate candidate, SecretKeySpec key) {
        this.claim = candidate.claim();
        this.kind = candidate.payload();
        this.key = key;
        this.previous = candidate.claim().signature();
    }

    /** Whether each chunk has a signature. */
    boolean signsChunks() {
        return kind != PayloadKind.UNSIGNED_CHUNKS_TRAILER;
    }

    boolean signsTrailer() {
        return kind == PayloadKind.SIGNED_CHUNKS_TRAILER;
    }

    boolean allowsTrailer() {
        return kind != PayloadKind.SIGNED_CHUNKS;
    }

    void verifyChunk(MessageDigest chunk, String signature) {
        String hash = HexFormat.of().formatHex(chunk.digest());
        verify(
                "AWS4-HMAC-SHA256-PAYLOAD",
                SignatureVerifier.sha256(new byte[0]) + '\n' + hash,
                signature);
    }

    /**
     * @param fields {@code name:value} lines, each with its line feed
     */
    void verifyTrailer(String fields, String signature) {
        verify(
                "AWS4-HMAC-SHA256-TRAILER",
                SignatureVerifier.sha256(fields.getBytes(StandardCharsets.UTF_8)),
                signature);
    }

    private void verify(String algorithm, String hashes, String signature) {
        String toSign =
                String.join("\n", algorithm, claim.timestamp(), claim.scope(), previous, hashes);
        byte[] expected = Digests.hmac(key, toSign.getBytes(StandardCharsets.UTF_8));
        if (!SignatureVerifier.matches(signature, expected)) {
            throw SignatureRefusal.mismatch();
        }
        previous = signature;
    }
}
