package dev.cloister.keys.wire;

import dev.cloister.api.RequestContext;
import dev.cloister.keys.managed.Imports;
import dev.cloister.keys.managed.Imports.Imported;
import dev.cloister.keys.managed.Imports.Parameters;
import dev.cloister.keys.managed.KeyErrors;
import dev.cloister.keys.managed.ManagedKey;
import dev.cloister.keys.managed.MaterialInfo;
import dev.cloister.keys.managed.Rotations;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import software.amazon.awssdk.core.SdkBytes;
import software.amazon.awssdk.services.kms.model.DeleteImportedKeyMaterialRequest;
import software.amazon.awssdk.services.kms.model.DeleteImportedKeyMaterialResponse;
import software.amazon.awssdk.services.kms.model.DisableKeyRotationRequest;
import software.amazon.awssdk.services.kms.model.DisableKeyRotationResponse;
import software.amazon.awssdk.services.kms.model.EnableKeyRotationRequest;
import software.amazon.awssdk.services.kms.model.EnableKeyRotationResponse;
import software.amazon.awssdk.services.kms.model.GetKeyRotationStatusRequest;
import software.amazon.awssdk.services.kms.model.GetKeyRotationStatusResponse;
import software.amazon.awssdk.services.kms.model.GetParametersForImportRequest;
import software.amazon.awssdk.services.kms.model.GetParametersForImportResponse;
import software.amazon.awssdk.services.kms.model.ImportKeyMaterialRequest;
import software.amazon.awssdk.services.kms.model.ImportKeyMaterialResponse;
import software.amazon.awssdk.services.kms.model.IncludeKeyMaterial;
import software.amazon.awssdk.services.kms.model.ListKeyRotationsRequest;
import software.amazon.awssdk.services.kms.model.ListKeyRotationsResponse;
import software.amazon.awssdk.services.kms.model.RotateKeyOnDemandRequest;
import software.amazon.awssdk.services.kms.model.RotateKeyOnDemandResponse;
import software.amazon.awssdk.services.kms.model.RotationsListEntry;

/** The operations on the material of keys: rotation and import. */
final class MaterialOperations {
    private static final int PAGE = 100;

    private final Rotations rotations;
    private final Imports imports;

    MaterialOperations(Rotations rotations, Imports imports) {
        this.rotations = rotations;
        this.imports = imports;
    }

    EnableKeyRotationResponse enable(EnableKeyRotationRequest request, RequestContext context) {
        rotations.enable(
                RequestKeys.caller(request, context),
                request.keyId(),
                Optional.ofNullable(request.rotationPeriodInDays())
                        .orElse(Rotations.STANDARD_DAYS));
        return EnableKeyRotationResponse.builder().build();
    }

    DisableKeyRotationResponse disable(DisableKeyRotationRequest request, RequestContext context) {
        rotations.disable(RequestKeys.caller(request, context), request.keyId());
        return DisableKeyRotationResponse.builder().build();
    }

    GetKeyRotationStatusResponse status(
            GetKeyRotationStatusRequest request, RequestContext context) {
        ManagedKey key = rotations.status(RequestKeys.caller(request, context), request.keyId());
        return GetKeyRotationStatusResponse.builder()
                .keyId(key.id())
                .keyRotationEnabled(key.rotationDays().isPresent())
                .rotationPeriodInDays(key.rotationDays().orElse(null))
                .nextRotationDate(key.nextRotation().orElse(null))
                .build();
    }

    RotateKeyOnDemandResponse rotate(RotateKeyOnDemandRequest request, RequestContext context) {
        return RotateKeyOnDemandResponse.builder()
                .keyId(rotations.rotate(RequestKeys.caller(request, context), request.keyId()).id())
                .build();
    }

