package dev.cloister.identity.wire;

import dev.cloister.api.AwsError;
import dev.cloister.api.Operation;
import dev.cloister.api.RequestContext;
import dev.cloister.identity.Identities;
import dev.cloister.identity.directory.AccountState;
import dev.cloister.identity.directory.IamEntity;
import dev.cloister.identity.directory.IamErrors;
import dev.cloister.identity.directory.UserKey;
import dev.cloister.identity.directory.UserKey.Status;
import dev.cloister.identity.directory.UserKeys;
import java.util.List;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.services.iam.model.AccessKey;
import software.amazon.awssdk.services.iam.model.AccessKeyLastUsed;
import software.amazon.awssdk.services.iam.model.AccessKeyMetadata;
import software.amazon.awssdk.services.iam.model.CreateAccessKeyRequest;
import software.amazon.awssdk.services.iam.model.CreateAccessKeyResponse;
import software.amazon.awssdk.services.iam.model.DeleteAccessKeyRequest;
import software.amazon.awssdk.services.iam.model.DeleteAccessKeyResponse;
import software.amazon.awssdk.services.iam.model.GetAccessKeyLastUsedRequest;
import software.amazon.awssdk.services.iam.model.GetAccessKeyLastUsedResponse;
import software.amazon.awssdk.services.iam.model.ListAccessKeysRequest;
import software.amazon.awssdk.services.iam.model.ListAccessKeysResponse;
import software.amazon.awssdk.services.iam.model.StatusType;
import software.amazon.awssdk.services.iam.model.UpdateAccessKeyRequest;
import software.amazon.awssdk.services.iam.model.UpdateAccessKeyResponse;

/** IAM's operations on access keys. Thread-safe. */
final class AccessKeyOperations {
    private final Identities identities;
    private final UserKeys keys;

    AccessKeyOperations(Identities identities) {
        this.identities = identities;
        this.keys = identities.userKeys();
    }

    List<Operation> rows() {
        return List.of(
                Operation.modeled(
                        "CreateAccessKey", CreateAccessKeyRequest::builder, this::createAccessKey),
                Operation.modeled(
                        "ListAccessKeys", ListAccessKeysRequest::builder, this::listAccessKeys),
                Operation.modeled(
                        "UpdateAccessKey", UpdateAccessKeyRequest::builder, this::updateAccessKey),
                Operation.modeled(
                        "DeleteAccessKey", DeleteAccessKeyRequest::builder, this::deleteAccessKey),
                Operation.modeled(
                        "GetAccessKeyLastUsed",
                        GetAccessKeyLastUsedRequest::builder,
                        this::getAccessKeyLastUsed));
    }

    private IamEntity user(@Nullable String name, RequestContext context) {
        AccountState state = identities.directory().state(context.account());
        return UserOperations.user(state, name, context);
    }

    /** Without a name a call of the root user is about its own keys. */
    private static boolean ofRoot(@Nullable String name, RequestContext context) {
        return name == null && UserOperations.isRoot(context);
    }

    private CreateAccessKeyResponse createAccessKey(
            CreateAccessKeyRequest input, RequestContext context) {
        if (ofRoot(input.userName(), context)) {
            dev.cloister.identity.AccessKey key = identities.createAccessKey(context.account());
            return CreateAccessKeyResponse.builder()
                    .accessKey(
                            AccessKey.builder()
                                    .accessKeyId(key.accessKeyId())
                                    .status(StatusType.ACTIVE)
                                    .secretAccessKey(key.secretAccessKey().reveal())
                                    .createDate(key.createdAt())
                                    .build())
                    .build();
        }
        IamEntity user = user(input.userName(), context);
        UserKeys.NewKey made = keys.create(context.account(), user.name());
        return CreateAccessKeyResponse.builder()
                .accessKey(
                        AccessKey.builder()
                                .userName(user.name())
                                .accessKeyId(made.key().accessKeyId())
                                .status(StatusType.ACTIVE)
                                .secretAccessKey(made.secret().reveal())
                                .createDate(made.key().createdAt())
                                .build())
                .build();
    }

    private ListAccessKeysResponse listAccessKeys(
            ListAccessKeysRequest input, RequestContext context) {
        List<AccessKeyMetadata> all;
        if (ofRoot(input.userName(), context)) {
            all =
                    identities.accessKeys(context.account()).stream()
                            .map(
                                    key ->
                                            AccessKeyMetadata.builder()
                                                    .accessKeyId(key.accessKeyId())
                                                    .status(StatusType.ACTIVE)
                                                    .createDate(key.createdAt())
                                                    .build())
                            .toList();
        } else {
            IamEntity user = user(input.userName(), context);
            all = keys.of(user).stream().map(key -> metadata(user, key)).toList();
        }
        Page<AccessKeyMetadata> page =
                Page.of(all, AccessKeyMetadata::accessKeyId, input.marker(), input.maxItems());
        return ListAccessKeysResponse.builder()
                .accessKeyMetadata(page.items())
                .isTruncated(page.isTruncated())
                .marker(page.next())
                .build();
    }

    private static AccessKeyMetadata metadata(IamEntity user, UserKey key) {
        return AccessKeyMetadata.builder()
                .userName(user.name())
                .accessKeyId(key.accessKeyId())
                .status(key.status().toString())
                .createDate(key.createdAt())
                .build();
    }

    private UpdateAccessKeyResponse updateAccessKey(
            UpdateAccessKeyRequest input, RequestContext context) {
        if (ofRoot(input.userName(), context)) {
            throw new AwsError(
                    "NotImplementedException",
                    501,
                    "Deactivating an access key of the root user is not available in this version"
                            + " of Cloister: delete it and make another");
        }
        Status status =
                switch (input.status()) {
                    case ACTIVE -> Status.ACTIVE;
                    case INACTIVE -> Status.INACTIVE;
                    case EXPIRED, UNKNOWN_TO_SDK_VERSION ->
                            throw IamErrors.invalid(
                                    "The status " + input.statusAsString() + " can't be set.");
                };
        keys.setStatus(
                context.account(),
                user(input.userName(), context).name(),
                input.accessKeyId(),
                status);
        return UpdateAccessKeyResponse.builder().build();
    }

    private DeleteAccessKeyResponse deleteAccessKey(
            DeleteAccessKeyRequest input, RequestContext context) {
        if (ofRoot(input.userName(), context)) {
            identities.deleteAccessKey(context.account(), input.accessKeyId());
        } else {
            keys.delete(
                    context.account(), user(input.userName(), context).name(), input.accessKeyId());
        }
        return DeleteAccessKeyResponse.builder().build();
    }

    private GetAccessKeyLastUsedResponse getAccessKeyLastUsed(
            GetAccessKeyLastUsedRequest input, RequestContext context) {
        UserKey key =
                keys.key(input.accessKeyId())
                        .filter(found -> found.account().equals(context.account()))
                        .orElseThrow(
                                () ->
                                        IamErrors.noSuchEntity(
                                                "The Access Key with id "
                                                        + input.accessKeyId()
                                                        + " cannot be found."));
        AccessKeyLastUsed.Builder used =
                AccessKeyLastUsed.builder().serviceName("N/A").region("N/A");
        key.lastUse()
                .ifPresent(
                        use ->
                                used.serviceName(use.service())
                                        .region(use.region())
                                        .lastUsedDate(use.at()));
        return GetAccessKeyLastUsedResponse.builder()
                .userName(
                        identities
                                .directory()
                                .state(context.account())
                                .byId(key.userId())
                                .map(IamEntity::name)
                                .orElse(null))
                .accessKeyLastUsed(used.build())
                .build();
    }
}
