package dev.cloister.server;

import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.KeyPairGenerator;
import java.security.spec.ECGenParameterSpec;
import java.security.spec.MGF1ParameterSpec;
import java.security.spec.X509EncodedKeySpec;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.UUID;
import javax.crypto.Cipher;
import javax.crypto.spec.OAEPParameterSpec;
import javax.crypto.spec.PSource;
import software.amazon.awssdk.core.SdkBytes;
import software.amazon.awssdk.core.SdkPojo;
import software.amazon.awssdk.services.kms.model.CancelKeyDeletionRequest;
import software.amazon.awssdk.services.kms.model.CreateAliasRequest;
import software.amazon.awssdk.services.kms.model.CreateGrantRequest;
import software.amazon.awssdk.services.kms.model.CreateGrantResponse;
import software.amazon.awssdk.services.kms.model.CreateKeyRequest;
import software.amazon.awssdk.services.kms.model.CreateKeyResponse;
import software.amazon.awssdk.services.kms.model.DecryptRequest;
import software.amazon.awssdk.services.kms.model.DeleteAliasRequest;
import software.amazon.awssdk.services.kms.model.DeleteImportedKeyMaterialRequest;
import software.amazon.awssdk.services.kms.model.DeriveSharedSecretRequest;
import software.amazon.awssdk.services.kms.model.DescribeKeyRequest;
import software.amazon.awssdk.services.kms.model.DisableKeyRequest;
import software.amazon.awssdk.services.kms.model.DisableKeyRotationRequest;
import software.amazon.awssdk.services.kms.model.EnableKeyRequest;
import software.amazon.awssdk.services.kms.model.EnableKeyRotationRequest;
import software.amazon.awssdk.services.kms.model.EncryptRequest;
import software.amazon.awssdk.services.kms.model.EncryptResponse;
import software.amazon.awssdk.services.kms.model.GenerateDataKeyPairRequest;
import software.amazon.awssdk.services.kms.model.GenerateDataKeyPairWithoutPlaintextRequest;
import software.amazon.awssdk.services.kms.model.GenerateDataKeyRequest;
import software.amazon.awssdk.services.kms.model.GenerateDataKeyWithoutPlaintextRequest;
import software.amazon.awssdk.services.kms.model.GenerateMacRequest;
import software.amazon.awssdk.services.kms.model.GenerateMacResponse;
import software.amazon.awssdk.services.kms.model.GenerateRandomRequest;
import software.amazon.awssdk.services.kms.model.GetKeyPolicyRequest;
import software.amazon.awssdk.services.kms.model.GetKeyRotationStatusRequest;
import software.amazon.awssdk.services.kms.model.GetParametersForImportRequest;
import software.amazon.awssdk.services.kms.model.GetParametersForImportResponse;
import software.amazon.awssdk.services.kms.model.GetPublicKeyRequest;
import software.amazon.awssdk.services.kms.model.GrantOperation;
import software.amazon.awssdk.services.kms.model.ImportKeyMaterialRequest;
import software.amazon.awssdk.services.kms.model.ListAliasesRequest;
import software.amazon.awssdk.services.kms.model.ListGrantsRequest;
import software.amazon.awssdk.services.kms.model.ListKeyPoliciesRequest;
import software.amazon.awssdk.services.kms.model.ListKeyRotationsRequest;
import software.amazon.awssdk.services.kms.model.ListKeysRequest;
import software.amazon.awssdk.services.kms.model.ListResourceTagsRequest;
import software.amazon.awssdk.services.kms.model.ListRetirableGrantsRequest;
import software.amazon.awssdk.services.kms.model.PutKeyPolicyRequest;
import software.amazon.awssdk.services.kms.model.ReEncryptRequest;
import software.amazon.awssdk.services.kms.model.RetireGrantRequest;
import software.amazon.awssdk.services.kms.model.RevokeGrantRequest;
import software.amazon.awssdk.services.kms.model.RotateKeyOnDemandRequest;
import software.amazon.awssdk.services.kms.model.ScheduleKeyDeletionRequest;
import software.amazon.awssdk.services.kms.model.SignRequest;
import software.amazon.awssdk.services.kms.model.SignResponse;
import software.amazon.awssdk.services.kms.model.Tag;
import software.amazon.awssdk.services.kms.model.TagResourceRequest;
import software.amazon.awssdk.services.kms.model.UntagResourceRequest;
import software.amazon.awssdk.services.kms.model.UpdateAliasRequest;
import software.amazon.awssdk.services.kms.model.UpdateKeyDescriptionRequest;
import software.amazon.awssdk.services.kms.model.VerifyMacRequest;
import software.amazon.awssdk.services.kms.model.VerifyRequest;

