package dev.cloister.keys.managed;

import dev.cloister.keys.KeyCaller;
import dev.cloister.keys.crypto.Agreement;
import dev.cloister.keys.crypto.KeyMaterial;
import dev.cloister.keys.crypto.KeyUsage;
import dev.cloister.keys.crypto.Macs;
import dev.cloister.keys.crypto.Signatures;
import dev.cloister.keys.crypto.SigningAlgorithm;
import java.util.Map;
import java.util.Optional;

/**
 * The operations that sign, make message authentication codes, agree on secrets, and hand out
 * public keys. Thread-safe.
 */
public final class Signing {
    private final KeyGate gate;
    private final Materials materials;

    Signing(KeyGate gate, Materials materials) {
        this.gate = gate;
        this.materials = materials;
    }

    /** A result and the key that gave it. */
    public record Signed(ManagedKey key, SecretBytes bytes) {}

    public Signed sign(
            KeyCaller caller,
            String keyId,
            String algorithm,
            Signatures.Input input,
            byte[] message,
            DryRun dryRun) {
        ManagedKey key = toUse(caller, keyId, "Sign", KeyUsage.SIGN_VERIFY);
        SigningAlgorithm known = algorithm(key, algorithm);
        checkInput(key, known, input, message);
        dryRun.stopIfDry();
        try (KeyMaterial material = materials.current(key)) {
            return new Signed(
                    key,
                    new SecretBytes(Signatures.sign(key.spec(), material, known, input, message)));
        }
    }

    /** The key, if the signature is one of its own; else KMSInvalidSignatureException. */
    public ManagedKey verify(
            KeyCaller caller,
            String keyId,
            String algorithm,
            Signatures.Input input,
            byte[] message,
            byte[] signature,
            DryRun dryRun) {
        ManagedKey key = toUse(caller, keyId, "Verify", KeyUsage.SIGN_VERIFY);
        SigningAlgorithm known = algorithm(key, algorithm);
        checkInput(key, known, input, message);
        dryRun.stopIfDry();
        try (KeyMaterial material = materials.current(key)) {
            if (!Signatures.verify(
                    key.spec(), material.publicKey(), known, input, message, signature)) {
                throw KeyErrors.of("KMSInvalidSignatureException");
            }
            return key;
        }
    }

    public Signed mac(
            KeyCaller caller, String keyId, String algorithm, byte[] message, DryRun dryRun) {
        ManagedKey key = toUse(caller, keyId, "GenerateMac", KeyUsage.GENERATE_VERIFY_MAC);
        checkMac(key, algorithm);
        dryRun.stopIfDry();
        try (KeyMaterial material = materials.current(key)) {
            return new Signed(key, new SecretBytes(Macs.generate(key.spec(), material, message)));
        }
    }

    /** The key, if the code is one of its own; else KMSInvalidMacException. */
    public ManagedKey verifyMac(
            KeyCaller caller,
            String keyId,
            String algorithm,
            byte[] message,
            byte[] mac,
            DryRun dryRun) {
        ManagedKey key = toUse(caller, keyId, "VerifyMac", KeyUsage.GENERATE_VERIFY_MAC);
        checkMac(key, algorithm);
        dryRun.stopIfDry();
        try (KeyMaterial material = materials.current(key)) {
            if (!Macs.verify(key.spec(), material, message, mac)) {
                throw KeyErrors.of("KMSInvalidMacException");
            }
            return key;
        }
    }

    /** The shared secret of the key and somebody's public key (DeriveSharedSecret). */
    public Signed derive(KeyCaller caller, String keyId, byte[] publicKey, DryRun dryRun) {
        ManagedKey key = toUse(caller, keyId, "DeriveSharedSecret", KeyUsage.KEY_AGREEMENT);
        dryRun.stopIfDry();
        try (KeyMaterial material = materials.current(key)) {
            Optional<byte[]> secret = Agreement.derive(key.spec(), material, publicKey);
            return new Signed(
                    key,
                    new SecretBytes(
                            secret.orElseThrow(
                                    () ->
                                            KeyErrors.validation(
                                                    "PublicKey is not a valid public key of key"
                                                            + " spec "
                                                            + key.spec()))));
        }
    }

    public Signed publicKey(KeyCaller caller, String keyId) {
        ManagedKey key = gate.toUse(caller, keyId, "GetPublicKey", Map.of());
        if (!key.spec().isAsymmetric()) {
            throw KeyErrors.of(
                    "UnsupportedOperationException",
                    "%s key spec is %s which is not valid for GetPublicKey."
                            .formatted(key.arn(), key.spec()));
        }
        try (KeyMaterial material = materials.current(key)) {
            return new Signed(key, new SecretBytes(material.publicKey()));
        }
    }

    private ManagedKey toUse(KeyCaller caller, String keyId, String operation, KeyUsage usage) {
        ManagedKey key = gate.toUse(caller, keyId, operation, Map.of());
        if (key.usage() != usage) {
            throw KeyErrors.wrongUsage(key, operation);
        }
        return key;
    }

    private static SigningAlgorithm algorithm(ManagedKey key, String name) {
        return SigningAlgorithm.named(name)
                .filter(key.spec().signingAlgorithms()::contains)
                .orElseThrow(() -> KeyErrors.wrongAlgorithm(key, name));
    }

    private static void checkMac(ManagedKey key, String algorithm) {
        if (!key.spec().macAlgorithms().contains(algorithm)) {
            throw KeyErrors.wrongAlgorithm(key, algorithm);
        }
    }

    private static void checkInput(
            ManagedKey key, SigningAlgorithm algorithm, Signatures.Input input, byte[] message) {
        if (input == Signatures.Input.MESSAGE) {
            return;
        }
        if (!algorithm.takesDigests()) {
            throw KeyErrors.validation(
                    "Message type DIGEST is incompatible with key spec %s.".formatted(key.spec()));
        }
        if (message.length != algorithm.digestBytes()) {
            throw KeyErrors.validation(
                    "Digest is invalid length for algorithm %s.".formatted(algorithm));
        }
    }
}
