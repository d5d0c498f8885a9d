package dev.cloister.secrets.wire;

import dev.cloister.api.Authorizer;
import dev.cloister.api.AwsError;
import dev.cloister.api.RequestContext;
import dev.cloister.keys.KeyCaller;
import dev.cloister.secrets.manager.Secret;
import dev.cloister.secrets.manager.SecretErrors;
import dev.cloister.secrets.manager.SecretList;
import dev.cloister.secrets.manager.SecretOrder;
import dev.cloister.secrets.manager.SecretValue;
import dev.cloister.secrets.manager.SecretValue.Kind;
import dev.cloister.secrets.manager.SecretValues;
import dev.cloister.secrets.manager.SecretValues.Read;
import dev.cloister.secrets.manager.SecretsManager;
import dev.cloister.secrets.manager.Stages;
import dev.cloister.secrets.manager.Written;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import software.amazon.awssdk.core.SdkBytes;
import software.amazon.awssdk.services.secretsmanager.model.APIErrorType;
import software.amazon.awssdk.services.secretsmanager.model.BatchGetSecretValueRequest;
import software.amazon.awssdk.services.secretsmanager.model.BatchGetSecretValueResponse;
import software.amazon.awssdk.services.secretsmanager.model.GetSecretValueRequest;
import software.amazon.awssdk.services.secretsmanager.model.GetSecretValueResponse;
import software.amazon.awssdk.services.secretsmanager.model.PutSecretValueRequest;
import software.amazon.awssdk.services.secretsmanager.model.PutSecretValueResponse;
import software.amazon.awssdk.services.secretsmanager.model.SecretValueEntry;
import software.amazon.awssdk.services.secretsmanager.model.UpdateSecretVersionStageRequest;
import software.amazon.awssdk.services.secretsmanager.model.UpdateSecretVersionStageResponse;

/** The operations on the values of secrets. */
final class ValueOperations {
    private static final int BATCH = 20;

    private final SecretValues values;
    private final SecretList list;
    private final SecretsAccess access;
    private final Authorizer authorizer;

    ValueOperations(SecretsManager manager, Authorizer authorizer) {
        this.access = new SecretsAccess(manager);
        this.authorizer = authorizer;
        this.values = manager.values();
        this.list = manager.list();
    }

    GetSecretValueResponse get(GetSecretValueRequest request, RequestContext context) {
        Read read =
                values.get(
                        SecretInputs.caller(context),
                        request.secretId(),
                        Optional.ofNullable(request.versionId()),
                        Optional.ofNullable(request.versionStage()));
        GetSecretValueResponse.Builder response =
                GetSecretValueResponse.builder()
                        .arn(read.secret().arn())
                        .name(read.secret().name())
                        .versionId(read.version().id())
                        .createdDate(read.version().createdAt());
        List<String> stages = read.secret().stages().of(read.version().id());
        if (!stages.isEmpty()) {
            response.versionStages(stages);
        }
        if (read.value().kind() == Kind.TEXT) {
            return response.secretString(read.value().revealText()).build();
        }
        return response.secretBinary(bytes(read.value())).build();
    }

    private static SdkBytes bytes(SecretValue value) {
        return SdkBytes.fromByteArrayUnsafe(value.reveal());
    }

    BatchGetSecretValueResponse batch(BatchGetSecretValueRequest request, RequestContext context) {
        if (request.hasSecretIdList() == request.hasFilters()) {
            throw SecretErrors.invalidParameter(
                    "Either 'SecretIdList' or 'Filters' must be provided, but not both.");
        }
        if (request.hasSecretIdList()
                && (request.maxResults() != null || request.nextToken() != null)) {
            throw SecretErrors.invalidParameter(
                    "'SecretIdList' can't be used with 'MaxResults' or 'NextToken'.");
        }
        KeyCaller caller = SecretInputs.caller(context);
        List<String> ids = request.secretIdList();
        Optional<String> next = Optional.empty();
        if (request.hasFilters()) {
            SecretList.Page page =
                    list.page(
                            caller,
                            SecretInputs.filters(request.filters()),
                            SecretOrder.STANDARD,
                            SecretList.Deleted.HIDDEN,
                            Optional.ofNullable(request.nextToken()),
                            Optional.ofNullable(request.maxResults()).orElse(BATCH));
            ids = page.secrets().stream().map(Secret::arn).toList();
            next = page.next();
        }
        List<SecretValueEntry> found = new ArrayList<>();
        List<APIErrorType> errors = new ArrayList<>();
        for (String id : ids) {
            try {
                authorizer.authorize("secretsmanager", access.toRead(id, context), context);
                found.add(entry(values.get(caller, id, Optional.empty(), Optional.empty())));
            } catch (AwsError e) {
                errors.add(
                        APIErrorType.builder()
                                .secretId(id)
                                .errorCode(e.code())
                                .message(e.message())
                                .build());
            }
        }
        return BatchGetSecretValueResponse.builder()
                .secretValues(found)
                .errors(errors)
                .nextToken(next.orElse(null))
                .build();
    }

    private static SecretValueEntry entry(Read read) {
        SecretValueEntry.Builder entry =
                SecretValueEntry.builder()
                        .arn(read.secret().arn())
                        .name(read.secret().name())
                        .versionId(read.version().id())
                        .versionStages(read.secret().stages().of(read.version().id()))
                        .createdDate(read.version().createdAt());
        return read.value().kind() == Kind.TEXT
                ? entry.secretString(read.value().revealText()).build()
                : entry.secretBinary(bytes(read.value())).build();
    }

    PutSecretValueResponse put(PutSecretValueRequest request, RequestContext context) {
        if (request.rotationToken() != null) {
            throw SecretErrors.notAvailable("RotationToken");
        }
        SecretValue value =
                SecretInputs.value(request.secretString(), request.secretBinary())
                        .orElseThrow(
                                () ->
                                        SecretErrors.invalidParameter(
                                                "You must provide either SecretString or"
                                                        + " SecretBinary."));
        Written written =
                values.put(
                        SecretInputs.caller(context),
                        request.secretId(),
                        value,
                        Optional.ofNullable(request.clientRequestToken()),
                        request.hasVersionStages()
                                ? request.versionStages()
                                : List.of(Stages.CURRENT));
        return PutSecretValueResponse.builder()
                .arn(written.secret().arn())
                .name(written.secret().name())
                .versionId(written.versionId().orElseThrow())
                .versionStages(written.stages())
                .build();
    }

    UpdateSecretVersionStageResponse label(
            UpdateSecretVersionStageRequest request, RequestContext context) {
        Secret secret =
                values.label(
                        SecretInputs.caller(context),
                        request.secretId(),
                        request.versionStage(),
                        Optional.ofNullable(request.removeFromVersionId()),
                        Optional.ofNullable(request.moveToVersionId()));
        return UpdateSecretVersionStageResponse.builder()
                .arn(secret.arn())
                .name(secret.name())
                .build();
    }
}