/** A request for every operation of KMS that succeeds for who may, on keys of its own. */
final class KmsRequests {
    /** The actions that each operation needs; most have their own name. */
    static final Map<String, List<String>> NEEDED = needed();

    private static final SdkBytes MESSAGE = SdkBytes.fromUtf8String("message");

    private static final Tag TAG = Tag.builder().tagKey("a").tagValue("b").build();

    private final KmsWorld world;

    KmsRequests(KmsWorld world) {
        this.world = world;
    }

    private static Map<String, List<String>> needed() {
        Map<String, List<String>> needed = new TreeMap<>();
        for (String operation :
                List.of(
                        "CancelKeyDeletion",
                        "CreateAlias",
                        "CreateGrant",
                        "CreateKey",
                        "Decrypt",
                        "DeleteAlias",
                        "DeleteImportedKeyMaterial",
                        "DeriveSharedSecret",
                        "DescribeKey",
                        "DisableKey",
                        "DisableKeyRotation",
                        "EnableKey",
                        "EnableKeyRotation",
                        "Encrypt",
                        "GenerateDataKey",
                        "GenerateDataKeyPair",
                        "GenerateDataKeyPairWithoutPlaintext",
                        "GenerateDataKeyWithoutPlaintext",
                        "GenerateMac",
                        "GenerateRandom",
                        "GetKeyPolicy",
                        "GetKeyRotationStatus",
                        "GetParametersForImport",
                        "GetPublicKey",
                        "ImportKeyMaterial",
                        "ListAliases",
                        "ListGrants",
                        "ListKeyPolicies",
                        "ListKeyRotations",
                        "ListKeys",
                        "ListResourceTags",
                        "ListRetirableGrants",
                        "PutKeyPolicy",
                        "RetireGrant",
                        "RevokeGrant",
                        "RotateKeyOnDemand",
                        "ScheduleKeyDeletion",
                        "Sign",
                        "TagResource",
                        "UntagResource",
                        "UpdateAlias",
                        "UpdateKeyDescription",
                        "Verify",
                        "VerifyMac")) {
            needed.put(operation, List.of("kms:" + operation));
        }
        needed.put("ReEncrypt", List.of("kms:ReEncryptFrom", "kms:ReEncryptTo"));
        needed.put("CreateKey", List.of("kms:CreateKey", "kms:TagResource"));
        return Map.copyOf(needed);
    }

    String key() {
        return keyOf("SYMMETRIC_DEFAULT", "ENCRYPT_DECRYPT");
    }

    String keyOf(String spec, String usage) {
        return create(CreateKeyRequest.builder().keySpec(spec).keyUsage(usage).build());
    }

    private String create(CreateKeyRequest request) {
        return ((CreateKeyResponse) world.asRoot("CreateKey", request)).keyMetadata().keyId();
    }

    SdkBytes ciphertext(String key, Map<String, String> context) {
        return ((EncryptResponse)
                        world.asRoot(
                                "Encrypt",
                                EncryptRequest.builder()
                                        .keyId(key)
                                        .plaintext(MESSAGE)
                                        .encryptionContext(context)
                                        .build()))
                .ciphertextBlob();
    }

    /** A request of an operation. */
    SdkPojo of(String operation) {
        return switch (operation) {
            case "CreateKey" -> CreateKeyRequest.builder().tags(TAG).build();
            case "ListKeys" -> ListKeysRequest.builder().build();
            case "ListAliases" -> ListAliasesRequest.builder().keyId(key()).build();
            case "ListRetirableGrants" ->
                    ListRetirableGrantsRequest.builder().retiringPrincipal(world.userArn()).build();
            case "GenerateRandom" -> GenerateRandomRequest.builder().numberOfBytes(8).build();
            case "CreateAlias", "UpdateAlias", "DeleteAlias" -> ofAlias(operation);
            case "CreateGrant", "ListGrants", "RetireGrant", "RevokeGrant" -> ofGrant(operation);
            case "Sign",
                    "Verify",
                    "GenerateMac",
                    "VerifyMac",
                    "DeriveSharedSecret",
                    "GetPublicKey" ->
                    ofSigning(operation);
            case "GetParametersForImport", "ImportKeyMaterial", "DeleteImportedKeyMaterial" ->
                    ofImport(operation);
            default -> ofKey(operation, key());
        };
    }

