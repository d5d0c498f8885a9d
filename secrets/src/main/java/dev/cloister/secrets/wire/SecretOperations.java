package dev.cloister.secrets.wire;

import dev.cloister.api.RequestContext;
import dev.cloister.keys.KeyCaller;
import dev.cloister.secrets.manager.Secret;
import dev.cloister.secrets.manager.SecretErrors;
import dev.cloister.secrets.manager.SecretLifecycle;
import dev.cloister.secrets.manager.SecretLifecycle.NewSecret;
import dev.cloister.secrets.manager.SecretLifecycle.Removed;
import dev.cloister.secrets.manager.SecretUpdates;
import dev.cloister.secrets.manager.SecretUpdates.Change;
import dev.cloister.secrets.manager.SecretsManager;
import dev.cloister.secrets.manager.Written;
import java.time.Instant;
import java.util.Optional;
import java.util.OptionalLong;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.services.secretsmanager.model.CreateSecretRequest;
import software.amazon.awssdk.services.secretsmanager.model.CreateSecretResponse;
import software.amazon.awssdk.services.secretsmanager.model.DeleteSecretRequest;
import software.amazon.awssdk.services.secretsmanager.model.DeleteSecretResponse;
import software.amazon.awssdk.services.secretsmanager.model.DescribeSecretRequest;
import software.amazon.awssdk.services.secretsmanager.model.DescribeSecretResponse;
import software.amazon.awssdk.services.secretsmanager.model.RestoreSecretRequest;
import software.amazon.awssdk.services.secretsmanager.model.RestoreSecretResponse;
import software.amazon.awssdk.services.secretsmanager.model.UpdateSecretRequest;
import software.amazon.awssdk.services.secretsmanager.model.UpdateSecretResponse;

/** The operations on secrets themselves. */
final class SecretOperations {
    private final SecretLifecycle secrets;
    private final SecretUpdates updates;

    SecretOperations(SecretsManager manager) {
        this.secrets = manager.lifecycle();
        this.updates = manager.updates();
    }

    CreateSecretResponse create(CreateSecretRequest request, RequestContext context) {
        if (request.hasAddReplicaRegions()
                || Boolean.TRUE.equals(request.forceOverwriteReplicaSecret())) {
            throw SecretErrors.notAvailable("Replication of secrets");
        }
        refuseType(request.type());
        Written written =
                secrets.create(
                        SecretInputs.caller(context),
                        new NewSecret(
                                request.name(),
                                Optional.ofNullable(request.description()),
                                keyId(request.kmsKeyId()),
                                SecretInputs.value(request.secretString(), request.secretBinary()),
                                Optional.ofNullable(request.clientRequestToken()),
                                SecretInputs.tags(request.tags())));
        return CreateSecretResponse.builder()
                .arn(written.secret().arn())
                .name(written.secret().name())
                .versionId(written.versionId().orElse(null))
                .build();
    }

    /** Types are of secrets that partners manage. */
    private static void refuseType(@Nullable String type) {
        if (type != null && !type.isEmpty()) {
            throw SecretErrors.notAvailable("Type");
        }
    }

    private static Optional<String> keyId(@Nullable String id) {
        return Optional.ofNullable(id).filter(it -> !it.isEmpty());
    }

    UpdateSecretResponse update(UpdateSecretRequest request, RequestContext context) {
        refuseType(request.type());
        Written written =
                updates.update(
                        SecretInputs.caller(context),
                        request.secretId(),
                        new Change(
                                Optional.ofNullable(request.description()),
                                Optional.ofNullable(request.kmsKeyId()),
                                SecretInputs.value(request.secretString(), request.secretBinary()),
                                Optional.ofNullable(request.clientRequestToken())));
        return UpdateSecretResponse.builder()
                .arn(written.secret().arn())
                .name(written.secret().name())
                .versionId(written.versionId().orElse(null))
                .build();
    }

    DescribeSecretResponse describe(DescribeSecretRequest request, RequestContext context) {
        Secret secret = secrets.describe(SecretInputs.caller(context), request.secretId());
        DescribeSecretResponse.Builder response =
                DescribeSecretResponse.builder()
                        .arn(secret.arn())
                        .name(secret.name())
                        .description(secret.description().orElse(null))
                        .kmsKeyId(secret.kmsKeyId().orElse(null))
                        .createdDate(secret.createdAt())
                        .lastChangedDate(secret.changedAt())
                        .lastAccessedDate(secret.accessedAt().orElse(null))
                        .deletedDate(secret.deletionAt().orElse(null));
        if (!secret.tags().isEmpty()) {
            response.tags(SecretInputs.tags(secret));
        }
        if (!secret.stages().holders().isEmpty()) {
            response.versionIdsToStages(secret.stages().byVersion());
        }
        return response.build();
    }

    DeleteSecretResponse delete(DeleteSecretRequest request, RequestContext context) {
        KeyCaller caller = SecretInputs.caller(context);
        boolean force = Boolean.TRUE.equals(request.forceDeleteWithoutRecovery());
        if (force && request.recoveryWindowInDays() != null) {
            throw SecretErrors.invalidParameter(
                    "You can't use ForceDeleteWithoutRecovery in conjunction with"
                            + " RecoveryWindowInDays.");
        }
        if (force) {
            Removed removed = secrets.destroy(caller, request.secretId());
            return deleted(removed.arn(), removed.name(), removed.at());
        }
        Secret secret =
                secrets.delete(
                        caller,
                        request.secretId(),
                        request.recoveryWindowInDays() == null
                                ? OptionalLong.empty()
                                : OptionalLong.of(request.recoveryWindowInDays()));
        return deleted(secret.arn(), secret.name(), secret.deletionAt().orElseThrow());
    }

    private static DeleteSecretResponse deleted(String arn, String name, Instant at) {
        return DeleteSecretResponse.builder().arn(arn).name(name).deletionDate(at).build();
    }

    RestoreSecretResponse restore(RestoreSecretRequest request, RequestContext context) {
        Secret secret = secrets.restore(SecretInputs.caller(context), request.secretId());
        return RestoreSecretResponse.builder().arn(secret.arn()).name(secret.name()).build();
    }
}