    ListKeyRotationsResponse list(ListKeyRotationsRequest request, RequestContext context) {
        int limit = Markers.limit(request.limit(), PAGE);
        String after = Markers.after(request.marker());
        boolean all = request.includeKeyMaterial() == IncludeKeyMaterial.ALL_KEY_MATERIAL;
        List<MaterialInfo> materials =
                rotations.list(RequestKeys.caller(request, context), request.keyId()).stream()
                        .filter(material -> all || material.rotation().isPresent())
                        .toList();
        List<MaterialInfo> rest =
                after.isEmpty()
                        ? materials
                        : materials.stream()
                                .dropWhile(material -> !material.id().equals(after))
                                .skip(1)
                                .toList();
        Markers.Page<MaterialInfo> page = Markers.page(rest, limit, MaterialInfo::id);
        return ListKeyRotationsResponse.builder()
                .rotations(
                        page.items().stream()
                                .map(material -> entry(request.keyId(), material))
                                .toList())
                .nextMarker(page.next().orElse(null))
                .truncated(page.next().isPresent())
                .build();
    }

    private static RotationsListEntry entry(String keyId, MaterialInfo material) {
        RotationsListEntry.Builder entry =
                RotationsListEntry.builder()
                        .keyId(keyId.substring(keyId.lastIndexOf('/') + 1))
                        .keyMaterialId(material.id())
                        .keyMaterialState(material.current() ? "CURRENT" : "NON_CURRENT");
        material.rotation()
                .ifPresent(
                        kind -> entry.rotationType(kind.name()).rotationDate(material.createdAt()));
        material.expiresAt().ifPresent(entry::validTo);
        material.description().ifPresent(entry::keyMaterialDescription);
        return entry.build();
    }

    GetParametersForImportResponse parameters(
            GetParametersForImportRequest request, RequestContext context) {
        Parameters parameters =
                imports.parameters(
                        RequestKeys.caller(request, context),
                        request.keyId(),
                        Inputs.spec(request.wrappingKeySpecAsString()),
                        request.wrappingAlgorithmAsString());
        return GetParametersForImportResponse.builder()
                .keyId(parameters.key().arn())
                .publicKey(SdkBytes.fromByteArrayUnsafe(parameters.publicKey().reveal()))
                .importToken(SdkBytes.fromByteArrayUnsafe(parameters.token().reveal()))
                .parametersValidTo(parameters.validTo())
                .build();
    }

    ImportKeyMaterialResponse bring(ImportKeyMaterialRequest request, RequestContext context) {
        Imported imported =
                imports.bring(
                        RequestKeys.caller(request, context),
                        request.keyId(),
                        Inputs.bytes(request.importToken()),
                        Inputs.bytes(request.encryptedKeyMaterial()),
                        new Imports.Import(
                                expiry(request),
                                Optional.ofNullable(request.keyMaterialId()),
                                Optional.ofNullable(request.keyMaterialDescription())));
        return ImportKeyMaterialResponse.builder()
                .keyId(imported.key().arn())
                .keyMaterialId(imported.materialId())
                .build();
    }

    /** ImportKeyMaterial, ExpirationModel: material expires unless it is said not to. */
    private static Optional<Instant> expiry(ImportKeyMaterialRequest request) {
        boolean forever = "KEY_MATERIAL_DOES_NOT_EXPIRE".equals(request.expirationModelAsString());
        if (forever && request.validTo() != null) {
            throw KeyErrors.validation(
                    "A validTo date cannot be set if the ExpirationModel is"
                            + " KEY_MATERIAL_DOES_NOT_EXPIRE");
        }
        if (!forever && request.validTo() == null) {
            throw KeyErrors.validation(
                    "A validTo date must be set if the ExpirationModel is KEY_MATERIAL_EXPIRES");
        }
        return Optional.ofNullable(request.validTo());
    }

    DeleteImportedKeyMaterialResponse delete(
            DeleteImportedKeyMaterialRequest request, RequestContext context) {
        Imported deleted = imports.delete(RequestKeys.caller(request, context), request.keyId());
        return DeleteImportedKeyMaterialResponse.builder()
                .keyId(deleted.key().arn())
                .keyMaterialId(deleted.materialId().isEmpty() ? null : deleted.materialId())
                .build();
    }
}
