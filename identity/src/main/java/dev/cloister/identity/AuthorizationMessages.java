package dev.cloister.identity;

import dev.cloister.api.AccountId;
import dev.cloister.api.AwsError;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Arrays;
import java.util.Base64;
import java.util.Optional;
import java.util.zip.DeflaterOutputStream;
import java.util.zip.InflaterInputStream;
import javax.crypto.Cipher;
import javax.crypto.spec.GCMParameterSpec;
import javax.crypto.spec.SecretKeySpec;

/**
 * Seals what a denied request's decision was made from, so that the caller can pass it to somebody
 * who may know it (STS API Reference, DecodeAuthorizationMessage). Thread-safe.
 *
 * <p>A message is Base64 of: version 1 (1 byte), nonce (12), AES-256-GCM ciphertext and tag of the
 * end of its life and the compressed text. The account is bound as additional data.
 */
public final class AuthorizationMessages {
    /** How long a message can be decoded. */
    public static final Duration LIFE = Duration.ofDays(1);

    /** STS API Reference: encodedMessageType has no more than this. */
    private static final int MOST_CHARACTERS = 10_240;

    private static final int MOST_TEXT_BYTES = 256 * 1_024;
    private static final byte VERSION = 1;
    private static final int NONCE_BYTES = 12;
    private static final int TAG_BITS = 128;
    private static final Base64.Encoder ENCODER = Base64.getUrlEncoder().withoutPadding();

    private final SecretKeySpec key;
    private final SecureRandom random;
    private final InstantSource clock;

    AuthorizationMessages(byte[] key, SecureRandom random, InstantSource clock) {
        this.key = new SecretKeySpec(key, "AES");
        this.random = random;
        this.clock = clock;
    }

    /**
     * @param account whose callers may decode it
     * @return empty if the text is too long for a message
     */
    public Optional<String> encode(AccountId account, String text) {
        ByteArrayOutputStream plain = new ByteArrayOutputStream();
        long end = clock.instant().plus(LIFE).getEpochSecond();
        plain.writeBytes(ByteBuffer.allocate(Long.BYTES).putLong(end).array());
        try (DeflaterOutputStream out = new DeflaterOutputStream(plain)) {
            out.write(text.getBytes(StandardCharsets.UTF_8));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        byte[] nonce = new byte[NONCE_BYTES];
        random.nextBytes(nonce);
        try {
            byte[] sealed =
                    cipher(Cipher.ENCRYPT_MODE, nonce, account).doFinal(plain.toByteArray());
            String message =
                    ENCODER.encodeToString(
                            ByteBuffer.allocate(1 + NONCE_BYTES + sealed.length)
                                    .put(VERSION)
                                    .put(nonce)
                                    .put(sealed)
                                    .array());
            return message.length() <= MOST_CHARACTERS ? Optional.of(message) : Optional.empty();
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("every JDK has AES/GCM/NoPadding", e);
        }
    }

    /**
     * @throws AwsError InvalidAuthorizationMessageException if the message is none that was made
     *     here for the account, or too old
     */
    public String decode(AccountId account, String message) {
        try {
            byte[] bytes = Base64.getUrlDecoder().decode(message);
            if (message.length() > MOST_CHARACTERS
                    || bytes.length <= 1 + NONCE_BYTES
                    || bytes[0] != VERSION) {
                throw invalid();
            }
            byte[] nonce = Arrays.copyOfRange(bytes, 1, 1 + NONCE_BYTES);
            byte[] plain =
                    cipher(Cipher.DECRYPT_MODE, nonce, account)
                            .doFinal(bytes, 1 + NONCE_BYTES, bytes.length - 1 - NONCE_BYTES);
            Instant end = Instant.ofEpochSecond(ByteBuffer.wrap(plain).getLong());
            if (!clock.instant().isBefore(end)) {
                throw invalid();
            }
            return text(Arrays.copyOfRange(plain, Long.BYTES, plain.length));
        } catch (IllegalArgumentException | GeneralSecurityException e) {
            throw invalid(); // not Base64, or not sealed here for this account
        }
    }

    private static String text(byte[] compressed) {
        try (InflaterInputStream in =
                new InflaterInputStream(new ByteArrayInputStream(compressed))) {
            return new String(in.readNBytes(MOST_TEXT_BYTES), StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw new UncheckedIOException("a message that was sealed wrongly", e);
        }
    }

    private Cipher cipher(int mode, byte[] nonce, AccountId account)
            throws GeneralSecurityException {
        Cipher cipher = Cipher.getInstance("AES/GCM/NoPadding");
        cipher.init(mode, key, new GCMParameterSpec(TAG_BITS, nonce));
        cipher.updateAAD(account.value().getBytes(StandardCharsets.US_ASCII));
        return cipher;
    }

    private static AwsError invalid() {
        return new AwsError(
                "InvalidAuthorizationMessageException",
                400,
                "The encoded authorization message is invalid");
    }
}