    private SdkPojo ofAlias(String operation) {
        String name = "alias/" + UUID.randomUUID();
        CreateAliasRequest create =
                CreateAliasRequest.builder().aliasName(name).targetKeyId(key()).build();
        if (operation.equals("CreateAlias")) {
            return create;
        }
        world.asRoot("CreateAlias", create);
        return operation.equals("DeleteAlias")
                ? DeleteAliasRequest.builder().aliasName(name).build()
                : UpdateAliasRequest.builder().aliasName(name).targetKeyId(key()).build();
    }

    private SdkPojo ofGrant(String operation) {
        String key = key();
        CreateGrantRequest create =
                CreateGrantRequest.builder()
                        .keyId(key)
                        .granteePrincipal("arn:aws:iam::111122223333:role/r")
                        .operations(GrantOperation.DECRYPT)
                        .build();
        if (operation.equals("CreateGrant")) {
            return create;
        }
        String grant = ((CreateGrantResponse) world.asRoot("CreateGrant", create)).grantId();
        String arn = "arn:aws:kms:us-east-1:111122223333:key/" + key;
        return switch (operation) {
            case "ListGrants" -> ListGrantsRequest.builder().keyId(key).build();
            case "RevokeGrant" -> RevokeGrantRequest.builder().keyId(key).grantId(grant).build();
            default -> RetireGrantRequest.builder().keyId(arn).grantId(grant).build();
        };
    }

    private SdkPojo ofSigning(String operation) {
        return switch (operation) {
            case "Sign" -> sign(keyOf("ECC_NIST_P256", "SIGN_VERIFY"));
            case "Verify" -> {
                SignRequest sign = sign(keyOf("ECC_NIST_P256", "SIGN_VERIFY"));
                yield VerifyRequest.builder()
                        .keyId(sign.keyId())
                        .message(MESSAGE)
                        .signingAlgorithm(sign.signingAlgorithm())
                        .signature(((SignResponse) world.asRoot("Sign", sign)).signature())
                        .build();
            }
            case "GenerateMac" -> mac(keyOf("HMAC_256", "GENERATE_VERIFY_MAC"));
            case "VerifyMac" -> {
                GenerateMacRequest mac = mac(keyOf("HMAC_256", "GENERATE_VERIFY_MAC"));
                yield VerifyMacRequest.builder()
                        .keyId(mac.keyId())
                        .message(MESSAGE)
                        .macAlgorithm(mac.macAlgorithm())
                        .mac(((GenerateMacResponse) world.asRoot("GenerateMac", mac)).mac())
                        .build();
            }
            case "DeriveSharedSecret" ->
                    DeriveSharedSecretRequest.builder()
                            .keyId(keyOf("ECC_NIST_P256", "KEY_AGREEMENT"))
                            .keyAgreementAlgorithm("ECDH")
                            .publicKey(SdkBytes.fromByteArray(publicKey()))
                            .build();
            default ->
                    GetPublicKeyRequest.builder()
                            .keyId(keyOf("ECC_NIST_P256", "SIGN_VERIFY"))
                            .build();
        };
    }

    private static SignRequest sign(String key) {
        return SignRequest.builder()
                .keyId(key)
                .message(MESSAGE)
                .signingAlgorithm("ECDSA_SHA_256")
                .build();
    }

    private static GenerateMacRequest mac(String key) {
        return GenerateMacRequest.builder()
                .keyId(key)
                .message(MESSAGE)
                .macAlgorithm("HMAC_SHA_256")
                .build();
    }

    private static byte[] publicKey() {
        try {
            KeyPairGenerator generator = KeyPairGenerator.getInstance("EC");
            generator.initialize(new ECGenParameterSpec("secp256r1"));
            return generator.generateKeyPair().getPublic().getEncoded();
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException(e);
        }
    }

    private SdkPojo ofImport(String operation) {
        String key = create(CreateKeyRequest.builder().origin("EXTERNAL").build());
        GetParametersForImportRequest ask =
                GetParametersForImportRequest.builder()
                        .keyId(key)
                        .wrappingAlgorithm("RSAES_OAEP_SHA_256")
                        .wrappingKeySpec("RSA_2048")
                        .build();
        if (operation.equals("GetParametersForImport")) {
            return ask;
        }
        ImportKeyMaterialRequest request = importing(key, ask);
        if (operation.equals("ImportKeyMaterial")) {
            return request;
        }
        world.asRoot("ImportKeyMaterial", request);
        return DeleteImportedKeyMaterialRequest.builder().keyId(key).build();
    }

