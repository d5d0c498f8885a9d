package dev.cloister.s3.wire;

import dev.cloister.api.message.PayloadDigest;
import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;

/** A stream that computes a checksum of what is read from it. */
final class DigestedStream extends FilterInputStream {
    private final PayloadDigest digest;

    DigestedStream(InputStream in, PayloadDigest digest) {
        super(in);
        this.digest = digest;
    }

    @Override
    public int read() throws IOException {
        byte[] one = new byte[1];
        return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
    }

    @Override
    public int read(byte[] target, int offset, int length) throws IOException {
        int count = in.read(target, offset, length);
        if (count > 0) {
            digest.update(target, offset, count);
        }
        return count;
    }

    @Override
    public long skip(long count) throws IOException {
        byte[] skipped = new byte[(int) Math.min(count, 8_192)];
        return Math.max(0, read(skipped, 0, skipped.length));
    }

    @Override
    public boolean markSupported() {
        return false;
    }

    /** The checksum of all that was read; ends the calculation. */
    String base64() {
        return digest.base64();
    }
}
