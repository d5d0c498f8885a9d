package dev.cloister.keys.wire;

import static dev.cloister.api.Operation.modeled;

import dev.cloister.api.Operation;
import dev.cloister.api.ServiceDefinition;
import dev.cloister.keys.managed.ManagedKeys;
import java.util.List;
import java.util.stream.Stream;
import software.amazon.awssdk.services.kms.model.CancelKeyDeletionRequest;
import software.amazon.awssdk.services.kms.model.CreateAliasRequest;
import software.amazon.awssdk.services.kms.model.CreateGrantRequest;
import software.amazon.awssdk.services.kms.model.CreateKeyRequest;
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
import software.amazon.awssdk.services.kms.model.GenerateDataKeyPairRequest;
import software.amazon.awssdk.services.kms.model.GenerateDataKeyPairWithoutPlaintextRequest;
import software.amazon.awssdk.services.kms.model.GenerateDataKeyRequest;
import software.amazon.awssdk.services.kms.model.GenerateDataKeyWithoutPlaintextRequest;
import software.amazon.awssdk.services.kms.model.GenerateMacRequest;
import software.amazon.awssdk.services.kms.model.GenerateRandomRequest;
import software.amazon.awssdk.services.kms.model.GetKeyPolicyRequest;
import software.amazon.awssdk.services.kms.model.GetKeyRotationStatusRequest;
import software.amazon.awssdk.services.kms.model.GetParametersForImportRequest;
import software.amazon.awssdk.services.kms.model.GetPublicKeyRequest;
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
import software.amazon.awssdk.services.kms.model.TagResourceRequest;
import software.amazon.awssdk.services.kms.model.UntagResourceRequest;
import software.amazon.awssdk.services.kms.model.UpdateAliasRequest;
import software.amazon.awssdk.services.kms.model.UpdateKeyDescriptionRequest;
import software.amazon.awssdk.services.kms.model.VerifyMacRequest;
import software.amazon.awssdk.services.kms.model.VerifyRequest;

/** AWS Key Management Service: its operations. */
public final class KmsService {
    private KmsService() {}

    /** The service over the keys of all accounts. */
    public static ServiceDefinition definition(ManagedKeys managed) {
        KmsRecording recording = new KmsRecording(managed.uses());
        return new ServiceDefinition(
                "kms",
                "/facts/kms.json",
                Stream.of(
                                keys(managed),
                                naming(managed),
                                grants(managed),
                                materials(managed),
                                ciphers(managed),
                                dataKeys(managed),
                                signing(managed))
                        .flatMap(List::stream)
                        .map(recording::around)
                        .toList(),
                KmsAccess.table());
    }

    private static List<Operation> keys(ManagedKeys managed) {
        KeyOperations keys = new KeyOperations(managed.lifecycle());
        return List.of(
                modeled("CreateKey", CreateKeyRequest::builder, keys::create),
                modeled("DescribeKey", DescribeKeyRequest::builder, keys::describe),
                modeled("ListKeys", ListKeysRequest::builder, keys::list),
                modeled("EnableKey", EnableKeyRequest::builder, keys::enable),
                modeled("DisableKey", DisableKeyRequest::builder, keys::disable),
                modeled(
                        "ScheduleKeyDeletion",
                        ScheduleKeyDeletionRequest::builder,
                        keys::scheduleDeletion),
                modeled(
                        "CancelKeyDeletion",
                        CancelKeyDeletionRequest::builder,
                        keys::cancelDeletion),
                modeled(
                        "UpdateKeyDescription",
                        UpdateKeyDescriptionRequest::builder,
                        keys::updateDescription));
    }

    private static List<Operation> naming(ManagedKeys managed) {
        NamingOperations naming =
                new NamingOperations(managed.lifecycle(), managed.aliases(), managed.tags());
        return List.of(
                modeled("CreateAlias", CreateAliasRequest::builder, naming::createAlias),
                modeled("UpdateAlias", UpdateAliasRequest::builder, naming::updateAlias),
                modeled("DeleteAlias", DeleteAliasRequest::builder, naming::deleteAlias),
                modeled("ListAliases", ListAliasesRequest::builder, naming::listAliases),
                modeled("GetKeyPolicy", GetKeyPolicyRequest::builder, naming::getPolicy),
                modeled("PutKeyPolicy", PutKeyPolicyRequest::builder, naming::putPolicy),
                modeled("ListKeyPolicies", ListKeyPoliciesRequest::builder, naming::listPolicies),
                modeled("ListResourceTags", ListResourceTagsRequest::builder, naming::listTags),
                modeled("TagResource", TagResourceRequest::builder, naming::tag),
                modeled("UntagResource", UntagResourceRequest::builder, naming::untag));
    }

