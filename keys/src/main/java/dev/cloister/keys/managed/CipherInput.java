package dev.cloister.keys.managed;

import dev.cloister.keys.KeyCaller;
import java.util.List;
import java.util.Map;

/**
 * How to encrypt or decrypt.
 *
 * @param algorithm KMS's name of it, such as {@code SYMMETRIC_DEFAULT}
 * @param context bound to the ciphertext; symmetric keys alone have one
 */
public record CipherInput(String algorithm, Map<String, String> context) {
    static final String SYMMETRIC = "SYMMETRIC_DEFAULT";

    public CipherInput {
        context = Map.copyOf(context);
    }

    /** The caller whose request names this algorithm. */
    KeyCaller asked(KeyCaller caller) {
        return caller.with(Map.of("kms:EncryptionAlgorithm", List.of(algorithm)));
    }

    /** The algorithm of symmetric keys. */
    public static CipherInput symmetric(Map<String, String> context) {
        return new CipherInput(SYMMETRIC, context);
    }
}