    private ImportKeyMaterialRequest importing(String key, GetParametersForImportRequest ask) {
        GetParametersForImportResponse parameters =
                (GetParametersForImportResponse) world.asRoot("GetParametersForImport", ask);
        try {
            Cipher rsa = Cipher.getInstance("RSA/ECB/OAEPPadding");
            rsa.init(
                    Cipher.ENCRYPT_MODE,
                    KeyFactory.getInstance("RSA")
                            .generatePublic(
                                    new X509EncodedKeySpec(parameters.publicKey().asByteArray())),
                    new OAEPParameterSpec(
                            "SHA-256",
                            "MGF1",
                            MGF1ParameterSpec.SHA256,
                            PSource.PSpecified.DEFAULT));
            return ImportKeyMaterialRequest.builder()
                    .keyId(key)
                    .importToken(parameters.importToken())
                    .encryptedKeyMaterial(SdkBytes.fromByteArray(rsa.doFinal(new byte[32])))
                    .expirationModel("KEY_MATERIAL_DOES_NOT_EXPIRE")
                    .build();
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException(e);
        }
    }

    private SdkPojo ofKey(String operation, String key) {
        return switch (operation) {
            case "CancelKeyDeletion" -> {
                world.asRoot(
                        "ScheduleKeyDeletion",
                        ScheduleKeyDeletionRequest.builder().keyId(key).build());
                yield CancelKeyDeletionRequest.builder().keyId(key).build();
            }
            case "ScheduleKeyDeletion" -> ScheduleKeyDeletionRequest.builder().keyId(key).build();
            case "DescribeKey" -> DescribeKeyRequest.builder().keyId(key).build();
            case "DisableKey" -> DisableKeyRequest.builder().keyId(key).build();
            case "EnableKey" -> EnableKeyRequest.builder().keyId(key).build();
            case "DisableKeyRotation" -> DisableKeyRotationRequest.builder().keyId(key).build();
            case "EnableKeyRotation" -> EnableKeyRotationRequest.builder().keyId(key).build();
            case "GetKeyRotationStatus" -> GetKeyRotationStatusRequest.builder().keyId(key).build();
            case "ListKeyRotations" -> ListKeyRotationsRequest.builder().keyId(key).build();
            case "RotateKeyOnDemand" -> RotateKeyOnDemandRequest.builder().keyId(key).build();
            case "GetKeyPolicy" -> GetKeyPolicyRequest.builder().keyId(key).build();
            case "ListKeyPolicies" -> ListKeyPoliciesRequest.builder().keyId(key).build();
            case "PutKeyPolicy" ->
                    PutKeyPolicyRequest.builder()
                            .keyId(key)
                            .policy(
                                    """
                                    {"Version":"2012-10-17","Statement":[{"Effect":"Allow",
                                    "Principal":{"AWS":"111122223333"},"Action":"kms:*",
                                    "Resource":"*"}]}""")
                            .build();
            case "ListResourceTags" -> ListResourceTagsRequest.builder().keyId(key).build();
            case "TagResource" -> TagResourceRequest.builder().keyId(key).tags(TAG).build();
            case "UntagResource" -> UntagResourceRequest.builder().keyId(key).tagKeys("a").build();
            case "UpdateKeyDescription" ->
                    UpdateKeyDescriptionRequest.builder().keyId(key).description("d").build();
            default -> ofCipher(operation, key);
        };
    }

    private SdkPojo ofCipher(String operation, String key) {
        return switch (operation) {
            case "Encrypt" -> EncryptRequest.builder().keyId(key).plaintext(MESSAGE).build();
            case "Decrypt" ->
                    DecryptRequest.builder()
                            .keyId(key)
                            .ciphertextBlob(ciphertext(key, Map.of()))
                            .build();
            case "ReEncrypt" ->
                    ReEncryptRequest.builder()
                            .sourceKeyId(key)
                            .destinationKeyId(key())
                            .ciphertextBlob(ciphertext(key, Map.of()))
                            .build();
            case "GenerateDataKey" ->
                    GenerateDataKeyRequest.builder().keyId(key).keySpec("AES_256").build();
            case "GenerateDataKeyWithoutPlaintext" ->
                    GenerateDataKeyWithoutPlaintextRequest.builder()
                            .keyId(key)
                            .keySpec("AES_256")
                            .build();
            case "GenerateDataKeyPair" ->
                    GenerateDataKeyPairRequest.builder()
                            .keyId(key)
                            .keyPairSpec("ECC_NIST_P256")
                            .build();
            case "GenerateDataKeyPairWithoutPlaintext" ->
                    GenerateDataKeyPairWithoutPlaintextRequest.builder()
                            .keyId(key)
                            .keyPairSpec("ECC_NIST_P256")
                            .build();
            default -> throw new IllegalArgumentException("no request of " + operation);
        };
    }
}
