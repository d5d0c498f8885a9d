package dev.cloister.keys.crypto;

import java.security.GeneralSecurityException;
import java.security.Key;
import java.security.spec.MGF1ParameterSpec;
import java.util.Optional;
import javax.crypto.BadPaddingException;
import javax.crypto.Cipher;
import javax.crypto.IllegalBlockSizeException;
import javax.crypto.spec.OAEPParameterSpec;
import javax.crypto.spec.PSource;

/**
 * RSAES-OAEP (RFC 8017, section 7.1); hash and mask generation use the same digest, as KMS does.
 */
public final class RsaCipher {
    private RsaCipher() {}

    /** The most bytes that an algorithm takes under a spec: modulus - 2 hash - 2. */
    public static int mostPlaintext(KeySpec spec, String algorithm) {
        return spec.bits() / 8 - 2 * (algorithm.endsWith("_SHA_1") ? 20 : 32) - 2;
    }

    public static byte[] encrypt(
            KeySpec spec, KeyMaterial key, String algorithm, byte[] plaintext) {
        try {
            return cipher(Cipher.ENCRYPT_MODE, KeyPairs.publicKey(spec, key.publicKey()), algorithm)
                    .doFinal(plaintext);
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException(algorithm + " encryption failed", e);
        }
    }

    /** The plaintext; nothing if the ciphertext is not one of this key. */
    public static Optional<byte[]> decrypt(
            KeySpec spec, KeyMaterial key, String algorithm, byte[] ciphertext) {
        try {
            return Optional.of(
                    cipher(Cipher.DECRYPT_MODE, KeyPairs.privateKey(spec, key), algorithm)
                            .doFinal(ciphertext));
        } catch (BadPaddingException | IllegalBlockSizeException e) {
            return Optional.empty();
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException(algorithm + " decryption failed", e);
        }
    }

    static Cipher cipher(int mode, Key key, String algorithm) throws GeneralSecurityException {
        boolean sha1 = algorithm.endsWith("_SHA_1");
        Cipher cipher = Cipher.getInstance("RSA/ECB/OAEPPadding");
        cipher.init(
                mode,
                key,
                new OAEPParameterSpec(
                        sha1 ? "SHA-1" : "SHA-256",
                        "MGF1",
                        sha1 ? MGF1ParameterSpec.SHA1 : MGF1ParameterSpec.SHA256,
                        PSource.PSpecified.DEFAULT));
        return cipher;
    }
}
