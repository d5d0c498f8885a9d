package dev.cloister.keys.managed;

import dev.cloister.api.AccountId;
import dev.cloister.keys.crypto.KeyMaterial;
import dev.cloister.keys.crypto.KeyPairs;
import dev.cloister.keys.crypto.KeySpec;
import dev.cloister.keys.managed.MaterialRows.Sealed;
import dev.cloister.storage.Database;
import dev.cloister.storage.Envelope;
import dev.cloister.storage.EnvelopeKeys.KeyRef;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.security.SecureRandom;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.Map;
import java.util.Optional;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/**
 * Key material at rest: sealed under the account's key for material, which the root key wraps, and
 * bound to its key, its id and its public half. Thread-safe; never called from a database write.
 */
final class Materials {
    private static final String ALIAS = "alias/cloister/kms-material";
    private static final int ID_BYTES = 32;

    private final Database database;
    private final Envelope envelope;
    private final SecureRandom random;

    Materials(Database database, Envelope envelope, SecureRandom random) {
        this.database = database;
        this.envelope = envelope;
        this.random = random;
    }

    Sealed generate(AccountId account, String keyId, KeySpec spec) {
        byte[] id = new byte[ID_BYTES];
        random.nextBytes(id);
        try (KeyMaterial material = KeyPairs.generate(spec, random)) {
            return seal(account, keyId, HexFormat.of().formatHex(id), material);
        }
    }

    /** Imported material has an id that follows from it: the same material comes back as itself. */
    Sealed sealImported(ManagedKey key, KeyMaterial material) {
        return seal(key.account(), key.id(), fingerprint(key.id(), material), material);
    }

    private Sealed seal(AccountId account, String keyId, String id, KeyMaterial material) {
        byte[] secret = material.secret();
        byte[] publicKey = material.publicKey();
        try {
            byte[] sealed =
                    envelope.seal(
                            secret,
                            new KeyRef(account.value(), ALIAS),
                            context(keyId, id, publicKey));
            return new Sealed(id, sealed, publicKey);
        } finally {
            Arrays.fill(secret, (byte) 0);
        }
    }

    /** The material in clear; the caller closes it. Nothing if it is not here (any more). */
    Optional<KeyMaterial> open(ManagedKey key, String materialId) {
        return database.read(handle -> MaterialRows.sealed(handle, key.id(), materialId))
                .map(
                        row ->
                                new KeyMaterial(
                                        envelope.open(
                                                row.bytes(),
                                                context(key.id(), row.id(), row.publicKey())),
                                        row.publicKey()));
    }

    /** The material that encrypts and signs. */
    KeyMaterial current(ManagedKey key) {
        return key.materialId()
                .flatMap(id -> open(key, id))
                .orElseThrow(() -> KeyErrors.invalidState(key.arn(), "is pending import."));
    }

    private static Map<String, String> context(String keyId, String id, byte[] publicKey) {
        return Map.of(
                "purpose",
                "kms key material",
                "key",
                keyId,
                "material",
                id,
                "public",
                HexFormat.of().formatHex(sha256(publicKey)));
    }

    private static String fingerprint(String keyId, KeyMaterial material) {
        byte[] secret = material.secret();
        try {
            Mac mac = Mac.getInstance("HmacSHA256");
            mac.init(new SecretKeySpec(secret, "HmacSHA256"));
            return HexFormat.of()
                    .formatHex(
                            mac.doFinal(
                                    ("cloister imported material of " + keyId)
                                            .getBytes(StandardCharsets.US_ASCII)));
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("every JDK has HmacSHA256", e);
        } finally {
            Arrays.fill(secret, (byte) 0);
        }
    }

    private static byte[] sha256(byte[] bytes) {
        try {
            return MessageDigest.getInstance("SHA-256").digest(bytes);
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("every JDK has SHA-256", e);
        }
    }
}
