package dev.cloister.keys.crypto;

import java.security.GeneralSecurityException;
import java.security.Key;
import java.security.spec.InvalidKeySpecException;
import java.util.Arrays;
import java.util.Optional;
import java.util.Set;
import javax.crypto.Cipher;
import javax.crypto.spec.SecretKeySpec;

/**
 * How customers wrap the material that they import (KMS Developer Guide, "Select a wrapping
 * algorithm"): OAEP alone, or an AES key under OAEP and the material under that by AES key wrap
 * with padding (RFC 5649).
 */
public final class ImportWrapping {
    private static final Set<String> ALGORITHMS =
            Set.of(
                    "RSAES_OAEP_SHA_1",
                    "RSAES_OAEP_SHA_256",
                    "RSA_AES_KEY_WRAP_SHA_1",
                    "RSA_AES_KEY_WRAP_SHA_256");

    private ImportWrapping() {}

    public static boolean isAvailable(String algorithm) {
        return ALGORITHMS.contains(algorithm);
    }

    /**
     * Unwraps, checks that the bytes are material of {@code target}, and finds its public half.
     *
     * @return nothing if they were not wrapped so, or are not such material
     */
    public static Optional<KeyMaterial> unwrap(
            KeySpec wrappingSpec,
            KeyMaterial wrappingKey,
            String algorithm,
            byte[] wrapped,
            KeySpec target) {
        try {
            Key key = KeyPairs.privateKey(wrappingSpec, wrappingKey);
            byte[] secret =
                    algorithm.startsWith("RSA_AES_KEY_WRAP")
                            ? twoSteps(key, algorithm, wrapped, wrappingSpec.bits() / 8)
                            : RsaCipher.cipher(Cipher.DECRYPT_MODE, key, algorithm)
                                    .doFinal(wrapped);
            return Optional.of(KeyPairs.imported(target, secret));
        } catch (InvalidKeySpecException notOfThatSpec) {
            return Optional.empty();
        } catch (GeneralSecurityException notWrappedSo) {
            return Optional.empty();
        }
    }

    private static byte[] twoSteps(Key key, String algorithm, byte[] wrapped, int modulusBytes)
            throws GeneralSecurityException {
        if (wrapped.length <= modulusBytes) {
            throw new InvalidKeySpecException("cut short");
        }
        byte[] aes =
                RsaCipher.cipher(Cipher.DECRYPT_MODE, key, algorithm)
                        .doFinal(wrapped, 0, modulusBytes);
        try {
            Cipher unwrap = Cipher.getInstance("AES/KWP/NoPadding");
            unwrap.init(Cipher.DECRYPT_MODE, new SecretKeySpec(aes, "AES"));
            return unwrap.doFinal(wrapped, modulusBytes, wrapped.length - modulusBytes);
        } finally {
            Arrays.fill(aes, (byte) 0);
        }
    }
}
