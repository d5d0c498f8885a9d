package dev.cloister.keys.managed;

import dev.cloister.api.AccountId;
import dev.cloister.api.AwsError;
import dev.cloister.api.Region;
import dev.cloister.keys.KeyCaller;
import dev.cloister.keys.managed.Encryption.DataKey;
import dev.cloister.storage.EnvelopeKeys;
import dev.cloister.storage.KeyUnavailableException;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.Map;
import java.util.Optional;

/**
 * Envelope keys among which a name that is a key's ARN means that KMS key, used by a service for
 * the account; every other name is the account's own. Thread-safe.
 *
 * <p>A data key under a KMS key is wrapped as version 2 (1 byte) and KMS's ciphertext; the
 * account's own are of version 1. Opening what is stored asks for the material alone: whether the
 * key may be used just now is decided at every use of what was opened, by {@link #refusal}, so that
 * a key that is enabled again needs no restart. What a destroyed key encrypted stays closed.
 */
public final class RoutedKeys implements EnvelopeKeys {
    private static final byte VERSION = 2;

    private final EnvelopeKeys own;
    private final ManagedKeys managed;
    private final String service;

    /**
     * @param own the accounts' own keys
     * @param service the service's name in {@code kms:ViaService}, for example {@code lambda}
     */
    public RoutedKeys(EnvelopeKeys own, ManagedKeys managed, String service) {
        this.own = own;
        this.managed = managed;
        this.service = service;
    }

    @Override
    public dev.cloister.storage.DataKey generateDataKey(
            KeyRef key, Map<String, String> encryptionContext) {
        if (!key.alias().startsWith("arn:")) {
            return own.generateDataKey(key, encryptionContext);
        }
        try {
            DataKey made =
                    managed.encryption()
                            .dataKey(
                                    caller(key.account(), key.alias()),
                                    key.alias(),
                                    "GenerateDataKey",
                                    32,
                                    encryptionContext,
                                    DryRun.OFF);
            try (SecretBytes plaintext = made.plaintext()) {
                byte[] blob = made.ciphertext().blob();
                byte[] wrapped =
                        ByteBuffer.allocate(1 + blob.length).put(VERSION).put(blob).array();
                return new dev.cloister.storage.DataKey(plaintext.reveal(), wrapped);
            }
        } catch (AwsError e) {
            throw new KeyUnavailableException(
                    "KMS Exception: %s KMS Message: %s".formatted(e.code(), e.message()), e);
        }
    }

    @Override
    public dev.cloister.storage.DataKey unwrap(
            byte[] wrapped, Map<String, String> encryptionContext) {
        if (wrapped.length == 0 || wrapped[0] != VERSION) {
            return own.unwrap(wrapped, encryptionContext);
        }
        try (SecretBytes plaintext =
                managed.encryption()
                        .openStored(
                                Arrays.copyOfRange(wrapped, 1, wrapped.length),
                                encryptionContext)) {
            return new dev.cloister.storage.DataKey(plaintext.reveal(), wrapped);
        } catch (AwsError e) {
            throw new KeyUnavailableException(
                    "the KMS key of a stored data key can't open it: " + e.code(), e);
        }
    }

    /** Why the service may not decrypt under a key just now; nothing if it may. */
    public Optional<AwsError> refusal(
            AccountId account, String keyArn, Map<String, String> encryptionContext) {
        try {
            managed.encryption()
                    .requireDecryptable(caller(account.value(), keyArn), keyArn, encryptionContext);
            return Optional.empty();
        } catch (AwsError e) {
            return Optional.of(e);
        }
    }

    private KeyCaller caller(String account, String keyArn) {
        String region = keyArn.split(":", 6)[3];
        return KeyCaller.service(
                new AccountId(account),
                new Region(region),
                "%s.%s.amazonaws.com".formatted(service, region));
    }
}
