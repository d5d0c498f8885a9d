package dev.cloister.keys.wire;

import dev.cloister.api.RequestContext;
import dev.cloister.keys.managed.CipherInput;
import dev.cloister.keys.managed.Ciphertext;
import dev.cloister.keys.managed.Encryption;
import dev.cloister.keys.managed.Encryption.ReEncrypted;
import dev.cloister.keys.managed.KeyErrors;
import dev.cloister.keys.managed.Plaintext;
import dev.cloister.keys.managed.SecretBytes;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.core.SdkBytes;
import software.amazon.awssdk.services.kms.model.DecryptRequest;
import software.amazon.awssdk.services.kms.model.DecryptResponse;
import software.amazon.awssdk.services.kms.model.EncryptRequest;
import software.amazon.awssdk.services.kms.model.EncryptResponse;
import software.amazon.awssdk.services.kms.model.GenerateRandomRequest;
import software.amazon.awssdk.services.kms.model.GenerateRandomResponse;
import software.amazon.awssdk.services.kms.model.ReEncryptRequest;
import software.amazon.awssdk.services.kms.model.ReEncryptResponse;

/** The operations that encrypt and decrypt, and random bytes. */
final class CipherOperations {
    private static final String STANDARD = "SYMMETRIC_DEFAULT";

    private final Encryption encryption;

    CipherOperations(Encryption encryption) {
        this.encryption = encryption;
    }

    EncryptResponse encrypt(EncryptRequest request, RequestContext context) {
        Inputs.checkTokens(request.grantTokens());
        CipherInput how = how(request.encryptionAlgorithmAsString(), request.encryptionContext());
        Ciphertext ciphertext =
                encryption.encrypt(
                        RequestKeys.caller(request, context),
                        request.keyId(),
                        how,
                        Inputs.bytes(request.plaintext()),
                        Inputs.dryRun(request.dryRun()));
        return EncryptResponse.builder()
                .ciphertextBlob(SdkBytes.fromByteArrayUnsafe(ciphertext.blob()))
                .keyId(ciphertext.key().arn())
                .encryptionAlgorithm(how.algorithm())
                .build();
    }

    DecryptResponse decrypt(DecryptRequest request, RequestContext context) {
        Inputs.checkTokens(request.grantTokens());
        Inputs.refuse(request.recipient());
        Inputs.refuseModifiers(request.dryRunModifiersAsStrings());
        CipherInput how = how(request.encryptionAlgorithmAsString(), request.encryptionContext());
        Plaintext plaintext =
                encryption.decrypt(
                        RequestKeys.caller(request, context),
                        Optional.ofNullable(request.keyId()),
                        how,
                        ciphertext(request.ciphertextBlob()),
                        Inputs.dryRun(request.dryRun()));
        try (SecretBytes bytes = plaintext.bytes()) {
            return DecryptResponse.builder()
                    .keyId(plaintext.key().arn())
                    .plaintext(SdkBytes.fromByteArrayUnsafe(bytes.reveal()))
                    .encryptionAlgorithm(how.algorithm())
                    .keyMaterialId(plaintext.materialId().orElse(null))
                    .build();
        }
    }

    ReEncryptResponse reEncrypt(ReEncryptRequest request, RequestContext context) {
        Inputs.checkTokens(request.grantTokens());
        Inputs.refuseModifiers(request.dryRunModifiersAsStrings());
        CipherInput from =
                how(request.sourceEncryptionAlgorithmAsString(), request.sourceEncryptionContext());
        CipherInput to =
                how(
                        request.destinationEncryptionAlgorithmAsString(),
                        request.destinationEncryptionContext());
        ReEncrypted done =
                encryption.reEncrypt(
                        RequestKeys.caller(request, context),
                        Optional.ofNullable(request.sourceKeyId()),
                        from,
                        ciphertext(request.ciphertextBlob()),
                        request.destinationKeyId(),
                        to,
                        Inputs.dryRun(request.dryRun()));
        return ReEncryptResponse.builder()
                .ciphertextBlob(SdkBytes.fromByteArrayUnsafe(done.fresh().blob()))
                .sourceKeyId(done.source().arn())
                .keyId(done.fresh().key().arn())
                .sourceEncryptionAlgorithm(from.algorithm())
                .destinationEncryptionAlgorithm(to.algorithm())
                .sourceKeyMaterialId(done.sourceMaterialId().orElse(null))
                .destinationKeyMaterialId(done.fresh().materialId().orElse(null))
                .build();
    }

    GenerateRandomResponse random(GenerateRandomRequest request, RequestContext context) {
        Inputs.refuse(request.recipient());
        if (request.customKeyStoreId() != null) {
            throw KeyErrors.notAvailable("A custom key store");
        }
        if (request.numberOfBytes() == null) {
            throw KeyErrors.validation("NumberOfBytes is required.");
        }
        return GenerateRandomResponse.builder()
                .plaintext(SdkBytes.fromByteArrayUnsafe(encryption.random(request.numberOfBytes())))
                .build();
    }

    private static byte[] ciphertext(@Nullable SdkBytes blob) {
        if (blob == null) {
            throw KeyErrors.validation(
                    "1 validation error detected: Value null at 'ciphertextBlob' failed to satisfy"
                            + " constraint: Member must not be null");
        }
        return blob.asByteArray();
    }

    private static CipherInput how(@Nullable String algorithm, Map<String, String> context) {
        return new CipherInput(algorithm == null ? STANDARD : algorithm, context);
    }
}
