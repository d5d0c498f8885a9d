package dev.cloister.api.sigv4;

import dev.cloister.api.AwsError;
import dev.cloister.api.StreamedBody;
import dev.cloister.api.message.RequestHead;
import dev.cloister.api.sigv4.SignatureVerifier.Candidate;
import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.security.MessageDigest;
import java.util.HexFormat;
import java.util.Locale;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.regex.Pattern;
import javax.crypto.spec.SecretKeySpec;

/** The payload of S3's requests, whose hash is signed or not; chunked ones are elsewhere. */
final class PayloadStream implements StreamedBody {
    private static final Pattern HASH = Pattern.compile("[0-9a-fA-F]{64}");

    private final InputStream stream;
    private final OptionalLong length;

    private PayloadStream(InputStream stream, OptionalLong length) {
        this.stream = stream;
        this.length = length;
    }

    /** What stands for the payload in the signature; unlike elsewhere it has to be declared. */
    static String declaredHash(RequestHead head, Candidate candidate) {
        if (candidate.payload() != PayloadKind.HASHED) {
            return candidate.payload().literal();
        }
        String declared =
                head.headers()
                        .first("x-amz-content-sha256")
                        .or(() -> head.query().first("X-Amz-Content-Sha256"))
                        .orElseThrow(
                                () ->
                                        new AwsError(
                                                "InvalidRequest",
                                                400,
                                                "Missing required header for this request:"
                                                        + " x-amz-content-sha256"));
        return checked(declared);
    }

    private static String checked(String declared) {
        if (!HASH.matcher(declared).matches()) {
            throw new AwsError(
                    "InvalidArgument",
                    400,
                    "x-amz-content-sha256 must be UNSIGNED-PAYLOAD,"
                            + " STREAMING-UNSIGNED-PAYLOAD-TRAILER,"
                            + " STREAMING-AWS4-HMAC-SHA256-PAYLOAD,"
                            + " STREAMING-AWS4-HMAC-SHA256-PAYLOAD-TRAILER or a valid sha256"
                            + " value.");
        }
        return declared;
    }

    static StreamedBody of(
            RequestHead head,
            Candidate candidate,
            SecretKeySpec key,
            InputStream received,
            OptionalLong length,
            String declaredHash) {
        return switch (candidate.payload()) {
            case UNSIGNED -> new PayloadStream(received, length);
            case HASHED -> new PayloadStream(new Hashed(received, declaredHash), length);
            case SIGNED_CHUNKS, SIGNED_CHUNKS_TRAILER, UNSIGNED_CHUNKS_TRAILER ->
                    chunked(head, new ChunkSignatures(candidate, key), received);
        };
    }

    /** The body of a request without a signature. */
    static StreamedBody unsigned(RequestHead head, InputStream received, OptionalLong length) {
        Optional<String> declared = head.headers().first("x-amz-content-sha256");
        if (declared.isEmpty() || declared.get().equals(PayloadKind.UNSIGNED.literal())) {
            return new PayloadStream(received, length);
        }
        if (declared.get().equals(PayloadKind.UNSIGNED_CHUNKS_TRAILER.literal())) {
            return chunked(head, ChunkSignatures.none(), received);
        }
        return new PayloadStream(new Hashed(received, checked(declared.get())), length);
    }

    private static StreamedBody chunked(
            RequestHead head, ChunkSignatures signatures, InputStream received) {
        return new ChunkedStream(
                received,
                signatures,
                decodedLength(head),
                head.headers().first("x-amz-trailer").map(name -> name.toLowerCase(Locale.ROOT)));
    }

    private static long decodedLength(RequestHead head) {
        String text =
                head.headers()
                        .first("x-amz-decoded-content-length")
                        .orElseThrow(
                                () ->
                                        new AwsError(
                                                "MissingContentLength",
                                                411,
                                                "You must provide the Content-Length HTTP"
                                                        + " header."));
        if (text.isEmpty() || text.length() > 15 || !text.chars().allMatch(Character::isDigit)) {
            throw new AwsError(
                    "InvalidArgument", 400, "x-amz-decoded-content-length is not a number");
        }
        return Long.parseLong(text);
    }

    @Override
    public InputStream stream() {
        return stream;
    }

    @Override
    public OptionalLong length() {
        return length;
    }

    @Override
    public Optional<String> announcedTrailer() {
        return Optional.empty();
    }

    @Override
    public Optional<String> trailer(String name) {
        return Optional.empty();
    }

    /** Hashes what goes through, and reaches its end only if the hash is the signed one. */
    private static final class Hashed extends FilterInputStream {
        private final MessageDigest digest = Digests.sha256();
        private final String expected;
        private boolean checked;

        Hashed(InputStream in, String expected) {
            super(in);
            this.expected = expected.toLowerCase(Locale.ROOT);
        }

        @Override
        public int read() throws IOException {
            byte[] one = new byte[1];
            return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
        }

        @Override
        public int read(byte[] target, int offset, int size) throws IOException {
            int count = super.read(target, offset, size);
            if (count > 0) {
                digest.update(target, offset, count);
            } else if (count < 0 && !checked) {
                checked = true;
                if (!HexFormat.of().formatHex(digest.digest()).equals(expected)) {
                    throw new AwsError(
                            "XAmzContentSHA256Mismatch",
                            400,
                            "The provided 'x-amz-content-sha256' header does not match what was"
                                    + " computed.");
                }
            }
            return count;
        }

        @Override
        public long skip(long count) throws IOException {
            return readNBytes((int) Math.min(count, 8_192)).length;
        }

        @Override
        public boolean markSupported() {
            return false;
        }
    }
}
