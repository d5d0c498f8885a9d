package dev.cloister.secrets;

import dev.cloister.keys.KeyCaller;
import dev.cloister.keys.managed.CipherInput;
import dev.cloister.keys.managed.Ciphertext;
import dev.cloister.keys.managed.DryRun;
import dev.cloister.keys.managed.Encryption;
import dev.cloister.keys.managed.KeyErrors;
import dev.cloister.keys.managed.ManagedKeys;
import dev.cloister.keys.managed.SecretBytes;
import dev.cloister.storage.CorruptEnvelopeException;
import dev.cloister.storage.DataKey;
import dev.cloister.storage.Envelope;
import dev.cloister.storage.EnvelopeKeys;
import dev.cloister.storage.EnvelopeKeys.KeyRef;
import java.nio.ByteBuffer;
import java.security.SecureRandom;
import java.time.InstantSource;
import java.util.Arrays;
import java.util.Map;
import java.util.Optional;

/**
 * Seals and opens values by KMS keys in the name of a request's caller, who needs {@code
 * kms:Encrypt} or {@code kms:GenerateDataKey} to seal and {@code kms:Decrypt} to open. No data key
 * is kept: a key that is disabled now opens nothing from now on. Thread-safe.
 *
 * <p>Throws KMS's own {@link dev.cloister.api.AwsError}s. Not to be called from the work of a
 * database's write.
 */
public final class ValueKeys {
    private static final byte DIRECT = 0;
    private static final byte BY_DATA_KEY = 1;
    private static final int DATA_KEY_BYTES = 32;

    private final ManagedKeys keys;
    private final InstantSource clock;
    private final SecureRandom random;

    public ValueKeys(ManagedKeys keys, InstantSource clock, SecureRandom random) {
        this.keys = keys;
        this.clock = clock;
        this.random = random;
    }

    /** Encrypts by the key itself (KMS Encrypt): at most 4,096 bytes. */
    public Sealed encrypt(
            KeyCaller caller, String keyId, byte[] clear, Map<String, String> context) {
        Ciphertext made =
                keys.encryption()
                        .encrypt(caller, keyId, CipherInput.symmetric(context), clear, DryRun.OFF);
        return new Sealed(made.key().arn(), headed(DIRECT, made.blob()));
    }

    /** Encrypts by a data key of the value's own (KMS GenerateDataKey). */
    public Sealed envelop(
            KeyCaller caller, String keyId, byte[] clear, Map<String, String> context) {
        CallersKeys callers = new CallersKeys(keys.encryption(), caller, keyId);
        byte[] blob =
                envelope(callers).seal(clear, new KeyRef(caller.account().value(), keyId), context);
        return new Sealed(callers.usedKey.orElseThrow(), headed(BY_DATA_KEY, blob));
    }

    /** Opens what either of the two made; the context must be the same. */
    public SecretBytes open(KeyCaller caller, Sealed sealed, Map<String, String> context) {
        byte[] bytes = sealed.bytes();
        if (bytes.length == 0) {
            throw KeyErrors.of("InvalidCiphertextException");
        }
        byte[] blob = Arrays.copyOfRange(bytes, 1, bytes.length);
        CallersKeys callers = new CallersKeys(keys.encryption(), caller, sealed.keyArn());
        return switch (bytes[0]) {
            case DIRECT -> callers.decrypt(blob, context);
            case BY_DATA_KEY -> {
                try {
                    yield new SecretBytes(envelope(callers).open(blob, context));
                } catch (CorruptEnvelopeException changed) {
                    throw KeyErrors.of("InvalidCiphertextException");
                }
            }
            default -> throw KeyErrors.of("InvalidCiphertextException");
        };
    }

    /** One for each value: an envelope keeps the data keys that it has opened. */
    private Envelope envelope(EnvelopeKeys callers) {
        return new Envelope(callers, clock, random);
    }

    private static byte[] headed(byte form, byte[] blob) {
        return ByteBuffer.allocate(1 + blob.length).put(form).put(blob).array();
    }

    /** One caller's use of one key. */
    private static final class CallersKeys implements EnvelopeKeys {
        private final Encryption encryption;
        private final KeyCaller caller;
        private final String keyId;
        private Optional<String> usedKey = Optional.empty();

        CallersKeys(Encryption encryption, KeyCaller caller, String keyId) {
            this.encryption = encryption;
            this.caller = caller;
            this.keyId = keyId;
        }

        @Override
        public DataKey generateDataKey(KeyRef key, Map<String, String> context) {
            Encryption.DataKey made =
                    encryption.dataKey(
                            caller, keyId, "GenerateDataKey", DATA_KEY_BYTES, context, DryRun.OFF);
            usedKey = Optional.of(made.ciphertext().key().arn());
            try (SecretBytes plaintext = made.plaintext()) {
                return new DataKey(plaintext.reveal(), made.ciphertext().blob());
            }
        }

        @Override
        public DataKey unwrap(byte[] wrapped, Map<String, String> context) {
            try (SecretBytes plaintext = decrypt(wrapped, context)) {
                return new DataKey(plaintext.reveal(), wrapped);
            }
        }

        private SecretBytes decrypt(byte[] blob, Map<String, String> context) {
            return encryption
                    .decrypt(
                            caller,
                            Optional.of(keyId),
                            CipherInput.symmetric(context),
                            blob,
                            DryRun.OFF)
                    .bytes();
        }
    }
}
