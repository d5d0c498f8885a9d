package dev.cloister.identity;

import dev.cloister.api.AccountId;
import dev.cloister.api.Principal;
import dev.cloister.api.SecretText;
import dev.cloister.api.SessionContext;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.SecureRandom;
import java.time.Instant;
import java.util.Arrays;
import java.util.Base64;
import java.util.Optional;
import javax.crypto.AEADBadTagException;
import javax.crypto.Cipher;
import javax.crypto.Mac;
import javax.crypto.spec.GCMParameterSpec;
import javax.crypto.spec.SecretKeySpec;

/**
 * Makes session tokens that carry their session, so that temporary credentials need no row and
 * survive a restart. Thread-safe.
 *
 * <p>A token is Base64 of: version 2 (1 byte), salt (16), AES-256-GCM ciphertext and tag of the
 * session. Key and nonce are HMAC-SHA-512 under the master key of the salt, so each token has a key
 * of its own and no count of tokens wears the master key out. The secret access key is an
 * HMAC-SHA-256 of the token under the master key.
 */
final class SessionTokens {
    static final int MASTER_BYTES = 32;

    /** No token of ours is longer; whatever is longer is not looked at. */
    static final int MOST_TOKEN_CHARACTERS = 12_288;

    private static final byte VERSION = 2;
    private static final int SALT_BYTES = 16;
    private static final int NONCE_BYTES = 12;
    private static final int TAG_BITS = 128;

    private final byte[] master;
    private final SecureRandom random;
    private final RandomIds ids;

    SessionTokens(byte[] master, SecureRandom random) {
        if (master.length != MASTER_BYTES) {
            throw new IllegalArgumentException("a master key of " + master.length + " bytes");
        }
        this.master = master.clone();
        this.random = random;
        this.ids = new RandomIds(random);
    }

    SessionCredentials issue(
            AccountId account,
            String arn,
            String userId,
            SessionContext session,
            Instant expiresAt) {
        Principal principal =
                new Principal(account, arn, userId, ids.accessKeyId(RandomIds.TEMPORARY), session);
        byte[] salt = new byte[SALT_BYTES];
        random.nextBytes(salt);
        byte[] sealed = crypt(Cipher.ENCRYPT_MODE, salt, encode(principal, expiresAt));
        byte[] token =
                ByteBuffer.allocate(1 + SALT_BYTES + sealed.length)
                        .put(VERSION)
                        .put(salt)
                        .put(sealed)
                        .array();
        return credentials(principal, expiresAt, token);
    }

    /** The session that a token carries, expired or not; empty if the token is none of ours. */
    Optional<SessionCredentials> recover(String text) {
        if (text.length() > MOST_TOKEN_CHARACTERS) {
            return Optional.empty();
        }
        try {
            byte[] token = Base64.getDecoder().decode(text);
            if (token.length <= 1 + SALT_BYTES || token[0] != VERSION) {
                return Optional.empty();
            }
            byte[] salt = Arrays.copyOfRange(token, 1, 1 + SALT_BYTES);
            byte[] sealed = Arrays.copyOfRange(token, 1 + SALT_BYTES, token.length);
            return Optional.of(decode(crypt(Cipher.DECRYPT_MODE, salt, sealed), token));
        } catch (IllegalArgumentException | UnsealableException e) {
            return Optional.empty(); // not Base64, or not sealed by us: a token of somebody else
        }
    }

    private byte[] crypt(int mode, byte[] salt, byte[] input) {
        byte[] derived = mac("HmacSHA512", "token", salt);
        byte[] nonce = Arrays.copyOfRange(derived, 32, 32 + NONCE_BYTES);
        try {
            Cipher cipher = Cipher.getInstance("AES/GCM/NoPadding");
            cipher.init(
                    mode,
                    new SecretKeySpec(derived, 0, 32, "AES"),
                    new GCMParameterSpec(TAG_BITS, nonce));
            cipher.updateAAD(new byte[] {VERSION});
            return cipher.doFinal(input);
        } catch (AEADBadTagException e) {
            throw new UnsealableException(e);
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("every JDK has AES/GCM/NoPadding", e);
        } finally {
            Arrays.fill(derived, (byte) 0);
        }
    }

    private SessionCredentials credentials(Principal principal, Instant expiresAt, byte[] token) {
        byte[] secret = Arrays.copyOf(mac("HmacSHA256", "secret", token), RandomIds.SECRET_BYTES);
        return new SessionCredentials(
                principal,
                principal.accessKeyId(),
                RandomIds.secretText(secret),
                new SecretText(Base64.getEncoder().encodeToString(token)),
                expiresAt);
    }

    /** Text that follows from the master key and the name: the same after a restart. */
    byte[] derive(String purpose, String name) {
        return mac("HmacSHA256", purpose, name.getBytes(StandardCharsets.UTF_8));
    }

    private byte[] mac(String algorithm, String purpose, byte[] input) {
        try {
            Mac mac = Mac.getInstance(algorithm);
            mac.init(new SecretKeySpec(master, algorithm));
            mac.update(purpose.getBytes(StandardCharsets.US_ASCII));
            mac.update((byte) 0);
            return mac.doFinal(input);
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("every JDK has " + algorithm, e);
        }
    }

    private static byte[] encode(Principal principal, Instant expiresAt) {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (DataOutputStream out = new DataOutputStream(bytes)) {
            out.writeUTF(principal.accessKeyId());
            out.writeUTF(principal.account().value());
            out.writeUTF(principal.arn());
            out.writeUTF(principal.userId());
            out.writeLong(expiresAt.getEpochSecond());
            SessionContexts.write(principal.session(), out);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return bytes.toByteArray();
    }

    private SessionCredentials decode(byte[] session, byte[] token) {
        try (DataInputStream in = new DataInputStream(new ByteArrayInputStream(session))) {
            String accessKeyId = in.readUTF();
            AccountId account = new AccountId(in.readUTF());
            String arn = in.readUTF();
            String userId = in.readUTF();
            Instant expiresAt = Instant.ofEpochSecond(in.readLong());
            Principal principal =
                    new Principal(account, arn, userId, accessKeyId, SessionContexts.read(in));
            return credentials(principal, expiresAt, token);
        } catch (IOException e) {
            throw new UncheckedIOException("a session token of another version", e);
        }
    }

    private static final class UnsealableException extends RuntimeException {
        private static final long serialVersionUID = 1L;

        UnsealableException(Throwable cause) {
            super(cause);
        }
    }
}
