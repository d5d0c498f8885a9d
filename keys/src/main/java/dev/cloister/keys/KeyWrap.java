package dev.cloister.keys;

import java.nio.ByteBuffer;
import java.security.GeneralSecurityException;
import java.security.SecureRandom;
import java.util.Arrays;
import javax.crypto.AEADBadTagException;
import javax.crypto.Cipher;
import javax.crypto.SecretKey;
import javax.crypto.spec.GCMParameterSpec;

/**
 * Wraps 256-bit keys: a random 96-bit nonce, then AES-256-GCM ciphertext and tag. A wrapping key
 * may do so 2^32 times (NIST SP 800-38D, section 8.3); one wrap a second takes 136 years.
 */
final class KeyWrap {
    private static final int NONCE_BYTES = 12;
    private static final int TAG_BITS = 128;
    static final int KEY_BYTES = 32;
    static final int WRAPPED_BYTES = NONCE_BYTES + KEY_BYTES + TAG_BITS / 8;

    private KeyWrap() {}

    static byte[] wrap(SecretKey by, byte[] key, byte[] associatedData, SecureRandom random) {
        byte[] nonce = new byte[NONCE_BYTES];
        random.nextBytes(nonce);
        try {
            byte[] sealed = cipher(Cipher.ENCRYPT_MODE, by, nonce, associatedData).doFinal(key);
            return ByteBuffer.allocate(WRAPPED_BYTES).put(nonce).put(sealed).array();
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("could not wrap a key", e);
        }
    }

    /**
     * Unwraps.
     *
     * @throws AEADBadTagException if it was wrapped by another key, with other associated data, or
     *     changed
     */
    static byte[] unwrap(SecretKey by, byte[] wrapped, byte[] associatedData)
            throws AEADBadTagException {
        if (wrapped.length != WRAPPED_BYTES) {
            throw new AEADBadTagException("a wrapped key of " + wrapped.length + " bytes");
        }
        byte[] nonce = Arrays.copyOf(wrapped, NONCE_BYTES);
        try {
            return cipher(Cipher.DECRYPT_MODE, by, nonce, associatedData)
                    .doFinal(wrapped, NONCE_BYTES, wrapped.length - NONCE_BYTES);
        } catch (AEADBadTagException e) {
            throw e;
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("could not unwrap a key", e);
        }
    }

    private static Cipher cipher(int mode, SecretKey key, byte[] nonce, byte[] associatedData)
            throws GeneralSecurityException {
        Cipher cipher = Cipher.getInstance("AES/GCM/NoPadding");
        cipher.init(mode, key, new GCMParameterSpec(TAG_BITS, nonce));
        cipher.updateAAD(associatedData);
        return cipher;
    }
}
