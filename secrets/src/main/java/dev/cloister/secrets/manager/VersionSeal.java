package dev.cloister.secrets.manager;

import dev.cloister.api.AwsError;
import dev.cloister.keys.KeyCaller;
import dev.cloister.keys.managed.SecretBytes;
import dev.cloister.secrets.Sealed;
import dev.cloister.secrets.ValueKeys;
import dev.cloister.secrets.manager.SecretValue.Kind;

/** Seals and opens the values of versions; KMS's refusals become Secrets Manager's. Thread-safe. */
final class VersionSeal {
    private final ValueKeys keys;

    VersionSeal(ValueKeys keys) {
        this.keys = keys;
    }

    Sealed seal(KeyCaller caller, Secret secret, String versionId, SecretValue value) {
        requireOwnKey(caller, secret);
        try {
            return keys.envelop(
                    caller,
                    secret.keyReference(),
                    value.reveal(),
                    Secret.context(secret.arn(), versionId));
        } catch (AwsError e) {
            throw refused(e, "EncryptionFailure", "encrypt");
        }
    }

    SecretValue open(KeyCaller caller, Secret secret, SecretVersion version) {
        requireOwnKey(caller, secret);
        return open(caller, secret.arn(), version.id(), version.kind(), version.sealed());
    }

    private SecretValue open(
            KeyCaller caller, String arn, String versionId, Kind kind, Sealed sealed) {
        try (SecretBytes bytes = keys.open(caller, sealed, Secret.context(arn, versionId))) {
            return new SecretValue(kind, bytes.reveal());
        } catch (AwsError e) {
            throw refused(e, "DecryptionFailure", "decrypt");
        }
    }

    /** The policies of {@code aws/secretsmanager} speak of its own account alone. */
    private static void requireOwnKey(KeyCaller caller, Secret secret) {
        if (secret.usesDefaultKey() && !caller.account().equals(secret.account())) {
            throw SecretErrors.invalidRequest(
                    "You can't access a secret from a different AWS account if you encrypt the"
                            + " secret with the default KMS service key.");
        }
    }

    private static AwsError refused(AwsError kms, String code, String what) {
        if (kms.code().equals("AccessDeniedException")) {
            return SecretErrors.of("AccessDeniedException", "Access to KMS is not allowed");
        }
        return SecretErrors.of(
                code,
                "Secrets Manager can't %s the protected secret text using the provided KMS key. KMS Exception: %s KMS Message: %s"
                        .formatted(what, kms.code(), kms.message()));
    }
}
