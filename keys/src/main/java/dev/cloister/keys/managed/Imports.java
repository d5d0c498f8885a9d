package dev.cloister.keys.managed;

import dev.cloister.keys.KeyCaller;
import dev.cloister.keys.crypto.ImportWrapping;
import dev.cloister.keys.crypto.KeyMaterial;
import dev.cloister.keys.crypto.KeyPairs;
import dev.cloister.keys.crypto.KeySpec;
import dev.cloister.keys.managed.MaterialRows.Sealed;
import dev.cloister.storage.CorruptEnvelopeException;
import dev.cloister.storage.Database;
import dev.cloister.storage.Envelope;
import dev.cloister.storage.EnvelopeKeys.KeyRef;
import dev.cloister.storage.KeyUnavailableException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Arrays;
import java.util.Map;
import java.util.Optional;

/**
 * Key material that customers bring. The import token holds the private half of the wrapping key,
 * encrypted, so that nothing is stored for an import that never comes. Thread-safe.
 */
public final class Imports {
    /** GetParametersForImport: the token and the wrapping key are valid for 24 hours. */
    static final Duration TOKEN_LIFE = Duration.ofHours(24);

    private static final Duration LONGEST_EXPIRY = Duration.ofDays(365);
    private static final String ALIAS = "alias/cloister/kms-import";

    private final Database database;
    private final KeyGate gate;
    private final Materials materials;
    private final Envelope envelope;
    private final InstantSource clock;
    private final SecureRandom random;

    Imports(
            Database database,
            KeyGate gate,
            Materials materials,
            Envelope envelope,
            InstantSource clock,
            SecureRandom random) {
        this.database = database;
        this.gate = gate;
        this.materials = materials;
        this.envelope = envelope;
        this.clock = clock;
        this.random = random;
    }

    /** What a customer needs to wrap material for a key. */
    public record Parameters(
            ManagedKey key, SecretBytes publicKey, SecretBytes token, Instant validTo) {}

    public Parameters parameters(
            KeyCaller caller, String keyId, KeySpec wrappingSpec, String algorithm) {
        ManagedKey key = external(caller, keyId, "GetParametersForImport");
        KeyGate.requireNotLeaving(key);
        if (!ImportWrapping.isAvailable(algorithm)) {
            throw KeyErrors.notAvailable("The wrapping algorithm " + algorithm);
        }
        if (key.spec().isAsymmetric() && algorithm.startsWith("RSAES")) {
            throw KeyErrors.validation(
                    "WrappingAlgorithm %s is not valid for key spec %s."
                            .formatted(algorithm, key.spec()));
        }
        Instant validTo = clock.instant().plus(TOKEN_LIFE);
        try (KeyMaterial wrapping = KeyPairs.generate(wrappingSpec, random)) {
            byte[] token = token(key, wrappingSpec, algorithm, validTo, wrapping);
            return new Parameters(
                    key, new SecretBytes(wrapping.publicKey()), new SecretBytes(token), validTo);
        }
    }

    private byte[] token(
            ManagedKey key,
            KeySpec wrappingSpec,
            String algorithm,
            Instant validTo,
            KeyMaterial wrapping) {
        byte[] head = (wrappingSpec + " " + algorithm + "\n").getBytes(StandardCharsets.US_ASCII);
        byte[] secret = wrapping.secret();
        byte[] clear =
                ByteBuffer.allocate(Long.BYTES + head.length + secret.length)
                        .putLong(validTo.toEpochMilli())
                        .put(head)
                        .put(secret)
                        .array();
        try {
            return envelope.seal(clear, new KeyRef(key.account().value(), ALIAS), context(key));
        } finally {
            Arrays.fill(clear, (byte) 0);
            Arrays.fill(secret, (byte) 0);
        }
    }

    /** What comes with the material. */
    public record Import(
            Optional<Instant> expiresAt,
            Optional<String> expectedId,
            Optional<String> description) {}

