package dev.cloister.api.sigv4;

import dev.cloister.api.AwsError;
import dev.cloister.api.StreamedBody;
import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.security.MessageDigest;
import java.util.HashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.OptionalLong;

/**
 * Takes the aws-chunked coding off a body while it is read, in constant memory whatever the size of
 * its chunks. Confined to one request.
 */
final class ChunkedStream extends InputStream implements StreamedBody {
    private static final int MAX_LINE = 1_024;
    private static final int MAX_TRAILERS = 16;
    private static final int BUFFER = 16 * 1_024;
    private static final String SIGNATURE = ";chunk-signature=";
    private static final String TRAILER_SIGNATURE = "x-amz-trailer-signature";

    private final InputStream in;
    private final ChunkSignatures signatures;
    private final long length;
    private final Optional<String> announced;
    private final Map<String, String> trailer = new HashMap<>();
    private final MessageDigest digest = Digests.sha256();
    private String signature = "";
    private long leftInChunk;
    private long delivered;
    private boolean inChunk;
    private boolean ended;

    ChunkedStream(
            InputStream in, ChunkSignatures signatures, long length, Optional<String> announced) {
        this.in = new BufferedInputStream(in, BUFFER);
        this.signatures = signatures;
        this.length = length;
        this.announced = announced;
    }

    @Override
    public InputStream stream() {
        return this;
    }

    @Override
    public OptionalLong length() {
        return OptionalLong.of(length);
    }

    @Override
    public Optional<String> announcedTrailer() {
        return announced;
    }

    @Override
    public Optional<String> trailer(String name) {
        return Optional.ofNullable(trailer.get(name));
    }

    @Override
    public int read() throws IOException {
        byte[] one = new byte[1];
        return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
    }

    @Override
    public int read(byte[] target, int offset, int size) throws IOException {
        Objects.checkFromIndexSize(offset, size, target.length);
        if (size == 0) {
            return 0;
        }
        if (!ended && leftInChunk == 0) {
            nextChunk();
        }
        if (ended) {
            return -1;
        }
        int count = in.read(target, offset, (int) Math.min(size, leftInChunk));
        if (count < 0) {
            throw incomplete();
        }
        if (signatures.signsChunks()) {
            digest.update(target, offset, count);
        }
        leftInChunk -= count;
        delivered += count;
        return count;
    }

    /** Ends the chunk under way and begins the next, or ends the body. */
    private void nextChunk() throws IOException {
        if (inChunk) {
            endChunk();
        }
        String line = line();
        leftInChunk = size(line);
        if (leftInChunk > length - delivered) {
            throw malformed("its chunks don't add up to x-amz-decoded-content-length");
        }
        if (signatures.signsChunks()) {
            int at = line.indexOf(SIGNATURE);
            if (at < 0) {
                throw malformed("a chunk has no signature");
            }
            signature = line.substring(at + SIGNATURE.length());
        }
        inChunk = true;
        if (leftInChunk == 0) {
            verifyChunk();
            end();
        }
    }

    private void endChunk() throws IOException {
        verifyChunk();
        if (!line().isEmpty()) {
            throw malformed("a chunk doesn't end with a line break");
        }
    }

    private void verifyChunk() {
        if (signatures.signsChunks()) {
            signatures.verifyChunk(digest, signature);
        }
        inChunk = false;
    }

    private void end() throws IOException {
        if (delivered != length) {
            throw incomplete();
        }
        readTrailer();
        if (in.read() >= 0) {
            throw malformed("something follows the last chunk");
        }
        ended = true;
    }

    private void readTrailer() throws IOException {
        StringBuilder signed = new StringBuilder();
        Optional<String> found = Optional.empty();
        int lines = 0;
        // Some clients end the last line of the trailer and the body with one line break.
        for (Optional<String> next = lineOrEnd(lines > 0);
                next.isPresent() && !next.get().isEmpty();
                next = lineOrEnd(true)) {
            String line = next.get();
            int colon = line.indexOf(':');
            if (colon <= 0 || ++lines > MAX_TRAILERS) {
                throw new AwsError(
                        "MalformedTrailerError",
                        400,
                        "The request contained trailing data that was not well-formed or did not"
                                + " conform to our published schema.");
            }
            String name = line.substring(0, colon).strip().toLowerCase(Locale.ROOT);
            String value = line.substring(colon + 1).strip();
            if (name.equals(TRAILER_SIGNATURE)) {
                found = Optional.of(value);
            } else {
                signed.append(name).append(':').append(value).append('\n');
                trailer.put(name, value);
            }
        }
        if (announced.filter(name -> !trailer.containsKey(name)).isPresent()) {
            throw malformed("the trailer that was announced is missing");
        }
        if (!trailer.isEmpty() && !signatures.allowsTrailer()) {
            throw malformed("its trailer is not signed");
        }
        if (signatures.signsTrailer()) {
            signatures.verifyTrailer(
                    signed.toString(),
                    found.orElseThrow(() -> malformed("its trailer has no signature")));
        }
    }

    private String line() throws IOException {
        return lineOrEnd(false).orElseThrow(ChunkedStream::incomplete);
    }

    /** A line without its CR LF; empty at the end of the body where that is allowed. */
    private Optional<String> lineOrEnd(boolean endAllowed) throws IOException {
        StringBuilder line = new StringBuilder();
        while (true) {
            int octet = in.read();
            if (octet < 0) {
                if (endAllowed && line.isEmpty()) {
                    return Optional.empty();
                }
                throw incomplete();
            }
            if (octet == '\n' && !line.isEmpty() && line.charAt(line.length() - 1) == '\r') {
                line.setLength(line.length() - 1);
                return Optional.of(line.toString());
            }
            if (line.length() > MAX_LINE) {
                throw malformed("a line is too long");
            }
            line.append((char) octet);
        }
    }

    private static long size(String line) {
        int end = line.indexOf(';');
        String digits = end < 0 ? line : line.substring(0, end);
        if (digits.isEmpty() || digits.length() > 9) {
            throw malformed("a chunk's size is not a hexadecimal number");
        }
        long size = 0;
        for (int i = 0; i < digits.length(); i++) {
            int digit = Character.digit(digits.charAt(i), 16);
            if (digit < 0) {
                throw malformed("a chunk's size is not a hexadecimal number");
            }
            size = (size << 4) | digit;
        }
        return size;
    }

    private static AwsError incomplete() {
        return new AwsError("IncompleteBody", 400, "The request body terminated unexpectedly");
    }

    private static AwsError malformed(String what) {
        return new AwsError(
                "InvalidRequest", 400, "The aws-chunked body is malformed: " + what + ".");
    }
}
