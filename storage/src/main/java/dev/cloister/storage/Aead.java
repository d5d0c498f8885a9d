package dev.cloister.storage;

import java.security.GeneralSecurityException;
import javax.crypto.AEADBadTagException;
import javax.crypto.Cipher;
import javax.crypto.SecretKey;
import javax.crypto.spec.GCMParameterSpec;

/**
 * AES-256-GCM (NIST SP 800-38D) with 96-bit nonces and 128-bit tags, as this package uses it. The
 * caller never uses a nonce twice with a key.
 */
final class Aead {
    static final int NONCE_BYTES = 12;
    static final int TAG_BYTES = 16;

    private Aead() {}

    static Cipher encryptor(SecretKey key, byte[] nonce, byte[] associatedData) {
        return cipher(Cipher.ENCRYPT_MODE, key, nonce, associatedData);
    }

    static byte[] seal(SecretKey key, byte[] nonce, byte[] associatedData, byte[] plaintext) {
        try {
            return encryptor(key, nonce, associatedData).doFinal(plaintext);
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("AES-GCM encryption failed", e);
        }
    }

    /**
     * Decrypts a range of {@code sealed}; nothing is returned unless the tag fits.
     *
     * @throws AEADBadTagException if key, nonce, associated data or bytes are not the ones of
     *     sealing
     */
    static byte[] open(
            SecretKey key,
            byte[] nonce,
            byte[] associatedData,
            byte[] sealed,
            int offset,
            int length)
            throws AEADBadTagException {
        try {
            return cipher(Cipher.DECRYPT_MODE, key, nonce, associatedData)
                    .doFinal(sealed, offset, length);
        } catch (AEADBadTagException e) {
            throw e;
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("AES-GCM decryption failed", e);
        }
    }

    private static Cipher cipher(int mode, SecretKey key, byte[] nonce, byte[] associatedData) {
        try {
            Cipher cipher = Cipher.getInstance("AES/GCM/NoPadding");
            cipher.init(mode, key, new GCMParameterSpec(8 * TAG_BYTES, nonce));
            cipher.updateAAD(associatedData);
            return cipher;
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("every JDK has AES/GCM/NoPadding", e);
        }
    }
}
