package dev.cloister.api.sigv4;

import dev.cloister.api.sigv4.SignatureVerifier.Candidate;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.util.HexFormat;
import java.util.Optional;
import javax.crypto.spec.SecretKeySpec;

/**
 * The chain of signatures over the chunks of one body: each covers the one before it ("Signature
 * calculations for the authorization header: transferring a payload in multiple chunks"). Confined
 * to one request.
 */
final class ChunkSignatures {
    private final PayloadKind kind;
    private final Optional<Signer> signer;
    private String previous;

    private record Signer(SignatureClaim claim, SecretKeySpec key) {}

    ChunkSignatures(Candidate candidate, SecretKeySpec key) {
        this.kind = candidate.payload();
        this.signer = Optional.of(new Signer(candidate.claim(), key));
        this.previous = candidate.claim().signature();
    }

    private ChunkSignatures() {
        this.kind = PayloadKind.UNSIGNED_CHUNKS_TRAILER;
        this.signer = Optional.empty();
        this.previous = "";
    }

    /** Of a body that nobody has signed. */
    static ChunkSignatures none() {
        return new ChunkSignatures();
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
        SignatureClaim claim = signer.orElseThrow().claim();
        String toSign =
                String.join("\n", algorithm, claim.timestamp(), claim.scope(), previous, hashes);
        byte[] expected =
                Digests.hmac(signer.orElseThrow().key(), toSign.getBytes(StandardCharsets.UTF_8));
        if (!SignatureVerifier.matches(signature, expected)) {
            throw SignatureRefusal.mismatch();
        }
        previous = signature;
    }
}
