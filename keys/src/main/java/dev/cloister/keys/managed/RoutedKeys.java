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
    private final ServiceCaller service;

    /** As whom a service uses a KMS key. */
    @FunctionalInterface
    public interface ServiceCaller {

        /**
         * @param region the key's
         * @param encryptionContext of this use
         */
        KeyCaller of(AccountId account, Region region, Map<String, String> encryptionContext);
    }

    /**
     * @param own the accounts' own keys
     */
    public RoutedKeys(EnvelopeKeys own, ManagedKeys managed, ServiceCaller service) {
        this.own = own;
        this.managed = managed;
        this.service = service;
    }

    /**
     * Keys that a service uses for an account.
     *
     * @param name the service's name in {@code kms:ViaService}, for example {@code lambda}
     */
    public static ServiceCaller viaService(String name) {
        return (account, region, context) ->
                KeyCaller.service(account, region, "%s.%s.amazonaws.com".formatted(name, region));
    }

    @Override
    public dev.cloister.storage.DataKey generateDataKey(
            KeyRef key, Map<String, String> encryptionContext) {
        if (!key.alias().startsWith("arn:")) {
            return own.generateDataKey(key, encryptionContext);
        }
        KeyCaller caller = caller(key.account(), key.alias(), encryptionContext);
        try {
            DataKey made =
                    managed.encryption()
                            .dataKey(
                                    caller,
                                    key.alias(),
                                    "GenerateDataKey",
                                    32,
                                    encryptionContext,
                                    DryRun.OFF);
            managed.uses()
                    .byService(
                            caller,
                            "GenerateDataKey",
                            made.ciphertext().key().arn(),
                            encryptionContext);
            return stored(made);
        } catch (AwsError e) {
            throw new KeyUnavailableException(
                    "KMS Exception: %s KMS Message: %s".formatted(e.code(), e.message()), e);
        }
    }

    /** A data key in the form in which it is stored. */
    static dev.cloister.storage.DataKey stored(DataKey made) {
        try (SecretBytes plaintext = made.plaintext()) {
            byte[] blob = made.ciphertext().blob();
            byte[] wrapped = ByteBuffer.allocate(1 + blob.length).put(VERSION).put(blob).array();
            return new dev.cloister.storage.DataKey(plaintext.reveal(), wrapped);
        }
    }

    @Override
    public dev.cloister.storage.DataKey unwrap(
            byte[] wrapped, Map<String, String> encryptionContext) {
        if (wrapped.length == 0 || wrapped[0] != VERSION) {
            return own.unwrap(wrapped, encryptionContext);
        }
        try (SecretBytes plaintext =
                recorded(
                        managed.encryption()
                                .openStored(
                                        Arrays.copyOfRange(wrapped, 1, wrapped.length),
                                        encryptionContext),
                        encryptionContext)) {
            return new dev.cloister.storage.DataKey(plaintext.reveal(), wrapped);
        } catch (AwsError e) {
            throw new KeyUnavailableException(
                    "the KMS key of a stored data key can't open it: " + e.code(), e);
        }
    }

    /**
     * As {@link #unwrap}, if the service may decrypt under the KMS key just now.
     *
     * @throws KeyUnavailableException with KMS's error as its cause if it may not
     */
    public dev.cloister.storage.DataKey unwrapIfAllowed(
            AccountId account,
            Region region,
            byte[] wrapped,
            Map<String, String> encryptionContext) {
        if (wrapped.length == 0 || wrapped[0] != VERSION) {
            return own.unwrap(wrapped, encryptionContext);
        }
        try (SecretBytes plaintext =
                recorded(
                        managed.encryption()
                                .decrypt(
                                        service.of(account, region, encryptionContext),
                                        Optional.empty(),
                                        CipherInput.symmetric(encryptionContext),
                                        Arrays.copyOfRange(wrapped, 1, wrapped.length),
                                        DryRun.OFF),
                        encryptionContext)) {
            return new dev.cloister.storage.DataKey(plaintext.reveal(), wrapped);
        } catch (AwsError e) {
            throw new KeyUnavailableException(
                    "KMS Exception: %s KMS Message: %s".formatted(e.code(), e.message()), e);
        }
    }

    private SecretBytes recorded(Plaintext opened, Map<String, String> context) {
        ManagedKey key = opened.key();
        managed.uses()
                .byService(
                        service.of(key.account(), key.region(), context),
                        "Decrypt",
                        key.arn(),
                        context);
        return opened.bytes();
    }

    /** Why the service may not decrypt under a key just now; nothing if it may. */
    public Optional<AwsError> refusal(
            AccountId account, String keyArn, Map<String, String> encryptionContext) {
        return refusalFor(
                caller(account.value(), keyArn, encryptionContext), keyArn, encryptionContext);
    }

    /** Why somebody may not decrypt just now; nothing if it may. */
    public Optional<AwsError> refusalFor(
            KeyCaller caller, String keyArn, Map<String, String> encryptionContext) {
        try {
            managed.encryption().requireDecryptable(caller, keyArn, encryptionContext);
            return Optional.empty();
        } catch (AwsError e) {
            return Optional.of(e);
        }
    }

    private KeyCaller caller(String account, String keyArn, Map<String, String> context) {
        String region = keyArn.split(":", 6)[3];
        return service.of(new AccountId(account), new Region(region), context);
    }
}
