package dev.cloister.storage;

import dev.cloister.storage.EnvelopeKeys.KeyRef;
import java.nio.BufferUnderflowException;
import java.nio.ByteBuffer;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Arrays;
import java.util.Map;
import javax.crypto.AEADBadTagException;
import javax.crypto.SecretKey;
import javax.crypto.spec.SecretKeySpec;

/**
 * Envelope encryption of small blobs, such as environment variables and chunks of logs.
 * Thread-safe.
 *
 * <p>A sealed blob is: version 1 (1 byte), length of the wrapped data key (2), wrapped data key,
 * nonce (12), AES-256-GCM ciphertext and tag (16). The tag covers the bytes before the nonce and
 * the encryption context. With {@code RootKeyring} the overhead is 108 bytes.
 *
 * <p>A data key serves one key and context, for at most {@link #KEY_SEALS} blobs, {@link
 * #KEY_BYTES} bytes and {@link #KEY_LIFE}: far below the 2^32 random nonces of NIST SP 800-38D,
 * section 8.3. Unwrapped keys are kept for {@link #KEY_LIFE} too, so a key that was disabled goes
 * on opening what was opened lately for that long, not longer. The first seal for a key may write
 * to the database: never call this class from the work of a {@link Database#write}.
 */
public final class Envelope {
    /** Largest blob in bytes; anything larger is an artifact. */
    public static final int MOST_PLAINTEXT = 64 << 20;

    static final int KEY_SEALS = 1 << 20;
    static final long KEY_BYTES = 16L << 30;
    static final Duration KEY_LIFE = Duration.ofMinutes(5);

    /** Data keys in memory, for sealing and for opening each. */
    static final int MOST_CACHED_KEYS = 1_024;

    private static final byte VERSION = 1;
    private static final int PREFIX_BYTES = 1 + Short.BYTES;

    private final EnvelopeKeys keys;
    private final SecureRandom random;
    private final ExpiringCache<SealingKeyName, SealingKey> sealing;
    private final ExpiringCache<OpeningKeyName, SecretKey> opening;

    public Envelope(EnvelopeKeys keys) {
        this(keys, InstantSource.system(), new SecureRandom());
    }

    public Envelope(EnvelopeKeys keys, InstantSource clock, SecureRandom random) {
        this.keys = keys;
        this.random = random;
        this.sealing = new ExpiringCache<>(MOST_CACHED_KEYS, KEY_LIFE, clock);
        this.opening = new ExpiringCache<>(MOST_CACHED_KEYS, KEY_LIFE, clock);
    }

    /**
     * Encrypts a blob.
     *
     * @param context must be given again to open it; not secret, not stored
     * @throws KeyUnavailableException if the key can't be used
     */
    public byte[] seal(byte[] plaintext, KeyRef key, Map<String, String> context) {
        if (plaintext.length > MOST_PLAINTEXT) {
            throw new IllegalArgumentException(
                    "a sealed blob has at most %d bytes, not %d"
                            .formatted(MOST_PLAINTEXT, plaintext.length));
        }
        SealingKey dataKey = sealingKey(key, context, plaintext.length);
        byte[] wrapped = dataKey.wrapped;
        byte[] nonce = new byte[Aead.NONCE_BYTES];
        random.nextBytes(nonce);
        ByteBuffer out =
                ByteBuffer.allocate(
                        PREFIX_BYTES
                                + wrapped.length
                                + nonce.length
                                + plaintext.length
                                + Aead.TAG_BYTES);
        out.put(VERSION).putShort((short) wrapped.length).put(wrapped);
        byte[] associated = associatedData(out.array(), out.position(), context);
        out.put(nonce).put(Aead.seal(dataKey.key, nonce, associated, plaintext));
        return out.array();
    }

    /**
     * Decrypts a blob.
     *
     * @throws CorruptEnvelopeException if it was changed, cut, or sealed under another context
     * @throws KeyUnavailableException if its key can't be used or is not the one that wrapped it
     */
    public byte[] open(byte[] sealed, Map<String, String> context) {
        try {
            ByteBuffer in = ByteBuffer.wrap(sealed);
            if (in.get() != VERSION) {
                throw new CorruptEnvelopeException("a sealed blob of an unknown version");
            }
            byte[] wrapped = new byte[Short.toUnsignedInt(in.getShort())];
            in.get(wrapped);
            byte[] associated = associatedData(sealed, in.position(), context);
            byte[] nonce = new byte[Aead.NONCE_BYTES];
            in.get(nonce);
            if (in.remaining() < Aead.TAG_BYTES) {
                throw new CorruptEnvelopeException("a sealed blob was cut short");
            }
            SecretKey key = openingKey(wrapped, context);
            return Aead.open(key, nonce, associated, sealed, in.position(), in.remaining());
        } catch (BufferUnderflowException e) {
            throw new CorruptEnvelopeException("a sealed blob was cut short", e);
        } catch (AEADBadTagException e) {
            throw new CorruptEnvelopeException(
                    "a sealed blob was changed, or sealed for another place than " + context, e);
        }
    }

    private SealingKey sealingKey(KeyRef key, Map<String, String> context, int bytes) {
        SealingKeyName name = new SealingKeyName(key, Map.copyOf(context));
        SealingKey dataKey = sealing.get(name, () -> newKey(key, context));
        if (!dataKey.use(bytes)) {
            dataKey = newKey(key, context);
            dataKey.use(bytes);
            sealing.put(name, dataKey);
        }
        return dataKey;
    }

    private SealingKey newKey(KeyRef key, Map<String, String> context) {
        DataKey dataKey = keys.generateDataKey(key, context);
        byte[] wrapped = dataKey.wrapped();
        if (wrapped.length > 0xFFFF) {
            throw new IllegalStateException("a wrapped data key of " + wrapped.length + " bytes");
        }
        return new SealingKey(secretKey(dataKey.plaintext()), wrapped);
    }

    private SecretKey openingKey(byte[] wrapped, Map<String, String> context) {
        return opening.get(
                new OpeningKeyName(ByteBuffer.wrap(wrapped), Map.copyOf(context)),
                () -> secretKey(keys.unwrap(wrapped, context).plaintext()));
    }

    static SecretKey secretKey(byte[] bytes) {
        SecretKey key = new SecretKeySpec(bytes, "AES");
        Arrays.fill(bytes, (byte) 0);
        return key;
    }

    private static byte[] associatedData(byte[] head, int length, Map<String, String> context) {
        byte[] canonical = EncryptionContext.canonical(context);
        return ByteBuffer.allocate(length + canonical.length)
                .put(head, 0, length)
                .put(canonical)
                .array();
    }

    private record SealingKeyName(KeyRef key, Map<String, String> context) {}

    private record OpeningKeyName(ByteBuffer wrapped, Map<String, String> context) {}

    /** A data key and how much it may still do. */
    static final class SealingKey {
        private final SecretKey key;
        private final byte[] wrapped;
        private long sealsLeft = KEY_SEALS;
        private long bytesLeft = KEY_BYTES;

        SealingKey(SecretKey key, byte[] wrapped) {
            this.key = key;
            this.wrapped = wrapped;
        }

        synchronized boolean use(int bytes) {
            if (sealsLeft == 0 || bytesLeft < bytes) {
                return false;
            }
            sealsLeft--;
            bytesLeft -= bytes;
            return true;
        }
    }
}
