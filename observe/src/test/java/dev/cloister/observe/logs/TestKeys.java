package dev.cloister.observe.logs;

import dev.cloister.api.AccountId;
import dev.cloister.api.AwsError;
import dev.cloister.observe.LogKeys;
import dev.cloister.storage.DataKey;
import dev.cloister.storage.KeyUnavailableException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.SecureRandom;
import java.util.Arrays;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.atomic.AtomicInteger;
import javax.crypto.Cipher;
import javax.crypto.spec.GCMParameterSpec;
import javax.crypto.spec.SecretKeySpec;

/**
 * Wraps data keys under one master key, the same in every process; the account is bound too. A
 * customer's keys are like the account's own until they are {@link #refuse refused}.
 */
public final class TestKeys implements LogKeys {
    private final SecretKeySpec master = new SecretKeySpec(new byte[32], "AES");
    private final SecureRandom random = new SecureRandom();
    private volatile Optional<AwsError> refusal = Optional.empty();
    private final AtomicInteger generated = new AtomicInteger();

    /** How many data keys were made. */
    public int generated() {
        return generated.get();
    }

    /** From now on, or until it is empty, customers' keys can't be used for this reason. */
    public void refuse(Optional<AwsError> reason) {
        refusal = reason;
    }

    private DataKey checked(boolean customers, DataKey key) {
        if (customers && refusal.isPresent()) {
            throw new KeyUnavailableException("refused", refusal.get());
        }
        return key;
    }

    @Override
    public Optional<AwsError> refusal(AccountId account, String kmsKeyArn, String groupArn) {
        return refusal;
    }

    @Override
    public DataKey generateDataKey(KeyRef key, Map<String, String> encryptionContext) {
        boolean customers = key.alias().startsWith("arn:");
        return checked(customers, generate((byte) (customers ? 1 : 0), encryptionContext));
    }

    @Override
    public DataKey unwrap(byte[] wrapped, Map<String, String> encryptionContext) {
        return checked(
                wrapped[wrapped.length - 1] == 1, unwrapToRecover(wrapped, encryptionContext));
    }

    /** Whose key it is stands behind the sealed key, which authenticates it. */
    private DataKey generate(byte whose, Map<String, String> encryptionContext) {
        generated.incrementAndGet();
        byte[] plaintext = new byte[32];
        byte[] nonce = new byte[12];
        random.nextBytes(plaintext);
        random.nextBytes(nonce);
        try {
            byte[] sealed =
                    cipher(Cipher.ENCRYPT_MODE, nonce, whose, encryptionContext).doFinal(plaintext);
            return new DataKey(
                    plaintext,
                    ByteBuffer.allocate(nonce.length + sealed.length + 1)
                            .put(nonce)
                            .put(sealed)
                            .put(whose)
                            .array());
        } catch (GeneralSecurityException e) {
            throw new KeyUnavailableException("can't wrap", e);
        }
    }

    @Override
    public DataKey unwrapToRecover(byte[] wrapped, Map<String, String> encryptionContext) {
        try {
            byte[] nonce = Arrays.copyOf(wrapped, 12);
            byte whose = wrapped[wrapped.length - 1];
            byte[] plaintext =
                    cipher(Cipher.DECRYPT_MODE, nonce, whose, encryptionContext)
                            .doFinal(wrapped, 12, wrapped.length - 13);
            return new DataKey(plaintext, wrapped);
        } catch (GeneralSecurityException e) {
            throw new KeyUnavailableException("the wrapped key was changed or is another's", e);
        }
    }

    private Cipher cipher(int mode, byte[] nonce, byte whose, Map<String, String> context)
            throws GeneralSecurityException {
        Cipher cipher = Cipher.getInstance("AES/GCM/NoPadding");
        cipher.init(mode, master, new GCMParameterSpec(128, nonce));
        cipher.updateAAD(new byte[] {whose});
        cipher.updateAAD(new TreeMap<>(context).toString().getBytes(StandardCharsets.UTF_8));
        return cipher;
    }
}
