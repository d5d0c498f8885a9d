package dev.cloister.keys.managed;

import dev.cloister.keys.KeyCaller;
import dev.cloister.keys.crypto.KeyMaterial;
import dev.cloister.keys.crypto.KeyPairs;
import dev.cloister.keys.crypto.KeySpec;
import dev.cloister.keys.crypto.KeyUsage;
import dev.cloister.keys.crypto.RsaCipher;
import dev.cloister.keys.crypto.SymmetricCipher;
import java.security.SecureRandom;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import javax.crypto.AEADBadTagException;

/** The operations that encrypt and decrypt. Thread-safe; plaintext is in no error. */
public final class Encryption {
    private final KeyDirectory directory;
    private final KeyGate gate;
    private final Materials materials;
    private final SecureRandom random;

    Encryption(KeyDirectory directory, KeyGate gate, Materials materials, SecureRandom random) {
        this.directory = directory;
        this.gate = gate;
        this.materials = materials;
        this.random = random;
    }

    public Ciphertext encrypt(
            KeyCaller caller, String keyId, CipherInput how, byte[] plaintext, DryRun dryRun) {
        ManagedKey key = toEncrypt(caller, keyId, "Encrypt", how);
        requireFits(key, how, plaintext);
        dryRun.stopIfDry();
        return encrypt(key, how, plaintext);
    }

    /**
     * Decrypts.
     *
     * @param keyId not needed for what a symmetric key encrypted
     */
    public Plaintext decrypt(
            KeyCaller caller,
            Optional<String> keyId,
            CipherInput how,
            byte[] ciphertext,
            DryRun dryRun) {
        return decrypt(caller, keyId, "Decrypt", how, ciphertext, dryRun);
    }

    /** Decrypts and encrypts again without the caller seeing the plaintext. */
    public ReEncrypted reEncrypt(
            KeyCaller caller,
            Optional<String> sourceKeyId,
            CipherInput from,
            byte[] ciphertext,
            String destinationKeyId,
            CipherInput to,
            DryRun dryRun) {
        boolean sameKey =
                idOf(caller, Optional.of(destinationKeyId))
                        .equals(idOf(caller, sourceKeyId).or(() -> named(ciphertext)));
        KeyCaller asking =
                caller.with(Map.of("kms:ReEncryptOnSameKey", List.of(Boolean.toString(sameKey))));
        ManagedKey destination = toEncrypt(asking, destinationKeyId, "ReEncryptTo", to);
        Plaintext plaintext =
                decrypt(asking, sourceKeyId, "ReEncryptFrom", from, ciphertext, dryRun);
        try (SecretBytes bytes = plaintext.bytes()) {
            byte[] clear = bytes.reveal();
            requireFits(destination, to, clear);
            Ciphertext fresh = encrypt(destination, to, clear);
            Arrays.fill(clear, (byte) 0);
            return new ReEncrypted(plaintext.key(), plaintext.materialId(), fresh);
        }
    }

    private Optional<String> idOf(KeyCaller caller, Optional<String> keyId) {
        return keyId.flatMap(id -> directory.find(KeyReference.any(id, caller), caller))
                .map(ManagedKey::id);
    }

    private static Optional<String> named(byte[] ciphertext) {
        return CiphertextBlob.parse(ciphertext).map(CiphertextBlob::keyId);
    }

    /** ReEncrypt's answer. */
    public record ReEncrypted(
            ManagedKey source, Optional<String> sourceMaterialId, Ciphertext fresh) {}

    /**
     * Makes a data key.
     *
     * @param operation GenerateDataKey or GenerateDataKeyWithoutPlaintext
     */
    public DataKey dataKey(
            KeyCaller caller,
            String keyId,
            String operation,
            int bytes,
            Map<String, String> context,
            DryRun dryRun) {
        ManagedKey key = symmetric(caller, keyId, operation, context);
        dryRun.stopIfDry();
        return dataKey(key, bytes, context);
    }

    private DataKey dataKey(ManagedKey key, int bytes, Map<String, String> context) {
        byte[] plaintext = new byte[bytes];
        random.nextBytes(plaintext);
        return new DataKey(
                encrypt(key, CipherInput.symmetric(context), plaintext),
                new SecretBytes(plaintext));
    }

    /** A data key in clear and encrypted; whoever has it closes {@code plaintext}. */
    public record DataKey(Ciphertext ciphertext, SecretBytes plaintext) {}

