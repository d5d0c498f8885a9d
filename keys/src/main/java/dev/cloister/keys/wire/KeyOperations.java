package dev.cloister.keys.wire;

import dev.cloister.api.RequestContext;
import dev.cloister.keys.KeyUse.Manager;
import dev.cloister.keys.crypto.KeySpec;
import dev.cloister.keys.crypto.KeyUsage;
import dev.cloister.keys.managed.KeyErrors;
import dev.cloister.keys.managed.KeyOrigin;
import dev.cloister.keys.managed.KeyState;
import dev.cloister.keys.managed.Lifecycle;
import dev.cloister.keys.managed.Lifecycle.NewKey;
import dev.cloister.keys.managed.Lockout;
import dev.cloister.keys.managed.ManagedKey;
import dev.cloister.keys.managed.ManagedKey.Deletion;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.services.kms.model.CancelKeyDeletionRequest;
import software.amazon.awssdk.services.kms.model.CancelKeyDeletionResponse;
import software.amazon.awssdk.services.kms.model.CreateKeyRequest;
import software.amazon.awssdk.services.kms.model.CreateKeyResponse;
import software.amazon.awssdk.services.kms.model.DescribeKeyRequest;
import software.amazon.awssdk.services.kms.model.DescribeKeyResponse;
import software.amazon.awssdk.services.kms.model.DisableKeyRequest;
import software.amazon.awssdk.services.kms.model.DisableKeyResponse;
import software.amazon.awssdk.services.kms.model.EnableKeyRequest;
import software.amazon.awssdk.services.kms.model.EnableKeyResponse;
import software.amazon.awssdk.services.kms.model.ExpirationModelType;
import software.amazon.awssdk.services.kms.model.KeyListEntry;
import software.amazon.awssdk.services.kms.model.KeyMetadata;
import software.amazon.awssdk.services.kms.model.ListKeysRequest;
import software.amazon.awssdk.services.kms.model.ListKeysResponse;
import software.amazon.awssdk.services.kms.model.ScheduleKeyDeletionRequest;
import software.amazon.awssdk.services.kms.model.ScheduleKeyDeletionResponse;
import software.amazon.awssdk.services.kms.model.UpdateKeyDescriptionRequest;
import software.amazon.awssdk.services.kms.model.UpdateKeyDescriptionResponse;

/** The operations on keys themselves. */
@SuppressWarnings("deprecation") // CustomerMasterKeySpec: old clients send and read it
final class KeyOperations {
    private static final int PAGE = 100;
    private static final int STANDARD_WAIT_DAYS = 30;

    private final Lifecycle keys;

    KeyOperations(Lifecycle keys) {
        this.keys = keys;
    }

    CreateKeyResponse create(CreateKeyRequest request, RequestContext context) {
        if (Boolean.TRUE.equals(request.multiRegion())) {
            throw KeyErrors.notAvailable("MultiRegion");
        }
        if (request.customKeyStoreId() != null || request.xksKeyId() != null) {
            throw KeyErrors.notAvailable("A custom key store");
        }
        KeySpec spec = Inputs.spec(specName(request));
        NewKey wanted =
                new NewKey(
                        spec,
                        usage(spec, request.keyUsageAsString()),
                        origin(request.originAsString()),
                        Optional.ofNullable(request.description()).orElse(""),
                        Optional.ofNullable(request.policy()),
                        lockout(request.bypassPolicyLockoutSafetyCheck()),
                        Inputs.tags(request.tags()));
        return CreateKeyResponse.builder()
                .keyMetadata(metadata(keys.create(RequestKeys.caller(request, context), wanted)))
                .build();
    }

    private static String specName(CreateKeyRequest request) {
        String spec = request.keySpecAsString();
        String old = request.customerMasterKeySpecAsString();
        if (spec != null && old != null) {
            throw KeyErrors.validation(
                    "You cannot specify KeySpec and CustomerMasterKeySpec in the same request."
                            + " CustomerMasterKeySpec is deprecated.");
        }
        return Optional.ofNullable(spec)
                .or(() -> Optional.ofNullable(old))
                .orElse(KeySpec.SYMMETRIC_DEFAULT.name());
    }

    private static KeyUsage usage(KeySpec spec, @Nullable String usage) {
        if (usage != null) {
            return KeyUsage.valueOf(usage);
        }
        if (spec != KeySpec.SYMMETRIC_DEFAULT) {
            throw KeyErrors.validation(
                    "You must specify a KeyUsage value for all KMS keys except for symmetric"
                            + " encryption keys.");
        }
        return KeyUsage.ENCRYPT_DECRYPT;
    }

    private static KeyOrigin origin(@Nullable String origin) {
        return switch (origin == null ? "AWS_KMS" : origin) {
            case "AWS_KMS" -> KeyOrigin.AWS_KMS;
            case "EXTERNAL" -> KeyOrigin.EXTERNAL;
            default -> throw KeyErrors.notAvailable("The origin " + origin);
        };
    }

