package dev.cloister.keys.wire;

import dev.cloister.api.RequestContext;
import dev.cloister.keys.managed.DryRun;
import dev.cloister.keys.managed.Encryption;
import dev.cloister.keys.managed.Encryption.DataKey;
import dev.cloister.keys.managed.Encryption.DataKeyPair;
import dev.cloister.keys.managed.KeyErrors;
import dev.cloister.keys.managed.SecretBytes;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.core.SdkBytes;
import software.amazon.awssdk.services.kms.model.GenerateDataKeyPairRequest;
import software.amazon.awssdk.services.kms.model.GenerateDataKeyPairResponse;
import software.amazon.awssdk.services.kms.model.GenerateDataKeyPairWithoutPlaintextRequest;
import software.amazon.awssdk.services.kms.model.GenerateDataKeyPairWithoutPlaintextResponse;
import software.amazon.awssdk.services.kms.model.GenerateDataKeyRequest;
import software.amazon.awssdk.services.kms.model.GenerateDataKeyResponse;
import software.amazon.awssdk.services.kms.model.GenerateDataKeyWithoutPlaintextRequest;
import software.amazon.awssdk.services.kms.model.GenerateDataKeyWithoutPlaintextResponse;

/** The operations that make data keys and data key pairs. */
final class DataKeyOperations {
    private final Encryption encryption;

    DataKeyOperations(Encryption encryption) {
        this.encryption = encryption;
    }

    GenerateDataKeyResponse dataKey(GenerateDataKeyRequest request, RequestContext context) {
        Inputs.checkTokens(request.grantTokens());
        Inputs.refuse(request.recipient());
        DataKey made =
                encryption.dataKey(
                        RequestKeys.caller(request, context),
                        request.keyId(),
                        "GenerateDataKey",
                        size(request.keySpecAsString(), request.numberOfBytes()),
                        request.encryptionContext(),
                        Inputs.dryRun(request.dryRun()));
        try (SecretBytes plaintext = made.plaintext()) {
            return GenerateDataKeyResponse.builder()
                    .ciphertextBlob(SdkBytes.fromByteArrayUnsafe(made.ciphertext().blob()))
                    .plaintext(SdkBytes.fromByteArrayUnsafe(plaintext.reveal()))
                    .keyId(made.ciphertext().key().arn())
                    .keyMaterialId(made.ciphertext().materialId().orElse(null))
                    .build();
        }
    }

    GenerateDataKeyWithoutPlaintextResponse dataKeyWithoutPlaintext(
            GenerateDataKeyWithoutPlaintextRequest request, RequestContext context) {
        Inputs.checkTokens(request.grantTokens());
        DataKey made =
                encryption.dataKey(
                        RequestKeys.caller(request, context),
                        request.keyId(),
                        "GenerateDataKeyWithoutPlaintext",
                        size(request.keySpecAsString(), request.numberOfBytes()),
                        request.encryptionContext(),
                        Inputs.dryRun(request.dryRun()));
        made.plaintext().close();
        return GenerateDataKeyWithoutPlaintextResponse.builder()
                .ciphertextBlob(SdkBytes.fromByteArrayUnsafe(made.ciphertext().blob()))
                .keyId(made.ciphertext().key().arn())
                .keyMaterialId(made.ciphertext().materialId().orElse(null))
                .build();
    }

    private static int size(@Nullable String spec, @Nullable Integer bytes) {
        if ((spec == null) == (bytes == null)) {
            throw KeyErrors.validation("Please specify either number of bytes or key spec.");
        }
        if (bytes != null) {
            return bytes;
        }
        return "AES_128".equals(spec) ? 16 : 32;
    }

    GenerateDataKeyPairResponse pair(GenerateDataKeyPairRequest request, RequestContext context) {
        Inputs.checkTokens(request.grantTokens());
        Inputs.refuse(request.recipient());
        DataKeyPair made =
                encryption.dataKeyPair(
                        RequestKeys.caller(request, context),
                        request.keyId(),
                        "GenerateDataKeyPair",
                        Inputs.spec(request.keyPairSpecAsString()),
                        request.encryptionContext(),
                        Inputs.dryRun(request.dryRun()));
        try (SecretBytes privateKey = made.privateKey()) {
            return GenerateDataKeyPairResponse.builder()
                    .privateKeyCiphertextBlob(
                            SdkBytes.fromByteArrayUnsafe(made.ciphertext().blob()))
                    .privateKeyPlaintext(SdkBytes.fromByteArrayUnsafe(privateKey.reveal()))
                    .publicKey(SdkBytes.fromByteArrayUnsafe(made.publicKey().reveal()))
                    .keyId(made.ciphertext().key().arn())
                    .keyPairSpec(request.keyPairSpecAsString())
                    .keyMaterialId(made.ciphertext().materialId().orElse(null))
                    .build();
        }
    }

    GenerateDataKeyPairWithoutPlaintextResponse pairWithoutPlaintext(
            GenerateDataKeyPairWithoutPlaintextRequest request, RequestContext context) {
        Inputs.checkTokens(request.grantTokens());
        DryRun dryRun = Inputs.dryRun(request.dryRun());
        DataKeyPair made =
                encryption.dataKeyPair(
                        RequestKeys.caller(request, context),
                        request.keyId(),
                        "GenerateDataKeyPairWithoutPlaintext",
                        Inputs.spec(request.keyPairSpecAsString()),
                        request.encryptionContext(),
                        dryRun);
        made.privateKey().close();
        return GenerateDataKeyPairWithoutPlaintextResponse.builder()
                .privateKeyCiphertextBlob(SdkBytes.fromByteArrayUnsafe(made.ciphertext().blob()))
                .publicKey(SdkBytes.fromByteArrayUnsafe(made.publicKey().reveal()))
                .keyId(made.ciphertext().key().arn())
                .keyPairSpec(request.keyPairSpecAsString())
                .keyMaterialId(made.ciphertext().materialId().orElse(null))
                .build();
    }
}
