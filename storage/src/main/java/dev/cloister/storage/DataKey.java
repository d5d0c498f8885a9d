package dev.cloister.storage;

/** A 256-bit AES key in clear, with its wrapped form for storing beside what it encrypts. */
public final class DataKey {
    private final byte[] plaintext;
    private final byte[] wrapped;

    public DataKey(byte[] plaintext, byte[] wrapped) {
        if (plaintext.length != 32) {
            throw new IllegalArgumentException("a data key has 32 bytes, not " + plaintext.length);
        }
        this.plaintext = plaintext.clone();
        this.wrapped = wrapped.clone();
    }

    /** A copy of the key in clear. */
    public byte[] plaintext() {
        return plaintext.clone();
    }

    public byte[] wrapped() {
        return wrapped.clone();
    }

    @Override
    public String toString() {
        return "DataKey[***]";
    }
}
