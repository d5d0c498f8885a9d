package dev.cloister.api.sigv4;

import dev.cloister.api.message.MalformedRequestException;
import dev.cloister.api.message.RequestHead;
import dev.cloister.api.sigv4.SignatureRefusal.Reason;
import dev.cloister.api.sigv4.SignatureVerifier.Candidate;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.util.Locale;
import java.util.Optional;
import javax.crypto.spec.SecretKeySpec;

/**
 * Takes the aws-chunked coding off a body and verifies the signatures of its chunks ("Signature
 * calculations for the authorization header: transferring a payload in multiple chunks"). Confined
 * to one request.
 */
final class ChunkedPayload {
    private static final int MAX_LINE = 1_024;
    private static final int MAX_TRAILERS = 16;
    private static final String SIGNATURE = ";chunk-signature=";
    private static final String TRAILER_SIGNATURE = "x-amz-trailer-signature";

    private final PayloadKind kind;
    private final ChunkSignatures signatures;
    private final RequestHead head;
    private int position;

    ChunkedPayload(Candidate candidate, SecretKeySpec key, RequestHead head) {
        this.kind = candidate.payload();
        this.signatures = new ChunkSignatures(candidate, key);
        this.head = head;
    }

    byte[] decode(byte[] body) {
        byte[] decoded = new byte[decodedLength(body.length)];
        int written = 0;
        while (true) {
            String line = line(body);
            int size = size(line);
            if (size > decoded.length - written || size > body.length - position) {
                throw malformed("its chunks don't add up to x-amz-decoded-content-length");
            }
            verifyChunk(line, body, size);
            System.arraycopy(body, position, decoded, written, size);
            written += size;
            position += size;
            if (size == 0) {
                break;
            }
            if (!line(body).isEmpty()) {
                throw malformed("a chunk doesn't end with a line break");
            }
        }
        if (written != decoded.length) {
            throw malformed("its chunks don't add up to x-amz-decoded-content-length");
        }
        readTrailer(body, decoded);
        if (position != body.length) {
            throw malformed("something follows the last chunk");
        }
        return decoded;
    }

    private int decodedLength(int bodyLength) {
        String text =
                head.headers()
                        .first("x-amz-decoded-content-length")
                        .orElseThrow(
                                () ->
                                        malformed(
                                                "the header x-amz-decoded-content-length is"
                                                        + " missing"));
        if (text.isEmpty() || text.length() > 9 || !text.chars().allMatch(Character::isDigit)) {
            throw malformed("x-amz-decoded-content-length is not a number");
        }
        int length = Integer.parseInt(text);
        // The coding only ever adds bytes, so a greater length can't be true.
        if (length > bodyLength) {
            throw malformed("x-amz-decoded-content-length is more than the body has");
        }
        return length;
    }

    private String line(byte[] body) {
        int end = position;
        while (end + 1 < body.length && !(body[end] == '\r' && body[end + 1] == '\n')) {
            end++;
            if (end - position > MAX_LINE) {
                throw malformed("a line is too long");
            }
        }
        if (end + 1 >= body.length) {
            throw malformed("it ends too soon");
        }
        String line = new String(body, position, end - position, StandardCharsets.ISO_8859_1);
        position = end + 2;
        return line;
    }

    private static int size(String line) {
        int end = line.indexOf(';');
        String digits = end < 0 ? line : line.substring(0, end);
        if (digits.isEmpty() || digits.length() > 7) {
            throw malformed("a chunk's size is not a hexadecimal number");
        }
        int size = 0;
        for (int i = 0; i < digits.length(); i++) {
            int digit = Character.digit(digits.charAt(i), 16);
            if (digit < 0) {
                throw malformed("a chunk's size is not a hexadecimal number");
            }
            size = (size << 4) | digit;
        }
        return size;
    }

    private void verifyChunk(String line, byte[] body, int size) {
        if (kind == PayloadKind.UNSIGNED_CHUNKS_TRAILER) {
            return;
        }
        int at = line.indexOf(SIGNATURE);
        if (at < 0) {
            throw malformed("a chunk has no signature");
        }
        MessageDigest digest = Digests.sha256();
        digest.update(body, position, size);
        signatures.verifyChunk(digest, line.substring(at + SIGNATURE.length()));
    }

    private void readTrailer(byte[] body, byte[] decoded) {
        StringBuilder signed = new StringBuilder();
        Optional<String> signature = Optional.empty();
        int lines = 0;
        for (String line = line(body); !line.isEmpty(); line = line(body)) {
            int colon = line.indexOf(':');
            if (colon <= 0 || ++lines > MAX_TRAILERS) {
                throw malformed("its trailer is malformed");
            }
            String name = line.substring(0, colon).strip().toLowerCase(Locale.ROOT);
            String value = line.substring(colon + 1).strip();
            if (name.equals(TRAILER_SIGNATURE)) {
                signature = Optional.of(value);
            } else {
                signed.append(name).append(':').append(value).append('\n');
                PayloadChecksum.verify(name, value, decoded);
            }
            // Some clients end the last line of the trailer and the body with one line break.
            if (position == body.length) {
                break;
            }
        }
        if (kind == PayloadKind.SIGNED_CHUNKS_TRAILER) {
            signatures.verifyTrailer(
                    signed.toString(),
                    signature.orElseThrow(() -> malformed("its trailer has no signature")));
        } else if (kind == PayloadKind.SIGNED_CHUNKS && lines > 0) {
            throw new SignatureRefusal(
                    Reason.BAD_CHUNK, "The aws-chunked body has a trailer that is not signed");
        }
    }

    private static MalformedRequestException malformed(String what) {
        return new MalformedRequestException("The aws-chunked body is malformed: " + what);
    }
}
