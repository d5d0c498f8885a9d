package dev.cloister.keys.crypto;

import java.util.Arrays;
import java.util.Optional;

/** The signing algorithms of KMS that this platform has, by KMS's own names. */
public enum SigningAlgorithm {
    RSASSA_PKCS1_V1_5_SHA_256("SHA-256", 32),
    RSASSA_PKCS1_V1_5_SHA_384("SHA-384", 48),
    RSASSA_PKCS1_V1_5_SHA_512("SHA-512", 64),
    RSASSA_PSS_SHA_256("SHA-256", 32),
    RSASSA_PSS_SHA_384("SHA-384", 48),
    RSASSA_PSS_SHA_512("SHA-512", 64),
    ECDSA_SHA_256("SHA-256", 32),
    ECDSA_SHA_384("SHA-384", 48),
    ECDSA_SHA_512("SHA-512", 64),
    /** Hashes inside: takes messages, never digests. */
    ML_DSA_SHAKE_256("SHAKE256", 64);

    private final String digest;
    private final int digestBytes;

    SigningAlgorithm(String digest, int digestBytes) {
        this.digest = digest;
        this.digestBytes = digestBytes;
    }

    /** The algorithm of a name; nothing for one that no key of this platform has. */
    public static Optional<SigningAlgorithm> named(String name) {
        return Arrays.stream(values()).filter(it -> it.name().equals(name)).findFirst();
    }

    String digest() {
        return digest;
    }

    /** The length of a digest, in bytes. */
    public int digestBytes() {
        return digestBytes;
    }

    /** Whether a digest may be given in place of the message. */
    public boolean takesDigests() {
        return this != ML_DSA_SHAKE_256;
    }
}