    static Lockout lockout(@Nullable Boolean bypass) {
        return Boolean.TRUE.equals(bypass) ? Lockout.BYPASSED : Lockout.CHECKED;
    }

    DescribeKeyResponse describe(DescribeKeyRequest request, RequestContext context) {
        Inputs.checkTokens(request.grantTokens());
        return DescribeKeyResponse.builder()
                .keyMetadata(
                        metadata(
                                keys.describe(
                                        RequestKeys.caller(request, context), request.keyId())))
                .build();
    }

    ListKeysResponse list(ListKeysRequest request, RequestContext context) {
        int limit = Markers.limit(request.limit(), PAGE);
        List<ManagedKey> found =
                keys.list(
                        RequestKeys.caller(request, context),
                        Markers.after(request.marker()),
                        limit + 1);
        Markers.Page<ManagedKey> page = Markers.page(found, limit, ManagedKey::id);
        return ListKeysResponse.builder()
                .keys(
                        page.items().stream()
                                .map(
                                        key ->
                                                KeyListEntry.builder()
                                                        .keyId(key.id())
                                                        .keyArn(key.arn())
                                                        .build())
                                .toList())
                .nextMarker(page.next().orElse(null))
                .truncated(page.next().isPresent())
                .build();
    }

    EnableKeyResponse enable(EnableKeyRequest request, RequestContext context) {
        keys.enable(RequestKeys.caller(request, context), request.keyId());
        return EnableKeyResponse.builder().build();
    }

    DisableKeyResponse disable(DisableKeyRequest request, RequestContext context) {
        keys.disable(RequestKeys.caller(request, context), request.keyId());
        return DisableKeyResponse.builder().build();
    }

    ScheduleKeyDeletionResponse scheduleDeletion(
            ScheduleKeyDeletionRequest request, RequestContext context) {
        int days = Optional.ofNullable(request.pendingWindowInDays()).orElse(STANDARD_WAIT_DAYS);
        ManagedKey key =
                keys.scheduleDeletion(RequestKeys.caller(request, context), request.keyId(), days);
        return ScheduleKeyDeletionResponse.builder()
                .keyId(key.arn())
                .keyState(key.state().wireName())
                .deletionDate(key.deletion().map(Deletion::at).orElse(null))
                .pendingWindowInDays(days)
                .build();
    }

    CancelKeyDeletionResponse cancelDeletion(
            CancelKeyDeletionRequest request, RequestContext context) {
        return CancelKeyDeletionResponse.builder()
                .keyId(
                        keys.cancelDeletion(RequestKeys.caller(request, context), request.keyId())
                                .arn())
                .build();
    }

    UpdateKeyDescriptionResponse updateDescription(
            UpdateKeyDescriptionRequest request, RequestContext context) {
        keys.describeAs(
                RequestKeys.caller(request, context), request.keyId(), request.description());
        return UpdateKeyDescriptionResponse.builder().build();
    }

    private static KeyMetadata metadata(ManagedKey key) {
        KeySpec spec = key.spec();
        KeyMetadata.Builder metadata =
                KeyMetadata.builder()
                        .awsAccountId(key.account().value())
                        .keyId(key.id())
                        .arn(key.arn())
                        .creationDate(key.createdAt())
                        .enabled(key.state() == KeyState.ENABLED)
                        .description(key.description())
                        .keyUsage(key.usage().name())
                        .keyState(key.state().wireName())
                        .origin(key.origin().name())
                        .keyManager(key.manager() == Manager.AWS ? "AWS" : "CUSTOMER")
                        .customerMasterKeySpec(spec.name())
                        .keySpec(spec.name())
                        .multiRegion(false);
        key.deletion().ifPresent(deletion -> metadata.deletionDate(deletion.at()));
        if (spec == KeySpec.SYMMETRIC_DEFAULT) {
            key.materialId().ifPresent(metadata::currentKeyMaterialId);
        }
        key.expiry()
                .ifPresent(
                        expiry -> {
                            metadata.expirationModel(
                                    expiry.at().isPresent()
                                            ? ExpirationModelType.KEY_MATERIAL_EXPIRES
                                            : ExpirationModelType.KEY_MATERIAL_DOES_NOT_EXPIRE);
                            expiry.at().ifPresent(metadata::validTo);
                        });
        switch (key.usage()) {
            case ENCRYPT_DECRYPT ->
                    metadata.encryptionAlgorithmsWithStrings(spec.encryptionAlgorithms());
            case SIGN_VERIFY ->
                    metadata.signingAlgorithmsWithStrings(
                            spec.signingAlgorithms().stream().map(Enum::name).toList());
            case GENERATE_VERIFY_MAC -> metadata.macAlgorithmsWithStrings(spec.macAlgorithms());
            case KEY_AGREEMENT -> metadata.keyAgreementAlgorithmsWithStrings("ECDH");
        }
        return metadata.build();
    }
}