    private static List<Operation> grants(ManagedKeys managed) {
        GrantOperations grants = new GrantOperations(managed.grants());
        return List.of(
                modeled("CreateGrant", CreateGrantRequest::builder, grants::create),
                modeled("ListGrants", ListGrantsRequest::builder, grants::list),
                modeled(
                        "ListRetirableGrants",
                        ListRetirableGrantsRequest::builder,
                        grants::listRetirable),
                modeled("RevokeGrant", RevokeGrantRequest::builder, grants::revoke),
                modeled("RetireGrant", RetireGrantRequest::builder, grants::retire));
    }

    private static List<Operation> materials(ManagedKeys managed) {
        MaterialOperations materials =
                new MaterialOperations(managed.rotations(), managed.imports());
        return List.of(
                modeled("EnableKeyRotation", EnableKeyRotationRequest::builder, materials::enable),
                modeled(
                        "DisableKeyRotation",
                        DisableKeyRotationRequest::builder,
                        materials::disable),
                modeled(
                        "GetKeyRotationStatus",
                        GetKeyRotationStatusRequest::builder,
                        materials::status),
                modeled("RotateKeyOnDemand", RotateKeyOnDemandRequest::builder, materials::rotate),
                modeled("ListKeyRotations", ListKeyRotationsRequest::builder, materials::list),
                modeled(
                        "GetParametersForImport",
                        GetParametersForImportRequest::builder,
                        materials::parameters),
                modeled("ImportKeyMaterial", ImportKeyMaterialRequest::builder, materials::bring),
                modeled(
                        "DeleteImportedKeyMaterial",
                        DeleteImportedKeyMaterialRequest::builder,
                        materials::delete));
    }

    private static List<Operation> ciphers(ManagedKeys managed) {
        CipherOperations ciphers = new CipherOperations(managed.encryption());
        return List.of(
                modeled("Encrypt", EncryptRequest::builder, ciphers::encrypt),
                modeled("Decrypt", DecryptRequest::builder, ciphers::decrypt),
                modeled("ReEncrypt", ReEncryptRequest::builder, ciphers::reEncrypt),
                modeled("GenerateRandom", GenerateRandomRequest::builder, ciphers::random));
    }

    private static List<Operation> dataKeys(ManagedKeys managed) {
        DataKeyOperations dataKeys = new DataKeyOperations(managed.encryption());
        return List.of(
                modeled("GenerateDataKey", GenerateDataKeyRequest::builder, dataKeys::dataKey),
                modeled(
                        "GenerateDataKeyWithoutPlaintext",
                        GenerateDataKeyWithoutPlaintextRequest::builder,
                        dataKeys::dataKeyWithoutPlaintext),
                modeled("GenerateDataKeyPair", GenerateDataKeyPairRequest::builder, dataKeys::pair),
                modeled(
                        "GenerateDataKeyPairWithoutPlaintext",
                        GenerateDataKeyPairWithoutPlaintextRequest::builder,
                        dataKeys::pairWithoutPlaintext));
    }

    private static List<Operation> signing(ManagedKeys managed) {
        SigningOperations signing = new SigningOperations(managed.signing());
        return List.of(
                modeled("Sign", SignRequest::builder, signing::sign),
                modeled("Verify", VerifyRequest::builder, signing::verify),
                modeled("GenerateMac", GenerateMacRequest::builder, signing::mac),
                modeled("VerifyMac", VerifyMacRequest::builder, signing::verifyMac),
                modeled("DeriveSharedSecret", DeriveSharedSecretRequest::builder, signing::derive),
                modeled("GetPublicKey", GetPublicKeyRequest::builder, signing::publicKey));
    }
}
