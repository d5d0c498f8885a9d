package dev.cloister.secrets.manager;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;

/** A secret's value in clear, text or bytes; {@code toString} hides it. */
public final class SecretValue {
    /** Quota "Secret value size", in bytes. */
    static final int MOST_BYTES = 65_536;

    private final Kind kind;
    private final byte[] bytes;

    /** How it was given, and is given back. */
    public enum Kind {
        TEXT,
        BINARY
    }

    SecretValue(Kind kind, byte[] bytes) {
        this.kind = kind;
        this.bytes = bytes.clone();
    }

    /** Of SecretString. */
    public static SecretValue text(String text) {
        return new SecretValue(Kind.TEXT, text.getBytes(StandardCharsets.UTF_8));
    }

    /** Of SecretBinary. */
    public static SecretValue binary(byte[] bytes) {
        return new SecretValue(Kind.BINARY, bytes);
    }

    public Kind kind() {
        return kind;
    }

    public byte[] reveal() {
        return bytes.clone();
    }

    /** The text, if it is one. */
    public String revealText() {
        return new String(bytes, StandardCharsets.UTF_8);
    }

    int length() {
        return bytes.length;
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof SecretValue that
                && kind == that.kind
                && MessageDigest.isEqual(bytes, that.bytes);
    }

    @Override
    public int hashCode() {
        return kind.hashCode();
    }

    @Override
    public String toString() {
        return "SecretValue[***]";
    }
}