    /**
     * Makes a data key pair.
     *
     * @param operation GenerateDataKeyPair or GenerateDataKeyPairWithoutPlaintext
     */
    public DataKeyPair dataKeyPair(
            KeyCaller caller,
            String keyId,
            String operation,
            KeySpec spec,
            Map<String, String> context,
            DryRun dryRun) {
        ManagedKey key = symmetric(caller, keyId, operation, context);
        dryRun.stopIfDry();
        try (KeyMaterial pair = KeyPairs.generate(spec, random)) {
            byte[] privateKey = pair.secret();
            return new DataKeyPair(
                    encrypt(key, CipherInput.symmetric(context), privateKey),
                    new SecretBytes(privateKey),
                    new SecretBytes(pair.publicKey()));
        }
    }

    /** A data key pair; whoever has it closes {@code privateKey}. */
    public record DataKeyPair(
            Ciphertext ciphertext, SecretBytes privateKey, SecretBytes publicKey) {}

    /** Checks that a caller may decrypt under a key, and that the key is able to. */
    void requireDecryptable(KeyCaller caller, String keyId, Map<String, String> context) {
        ManagedKey key = gate.toUse(caller, keyId, "Decrypt", context);
        requireUsage(key, "Decrypt", CipherInput.symmetric(context));
    }

    /** Checks that a caller may encrypt under a key, and that the key is able to. */
    ManagedKey requireEncryptable(KeyCaller caller, String keyId, Map<String, String> context) {
        return toEncrypt(caller, keyId, "Encrypt", CipherInput.symmetric(context));
    }

    /** A key's id; the name itself where there is no such key. */
    String idOf(KeyCaller caller, String keyId) {
        return idOf(caller, Optional.of(keyId)).orElse(keyId);
    }

    /** Opens what the platform itself stored: needs the material, not a state or a permission. */
    Plaintext openStored(byte[] ciphertext, Map<String, String> context) {
        CiphertextBlob blob =
                CiphertextBlob.parse(ciphertext).orElseThrow(KeyErrors::invalidCiphertext);
        ManagedKey key = directory.find(blob.keyId()).orElseThrow(KeyErrors::unknownCiphertext);
        return new Plaintext(key, Optional.of(blob.materialId()), open(key, blob, context));
    }

    /**
     * Makes a data key for what the platform itself stores under a customer's key: whoever decided
     * to store it there was allowed to, so that it needs the key's state and no permission.
     */
    DataKey dataKeyToStore(KeyCaller caller, String keyId, Map<String, String> context) {
        KeyReference reference = KeyReference.any(keyId, caller);
        ManagedKey key =
                directory
                        .find(reference, caller)
                        .orElseThrow(() -> KeyErrors.noKey(reference.arn()));
        KeyGate.requireUsable(key);
        requireSymmetric(key, "GenerateDataKey");
        return dataKey(key, 32, context);
    }

    private SecretBytes open(ManagedKey key, CiphertextBlob blob, Map<String, String> context) {
        try (KeyMaterial material =
                materials.open(key, blob.materialId()).orElseThrow(KeyErrors::invalidCiphertext)) {
            return new SecretBytes(
                    SymmetricCipher.open(material, blob.head(), context, blob.sealed()));
        } catch (AEADBadTagException e) {
            throw KeyErrors.invalidCiphertext();
        }
    }

    /** Random bytes (GenerateRandom). */
    public byte[] random(int bytes) {
        byte[] out = new byte[bytes];
        random.nextBytes(out);
        return out;
    }

    private ManagedKey toEncrypt(
            KeyCaller caller, String keyId, String operation, CipherInput how) {
        ManagedKey key = gate.toUse(how.asked(caller), keyId, operation, how.context());
        requireUsage(key, operation, how);
        return key;
    }

    private ManagedKey symmetric(
            KeyCaller caller, String keyId, String operation, Map<String, String> context) {
        ManagedKey key =
                gate.toUse(CipherInput.symmetric(context).asked(caller), keyId, operation, context);
        requireSymmetric(key, operation);
        return key;
    }

    private static void requireSymmetric(ManagedKey key, String operation) {
        if (key.usage() != KeyUsage.ENCRYPT_DECRYPT) {
            throw KeyErrors.wrongUsage(key, operation);
        }
        if (key.spec() != KeySpec.SYMMETRIC_DEFAULT) {
            throw KeyErrors.of(
                    "InvalidKeyUsageException",
                    "%s key spec is %s which is not valid for %s."
                            .formatted(key.arn(), key.spec(), operation));
        }
    }

