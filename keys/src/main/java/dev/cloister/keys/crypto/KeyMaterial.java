package dev.cloister.keys.crypto;

import java.util.Arrays;

/**
 * The bytes of a key in clear: a secret key, or a private key as PKCS #8 with its public half as
 * SubjectPublicKeyInfo. Closing overwrites the secret; the JDK's own copies of it live until they
 * are collected.
 */
public final class KeyMaterial implements AutoCloseable {
    private final byte[] secret;
    private final byte[] publicKey;

    /**
     * Takes over {@code secret}.
     *
     * @param publicKey empty where there is none
     */
    public KeyMaterial(byte[] secret, byte[] publicKey) {
        this.secret = secret;
        this.publicKey = publicKey.clone();
    }

    /** A copy, which the caller overwrites. */
    public byte[] secret() {
        return secret.clone();
    }

    /** SubjectPublicKeyInfo (RFC 5280); empty where there is none. */
    public byte[] publicKey() {
        return publicKey.clone();
    }

    @Override
    public void close() {
        Arrays.fill(secret, (byte) 0);
    }

    @Override
    public String toString() {
        return "KeyMaterial[***]";
    }
}
