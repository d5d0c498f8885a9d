package dev.cloister.keys.crypto;

import dev.cloister.storage.EncryptionContext;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.SecureRandom;
import java.util.Arrays;
import java.util.Map;
import javax.crypto.AEADBadTagException;
import javax.crypto.Cipher;
import javax.crypto.Mac;
import javax.crypto.spec.GCMParameterSpec;
import javax.crypto.spec.SecretKeySpec;

/**
 * SYMMETRIC_DEFAULT: AES-256-GCM under a key of each message's own, so that a KMS key may encrypt
 * without bound (a single GCM key with random nonces stops at 2^32 messages, NIST SP 800-38D,
 * section 8.3). The message's key is HMAC-SHA256 of the backing key over a label and 16 random
 * bytes (a one-step derivation, NIST SP 800-108 with one block).
 *
 * <p>Sealed form: salt (16 bytes), nonce (12), ciphertext, tag (16).
 */
public final class SymmetricCipher {
    /** What sealing adds. */
    public static final int OVERHEAD = 16 + 12 + 16;

    private static final int SALT_BYTES = 16;
    private static final int NONCE_BYTES = 12;
    private static final int TAG_BITS = 128;
    private static final byte[] LABEL =
            "cloister kms message key v1".getBytes(StandardCharsets.US_ASCII);

    private SymmetricCipher() {}

    /**
     * @param head authenticated along with the context, not part of the result
     */
    public static byte[] seal(
            KeyMaterial key,
            byte[] head,
            Map<String, String> context,
            byte[] plaintext,
            SecureRandom random) {
        byte[] salt = new byte[SALT_BYTES];
        byte[] nonce = new byte[NONCE_BYTES];
        random.nextBytes(salt);
        random.nextBytes(nonce);
        try {
            byte[] sealed =
                    cipher(Cipher.ENCRYPT_MODE, key, salt, nonce, head, context).doFinal(plaintext);
            return ByteBuffer.allocate(SALT_BYTES + NONCE_BYTES + sealed.length)
                    .put(salt)
                    .put(nonce)
                    .put(sealed)
                    .array();
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("AES-GCM encryption failed", e);
        }
    }

    /**
     * @throws AEADBadTagException if key, head, context or a bit of {@code sealed} is not the one
     *     of sealing
     */
    public static byte[] open(
            KeyMaterial key, byte[] head, Map<String, String> context, byte[] sealed)
            throws AEADBadTagException {
        if (sealed.length < OVERHEAD) {
            throw new AEADBadTagException("cut short");
        }
        byte[] salt = Arrays.copyOf(sealed, SALT_BYTES);
        byte[] nonce = Arrays.copyOfRange(sealed, SALT_BYTES, SALT_BYTES + NONCE_BYTES);
        int start = SALT_BYTES + NONCE_BYTES;
        try {
            return cipher(Cipher.DECRYPT_MODE, key, salt, nonce, head, context)
                    .doFinal(sealed, start, sealed.length - start);
        } catch (AEADBadTagException e) {
            throw e;
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("AES-GCM decryption failed", e);
        }
    }

    private static Cipher cipher(
            int mode,
            KeyMaterial key,
            byte[] salt,
            byte[] nonce,
            byte[] head,
            Map<String, String> context)
            throws GeneralSecurityException {
        byte[] messageKey = messageKey(key, salt);
        try {
            Cipher cipher = Cipher.getInstance("AES/GCM/NoPadding");
            cipher.init(
                    mode,
                    new SecretKeySpec(messageKey, "AES"),
                    new GCMParameterSpec(TAG_BITS, nonce));
            cipher.updateAAD(head);
            cipher.updateAAD(EncryptionContext.canonical(context));
            return cipher;
        } finally {
            Arrays.fill(messageKey, (byte) 0);
        }
    }

    private static byte[] messageKey(KeyMaterial key, byte[] salt) throws GeneralSecurityException {
        byte[] secret = key.secret();
        try {
            Mac mac = Mac.getInstance("HmacSHA256");
            mac.init(new SecretKeySpec(secret, "HmacSHA256"));
            mac.update(LABEL);
            return mac.doFinal(salt);
        } finally {
            Arrays.fill(secret, (byte) 0);
        }
    }
}
