package dev.cloister.observe.logs;

import dev.cloister.storage.DataKey;
import dev.cloister.storage.EnvelopeKeys;
import dev.cloister.storage.KeyUnavailableException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.SecureRandom;
import java.util.Arrays;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.atomic.AtomicInteger;
import javax.crypto.Cipher;
import javax.crypto.spec.GCMParameterSpec;
import javax.crypto.spec.SecretKeySpec;

/** Wraps data keys under one master key, the same in every process; the account is bound too. */
public final class TestKeys implements EnvelopeKeys {
    private final SecretKeySpec master = new SecretKeySpec(new byte[32], "AES");
    private final SecureRandom random = new SecureRandom();
    private final AtomicInteger generated = new AtomicInteger();

    /** How many data keys were made. */
    public int generated() {
        return generated.get();
    }

    @Override
    public DataKey generateDataKey(KeyRef key, Map<String, String> encryptionContext) {
        generated.incrementAndGet();
        byte[] plaintext = new byte[32];
        byte[] nonce = new byte[12];
        random.nextBytes(plaintext);
        random.nextBytes(nonce);
        try {
            byte[] sealed =
                    cipher(Cipher.ENCRYPT_MODE, nonce, encryptionContext).doFinal(plaintext);
            return new DataKey(
                    plaintext,
                    ByteBuffer.allocate(nonce.length + sealed.length)
                            .put(nonce)
                            .put(sealed)
                            .array());
        } catch (GeneralSecurityException e) {
            throw new KeyUnavailableException("can't wrap", e);
        }
    }

    @Override
    public DataKey unwrap(byte[] wrapped, Map<String, String> encryptionContext) {
        try {
            byte[] nonce = Arrays.copyOf(wrapped, 12);
            byte[] plaintext =
                    cipher(Cipher.DECRYPT_MODE, nonce, encryptionContext)
                            .doFinal(wrapped, 12, wrapped.length - 12);
            return new DataKey(plaintext, wrapped);
        } catch (GeneralSecurityException e) {
            throw new KeyUnavailableException("the wrapped key was changed or is another's", e);
        }
    }

    private Cipher cipher(int mode, byte[] nonce, Map<String, String> context)
            throws GeneralSecurityException {
        Cipher cipher = Cipher.getInstance("AES/GCM/NoPadding");
        cipher.init(mode, master, new GCMParameterSpec(128, nonce));
        cipher.updateAAD(new TreeMap<>(context).toString().getBytes(StandardCharsets.UTF_8));
        return cipher;
    }
}
