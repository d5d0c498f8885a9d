package dev.cloister.keys.wire;

import dev.cloister.api.RequestContext;
import dev.cloister.keys.crypto.KeySpec;
import dev.cloister.keys.managed.ManagedKey;
import dev.cloister.keys.managed.SecretBytes;
import dev.cloister.keys.managed.Signing;
import dev.cloister.keys.managed.Signing.Signed;
import software.amazon.awssdk.core.SdkBytes;
import software.amazon.awssdk.services.kms.model.DeriveSharedSecretRequest;
import software.amazon.awssdk.services.kms.model.DeriveSharedSecretResponse;
import software.amazon.awssdk.services.kms.model.GenerateMacRequest;
import software.amazon.awssdk.services.kms.model.GenerateMacResponse;
import software.amazon.awssdk.services.kms.model.GetPublicKeyRequest;
import software.amazon.awssdk.services.kms.model.GetPublicKeyResponse;
import software.amazon.awssdk.services.kms.model.SignRequest;
import software.amazon.awssdk.services.kms.model.SignResponse;
import software.amazon.awssdk.services.kms.model.VerifyMacRequest;
import software.amazon.awssdk.services.kms.model.VerifyMacResponse;
import software.amazon.awssdk.services.kms.model.VerifyRequest;
import software.amazon.awssdk.services.kms.model.VerifyResponse;

/** The operations that sign, make codes, agree on secrets and hand out public keys. */
@SuppressWarnings("deprecation") // CustomerMasterKeySpec: old clients read it
final class SigningOperations {
    private final Signing signing;

    SigningOperations(Signing signing) {
        this.signing = signing;
    }

    SignResponse sign(SignRequest request, RequestContext context) {
        Inputs.checkTokens(request.grantTokens());
        Signed signed =
                signing.sign(
                        RequestKeys.caller(request, context),
                        request.keyId(),
                        request.signingAlgorithmAsString(),
                        Inputs.messageType(request.messageTypeAsString()),
                        Inputs.bytes(request.message()),
                        Inputs.dryRun(request.dryRun()));
        return SignResponse.builder()
                .keyId(signed.key().arn())
                .signature(SdkBytes.fromByteArrayUnsafe(signed.bytes().reveal()))
                .signingAlgorithm(request.signingAlgorithmAsString())
                .build();
    }

    VerifyResponse verify(VerifyRequest request, RequestContext context) {
        Inputs.checkTokens(request.grantTokens());
        ManagedKey key =
                signing.verify(
                        RequestKeys.caller(request, context),
                        request.keyId(),
                        request.signingAlgorithmAsString(),
                        Inputs.messageType(request.messageTypeAsString()),
                        Inputs.bytes(request.message()),
                        Inputs.bytes(request.signature()),
                        Inputs.dryRun(request.dryRun()));
        return VerifyResponse.builder()
                .keyId(key.arn())
                .signatureValid(true)
                .signingAlgorithm(request.signingAlgorithmAsString())
                .build();
    }

    GenerateMacResponse mac(GenerateMacRequest request, RequestContext context) {
        Inputs.checkTokens(request.grantTokens());
        Signed mac =
                signing.mac(
                        RequestKeys.caller(request, context),
                        request.keyId(),
                        request.macAlgorithmAsString(),
                        Inputs.bytes(request.message()),
                        Inputs.dryRun(request.dryRun()));
        return GenerateMacResponse.builder()
                .keyId(mac.key().arn())
                .mac(SdkBytes.fromByteArrayUnsafe(mac.bytes().reveal()))
                .macAlgorithm(request.macAlgorithmAsString())
                .build();
    }

    VerifyMacResponse verifyMac(VerifyMacRequest request, RequestContext context) {
        Inputs.checkTokens(request.grantTokens());
        ManagedKey key =
                signing.verifyMac(
                        RequestKeys.caller(request, context),
                        request.keyId(),
                        request.macAlgorithmAsString(),
                        Inputs.bytes(request.message()),
                        Inputs.bytes(request.mac()),
                        Inputs.dryRun(request.dryRun()));
        return VerifyMacResponse.builder()
                .keyId(key.arn())
                .macValid(true)
                .macAlgorithm(request.macAlgorithmAsString())
                .build();
    }

    DeriveSharedSecretResponse derive(DeriveSharedSecretRequest request, RequestContext context) {
        Inputs.checkTokens(request.grantTokens());
        Inputs.refuse(request.recipient());
        Signed derived =
                signing.derive(
                        RequestKeys.caller(request, context),
                        request.keyId(),
                        Inputs.bytes(request.publicKey()),
                        Inputs.dryRun(request.dryRun()));
        try (SecretBytes secret = derived.bytes()) {
            return DeriveSharedSecretResponse.builder()
                    .keyId(derived.key().arn())
                    .sharedSecret(SdkBytes.fromByteArrayUnsafe(secret.reveal()))
                    .keyAgreementAlgorithm(request.keyAgreementAlgorithmAsString())
                    .keyOrigin(derived.key().origin().name())
                    .build();
        }
    }

    GetPublicKeyResponse publicKey(GetPublicKeyRequest request, RequestContext context) {
        Inputs.checkTokens(request.grantTokens());
        Signed found = signing.publicKey(RequestKeys.caller(request, context), request.keyId());
        ManagedKey key = found.key();
        KeySpec spec = key.spec();
        GetPublicKeyResponse.Builder response =
                GetPublicKeyResponse.builder()
                        .keyId(key.arn())
                        .publicKey(SdkBytes.fromByteArrayUnsafe(found.bytes().reveal()))
                        .customerMasterKeySpec(spec.name())
                        .keySpec(spec.name())
                        .keyUsage(key.usage().name());
        switch (key.usage()) {
            case ENCRYPT_DECRYPT ->
                    response.encryptionAlgorithmsWithStrings(spec.encryptionAlgorithms());
            case SIGN_VERIFY ->
                    response.signingAlgorithmsWithStrings(
                            spec.signingAlgorithms().stream().map(Enum::name).toList());
            case KEY_AGREEMENT -> response.keyAgreementAlgorithmsWithStrings("ECDH");
            case GENERATE_VERIFY_MAC -> {}
        }
        return response.build();
    }
}