    /** Imports material; returns the key and the material's id. */
    public Imported bring(
            KeyCaller caller, String keyId, byte[] token, byte[] wrapped, Import details) {
        ManagedKey key = external(caller, keyId, "ImportKeyMaterial");
        KeyGate.requireNotLeaving(key);
        checkExpiry(details);
        Sealed sealed;
        try (KeyMaterial material = unwrap(key, token, wrapped)) {
            sealed = materials.sealImported(key, material);
        }
        details.expectedId()
                .filter(id -> !id.equals(sealed.id()))
                .ifPresent(
                        _ -> {
                            throw otherMaterial();
                        });
        return database.write(
                handle -> {
                    ManagedKey now = Lifecycle.current(handle, key);
                    KeyGate.requireNotLeaving(now);
                    if (now.materialId().filter(id -> !id.equals(sealed.id())).isPresent()) {
                        throw otherMaterial();
                    }
                    MaterialRows.imported(
                            handle,
                            now.id(),
                            sealed,
                            details.expiresAt(),
                            details.description(),
                            clock.instant());
                    if (now.state() == KeyState.PENDING_IMPORT) {
                        KeyRows.setState(handle, now, KeyState.ENABLED);
                    }
                    return new Imported(now, sealed.id());
                });
    }

    /** A key and the id of its material. */
    public record Imported(ManagedKey key, String materialId) {}

    private void checkExpiry(Import details) {
        Instant now = clock.instant();
        details.expiresAt()
                .filter(at -> !at.isAfter(now) || at.isAfter(now.plus(LONGEST_EXPIRY)))
                .ifPresent(
                        _ -> {
                            throw KeyErrors.validation(
                                    "ValidTo must be in the future and at most 365 days away.");
                        });
    }

    /** Forgets a key's imported material; the key waits for it to be imported again. */
    public Imported delete(KeyCaller caller, String keyId) {
        ManagedKey key = external(caller, keyId, "DeleteImportedKeyMaterial");
        return database.write(
                handle -> {
                    ManagedKey now = Lifecycle.current(handle, key);
                    KeyGate.requireNotLeaving(now);
                    MaterialRows.forget(handle, now.id());
                    KeyRows.setState(handle, now, KeyState.PENDING_IMPORT);
                    return new Imported(now, now.materialId().orElse(""));
                });
    }

    private KeyMaterial unwrap(ManagedKey key, byte[] token, byte[] wrapped) {
        byte[] clear;
        try {
            clear = envelope.open(token, context(key));
        } catch (CorruptEnvelopeException | KeyUnavailableException e) {
            throw KeyErrors.of("InvalidImportTokenException");
        }
        try {
            ByteBuffer in = ByteBuffer.wrap(clear);
            if (!clock.instant().isBefore(Instant.ofEpochMilli(in.getLong()))) {
                throw KeyErrors.of("ExpiredImportTokenException");
            }
            int headEnd = Long.BYTES;
            while (clear[headEnd] != '\n') {
                headEnd++;
            }
            String[] head =
                    new String(clear, Long.BYTES, headEnd - Long.BYTES, StandardCharsets.US_ASCII)
                            .split(" ", 2);
            try (KeyMaterial wrapping =
                    new KeyMaterial(
                            Arrays.copyOfRange(clear, headEnd + 1, clear.length), new byte[0])) {
                return ImportWrapping.unwrap(
                                KeySpec.valueOf(head[0]), wrapping, head[1], wrapped, key.spec())
                        .orElseThrow(KeyErrors::invalidCiphertext);
            }
        } finally {
            Arrays.fill(clear, (byte) 0);
        }
    }

    private ManagedKey external(KeyCaller caller, String keyId, String operation) {
        ManagedKey key = gate.toManage(caller, keyId, operation);
        if (key.origin() != KeyOrigin.EXTERNAL) {
            throw KeyErrors.wrongOrigin(key);
        }
        return key;
    }

    private static RuntimeException otherMaterial() {
        return KeyErrors.of(
                "IncorrectKeyMaterialException",
                "The key material is not the one that was imported into this KMS key before.");
    }

    private static Map<String, String> context(ManagedKey key) {
        return Map.of("purpose", "kms import token", "key", key.arn());
    }
}
