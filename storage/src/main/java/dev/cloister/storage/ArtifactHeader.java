package dev.cloister.storage;

import dev.cloister.storage.ArtifactStore.ArtifactId;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Arrays;

/**
 * The head of an artifact file, and with it the format. Numbers are big-endian.
 *
 * <pre>
 * bytes  head
 *     8  "CLSTRART"
 *     1  version, 1
 *     2  n, length of the id        n  the id, ASCII
 *     2  w, length of the key       w  the data key, wrapped under context {cloister:artifact: id}
 *    32  SHA-256 of all before it
 *        then chunk 0, 1, 2 …: each 65,536 bytes of content, the last one less or as many,
 *        AES-256-GCM ciphertext followed by its tag of 16 bytes
 * </pre>
 *
 * <p>The data key is used for one file only, so chunk i has the nonce i, as a 96-bit number. Its
 * associated data is the head, i (8 bytes) and whether it is the last chunk (1 byte): a chunk fits
 * in one place of one file, and neither end of the file can be moved. This is the STREAM
 * construction (Hoang, Reyhanitabar, Rogaway, Vizár: "Online Authenticated-Encryption and its
 * Nonce-Reuse Misuse-Resistance", 2015). The digest proves nothing against an attacker; it tells a
 * damaged file from a key that can't be used.
 */
final class ArtifactHeader {
    /**
     * Large enough for the overhead not to matter, small enough that the JVM meets the cipher often
     * and soon compiles it: 512 KiB chunks stayed at 70 MB/s where these reach 1 GB/s.
     */
    static final int CHUNK_BYTES = 64 << 10;

    static final int STORED_CHUNK_BYTES = CHUNK_BYTES + Aead.TAG_BYTES;

    private static final byte[] MAGIC = "CLSTRART".getBytes(StandardCharsets.US_ASCII);
    private static final byte VERSION = 1;
    private static final int DIGEST_BYTES = 32;

    /** Every header is shorter: 128 bytes of id, and wrapped keys of a few hundred. */
    private static final int MOST_HEADER_BYTES = 16 << 10;

    private final byte[] bytes;
    private final byte[] wrappedKey;

    private ArtifactHeader(byte[] bytes, byte[] wrappedKey) {
        this.bytes = bytes;
        this.wrappedKey = wrappedKey;
    }

    static ArtifactHeader of(ArtifactId id, byte[] wrappedKey) {
        byte[] name = id.value().getBytes(StandardCharsets.US_ASCII);
        int length =
                MAGIC.length
                        + 1
                        + Short.BYTES
                        + name.length
                        + Short.BYTES
                        + wrappedKey.length
                        + DIGEST_BYTES;
        if (length > MOST_HEADER_BYTES) {
            throw new IllegalArgumentException(
                    "a wrapped data key of " + wrappedKey.length + " bytes");
        }
        ByteBuffer out = ByteBuffer.allocate(length);
        out.put(MAGIC).put(VERSION);
        out.putShort((short) name.length).put(name);
        out.putShort((short) wrappedKey.length).put(wrappedKey);
        out.put(sha256(out.array(), out.position()));
        return new ArtifactHeader(out.array(), wrappedKey);
    }

    /** Reads the head of a file that should hold the artifact {@code id}. */
    static ArtifactHeader read(FileChannel channel, ArtifactId id) throws IOException {
        ByteBuffer in = ByteBuffer.allocate((int) Math.min(channel.size(), MOST_HEADER_BYTES));
        while (in.hasRemaining() && channel.read(in, in.position()) >= 0) {}
        in.flip();
        byte[] magic = take(in, MAGIC.length, id);
        byte version = take(in, 1, id)[0];
        if (!Arrays.equals(magic, MAGIC) || version != VERSION) {
            throw new CorruptArtifactException(
                    id + " is damaged: its file does not begin as an artifact of version 1");
        }
        byte[] name = takeSized(in, id);
        byte[] wrappedKey = takeSized(in, id);
        byte[] digest = sha256(in.array(), in.position());
        if (!Arrays.equals(digest, take(in, DIGEST_BYTES, id))) {
            throw new CorruptArtifactException(id + " is damaged: its header was changed");
        }
        if (!new String(name, StandardCharsets.US_ASCII).equals(id.value())) {
            throw new CorruptArtifactException(
                    "the file of " + id + " is that of another artifact, put in its place");
        }
        return new ArtifactHeader(Arrays.copyOf(in.array(), in.position()), wrappedKey);
    }

    private static byte[] takeSized(ByteBuffer in, ArtifactId id) throws IOException {
        return take(in, Short.toUnsignedInt(ByteBuffer.wrap(take(in, 2, id)).getShort()), id);
    }

    private static byte[] take(ByteBuffer in, int length, ArtifactId id) throws IOException {
        if (in.remaining() < length) {
            throw new CorruptArtifactException(id + " is damaged: its header was changed or cut");
        }
        byte[] taken = new byte[length];
        in.get(taken);
        return taken;
    }

    byte[] bytes() {
        return bytes.clone();
    }

    int length() {
        return bytes.length;
    }

    byte[] wrappedKey() {
        return wrappedKey.clone();
    }

    byte[] associatedData(long index, boolean last) {
        return ByteBuffer.allocate(bytes.length + Long.BYTES + 1)
                .put(bytes)
                .putLong(index)
                .put((byte) (last ? 1 : 0))
                .array();
    }

    static byte[] nonce(long index) {
        return ByteBuffer.allocate(Aead.NONCE_BYTES)
                .putLong(Aead.NONCE_BYTES - Long.BYTES, index)
                .array();
    }

    private static byte[] sha256(byte[] bytes, int length) {
        try {
            MessageDigest digest = MessageDigest.getInstance("SHA-256");
            digest.update(bytes, 0, length);
            return digest.digest();
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every JDK has SHA-256", e);
        }
    }
}