    private static void requireUsage(ManagedKey key, String operation, CipherInput how) {
        if (key.usage() != KeyUsage.ENCRYPT_DECRYPT) {
            throw KeyErrors.wrongUsage(key, operation);
        }
        if (!key.spec().encryptionAlgorithms().contains(how.algorithm())) {
            throw KeyErrors.wrongAlgorithm(key, how.algorithm());
        }
        if (key.spec().isAsymmetric() && !how.context().isEmpty()) {
            throw KeyErrors.validation(
                    "EncryptionContext is not supported with asymmetric KMS keys.");
        }
    }

    private static void requireFits(ManagedKey key, CipherInput how, byte[] plaintext) {
        if (key.spec().isAsymmetric()) {
            int most = RsaCipher.mostPlaintext(key.spec(), how.algorithm());
            if (plaintext.length > most) {
                throw KeyErrors.validation(
                        "Algorithm %s and key spec %s cannot encrypt data longer than %d bytes."
                                .formatted(how.algorithm(), key.spec(), most));
            }
        }
    }

    private Ciphertext encrypt(ManagedKey key, CipherInput how, byte[] plaintext) {
        try (KeyMaterial material = materials.current(key)) {
            if (key.spec().isAsymmetric()) {
                return new Ciphertext(
                        key,
                        Optional.empty(),
                        RsaCipher.encrypt(key.spec(), material, how.algorithm(), plaintext));
            }
            byte[] head = CiphertextBlob.head(key.id(), key.materialId().orElseThrow());
            byte[] sealed = SymmetricCipher.seal(material, head, how.context(), plaintext, random);
            return new Ciphertext(key, key.materialId(), CiphertextBlob.join(head, sealed));
        }
    }

    private Plaintext decrypt(
            KeyCaller caller,
            Optional<String> keyId,
            String operation,
            CipherInput how,
            byte[] ciphertext,
            DryRun dryRun) {
        if (!how.algorithm().equals(CipherInput.SYMMETRIC)) {
            return decryptRsa(caller, keyId, operation, how, ciphertext, dryRun);
        }
        Optional<ManagedKey> named =
                keyId.map(id -> gate.toUse(how.asked(caller), id, operation, how.context()));
        named.ifPresent(key -> requireUsage(key, operation, how));
        CiphertextBlob blob =
                CiphertextBlob.parse(ciphertext).orElseThrow(KeyErrors::invalidCiphertext);
        if (named.filter(key -> !key.id().equals(blob.keyId())).isPresent()) {
            throw KeyErrors.of(
                    "IncorrectKeyException",
                    "The key ID in the request does not identify a CMK that can perform this"
                            + " operation.");
        }
        ManagedKey key = named.orElseGet(() -> ofCiphertext(caller, blob.keyId(), operation, how));
        dryRun.stopIfDry();
        return new Plaintext(key, Optional.of(blob.materialId()), open(key, blob, how.context()));
    }

    /** The key that a blob names: the caller learns of it only if it may use it. */
    private ManagedKey ofCiphertext(
            KeyCaller caller, String keyId, String operation, CipherInput how) {
        ManagedKey key =
                directory
                        .find(keyId)
                        .filter(it -> it.region().equals(caller.region()))
                        .orElseThrow(KeyErrors::unknownCiphertext);
        gate.authorize(how.asked(caller), key, operation, how.context());
        KeyGate.requireUsable(key);
        return key;
    }

    private Plaintext decryptRsa(
            KeyCaller caller,
            Optional<String> keyId,
            String operation,
            CipherInput how,
            byte[] ciphertext,
            DryRun dryRun) {
        String id =
                keyId.orElseThrow(
                        () ->
                                KeyErrors.validation(
                                        "KeyId is required to decrypt with an asymmetric KMS"
                                                + " key."));
        ManagedKey key = gate.toUse(how.asked(caller), id, operation, how.context());
        requireUsage(key, operation, how);
        dryRun.stopIfDry();
        try (KeyMaterial material = materials.current(key)) {
            byte[] plaintext =
                    RsaCipher.decrypt(key.spec(), material, how.algorithm(), ciphertext)
                            .orElseThrow(KeyErrors::invalidCiphertext);
            return new Plaintext(key, Optional.empty(), new SecretBytes(plaintext));
        }
    }
}
