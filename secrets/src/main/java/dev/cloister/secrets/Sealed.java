package dev.cloister.secrets;

import java.util.Arrays;

/**
 * A value under a KMS key.
 *
 * <p>Form at rest: how it was sealed (1 byte), then KMS's ciphertext, or an {@link
 * dev.cloister.storage.Envelope} whose data key KMS wrapped.
 */
public final class Sealed {
    private final String keyArn;
    private final byte[] bytes;

    /**
     * @param keyArn the key that sealed it, as it is stored beside the bytes
     */
    public Sealed(String keyArn, byte[] bytes) {
        this.keyArn = keyArn;
        this.bytes = bytes.clone();
    }

    public String keyArn() {
        return keyArn;
    }

    public byte[] bytes() {
        return bytes.clone();
    }

    /** Without its first byte: of a directly encrypted value KMS's own ciphertext. */
    public byte[] ciphertext() {
        return Arrays.copyOfRange(bytes, Math.min(1, bytes.length), bytes.length);
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof Sealed that
                && keyArn.equals(that.keyArn)
                && Arrays.equals(bytes, that.bytes);
    }

    @Override
    public int hashCode() {
        return Arrays.hashCode(bytes);
    }

    @Override
    public String toString() {
        return "Sealed[" + keyArn + "]";
    }
}
