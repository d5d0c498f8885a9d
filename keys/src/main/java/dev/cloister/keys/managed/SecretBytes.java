package dev.cloister.keys.managed;

import java.util.Arrays;

/** Bytes in clear on their way to the caller who may have them; closing overwrites them. */
public final class SecretBytes implements AutoCloseable {
    private final byte[] bytes;

    /** Takes over {@code bytes}. */
    public SecretBytes(byte[] bytes) {
        this.bytes = bytes;
    }

    /** A copy. */
    public byte[] reveal() {
        return bytes.clone();
    }

    @Override
    public void close() {
        Arrays.fill(bytes, (byte) 0);
    }

    @Override
    public String toString() {
        return "SecretBytes[***]";
    }
}
