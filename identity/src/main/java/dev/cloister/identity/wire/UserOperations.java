package dev.cloister.identity.wire;

import dev.cloister.api.Operation;
import dev.cloister.api.RequestContext;
import dev.cloister.identity.directory.AccountState;
import dev.cloister.identity.directory.Directory;
import dev.cloister.identity.directory.IamEntity;
import dev.cloister.identity.directory.IamEntity.Kind;
import dev.cloister.identity.directory.IamErrors;
import dev.cloister.identity.directory.Tags;
import dev.cloister.identity.directory.UserKeys;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.services.iam.model.CreateUserRequest;
import software.amazon.awssdk.services.iam.model.CreateUserResponse;
import software.amazon.awssdk.services.iam.model.DeleteUserRequest;
import software.amazon.awssdk.services.iam.model.DeleteUserResponse;
import software.amazon.awssdk.services.iam.model.GetUserRequest;
import software.amazon.awssdk.services.iam.model.GetUserResponse;
import software.amazon.awssdk.services.iam.model.Group;
import software.amazon.awssdk.services.iam.model.ListGroupsForUserRequest;
import software.amazon.awssdk.services.iam.model.ListGroupsForUserResponse;
import software.amazon.awssdk.services.iam.model.ListUsersRequest;
import software.amazon.awssdk.services.iam.model.ListUsersResponse;
import software.amazon.awssdk.services.iam.model.UpdateUserRequest;
import software.amazon.awssdk.services.iam.model.UpdateUserResponse;

/** IAM's operations on users. Thread-safe. */
final class UserOperations {
    private final Directory directory;
    private final UserKeys keys;

    UserOperations(Directory directory, UserKeys keys) {
        this.directory = directory;
        this.keys = keys;
    }

    List<Operation> rows() {
        return List.of(
                Operation.modeled("CreateUser", CreateUserRequest::builder, this::createUser),
                Operation.modeled("GetUser", GetUserRequest::builder, this::getUser),
                Operation.modeled("ListUsers", ListUsersRequest::builder, this::listUsers),
                Operation.modeled("UpdateUser", UpdateUserRequest::builder, this::updateUser),
                Operation.modeled("DeleteUser", DeleteUserRequest::builder, this::deleteUser),
                Operation.modeled(
                        "ListGroupsForUser",
                        ListGroupsForUserRequest::builder,
                        this::listGroupsForUser));
    }

    private CreateUserResponse createUser(CreateUserRequest input, RequestContext context) {
        IamEntity user =
                directory
                        .entities()
                        .create(
                                context.account(),
                                Kind.USER,
                                input.userName(),
                                Shapes.path(input.path()),
                                Tags.of(Shapes.tags(input.tags())),
                                Optional.ofNullable(input.permissionsBoundary()));
        return CreateUserResponse.builder().user(Shapes.fullUser(context.account(), user)).build();
    }

    /** Without a name: the caller itself, which may be the account's root user. */
    private GetUserResponse getUser(GetUserRequest input, RequestContext context) {
        if (input.userName() == null && isRoot(context)) {
            return GetUserResponse.builder()
                    .user(
                            user ->
                                    user.path("/")
                                            .userName("root")
                                            .userId(context.account().value())
                                            .arn(context.principal().arn())
                                            .createDate(java.time.Instant.EPOCH))
                    .build();
        }
        IamEntity user = user(directory.state(context.account()), input.userName(), context);
        return GetUserResponse.builder().user(Shapes.fullUser(context.account(), user)).build();
    }

    static boolean isRoot(RequestContext context) {
        return context.principal().userId().equals(context.account().value());
    }

    /** The user of a name, or the calling one where none is given. */
    static IamEntity user(AccountState state, @Nullable String name, RequestContext context) {
        if (name != null) {
            return state.find(Kind.USER, name)
                    .orElseThrow(() -> IamErrors.missing(Kind.USER, name));
        }
        return state.byId(context.principal().userId())
                .orElseThrow(
                        () ->
                                new dev.cloister.api.AwsError(
                                        "ValidationError",
                                        400,
                                        "Must specify userName when calling with non-User"
                                                + " credentials"));
    }

    private ListUsersResponse listUsers(ListUsersRequest input, RequestContext context) {
        Page<IamEntity> page =
                Page.of(
                        directory.state(context.account()).all(Kind.USER).stream()
                                .filter(user -> Shapes.under(input.pathPrefix(), user.path()))
                                .toList(),
                        IamEntity::name,
                        input.marker(),
                        input.maxItems());
        return ListUsersResponse.builder()
                .users(
                        page.items().stream()
                                .map(user -> Shapes.user(context.account(), user).build())
                                .toList())
                .isTruncated(page.isTruncated())
                .marker(page.next())
                .build();
    }

    private UpdateUserResponse updateUser(UpdateUserRequest input, RequestContext context) {
        new Attachments(directory, Kind.USER)
                .rename(input.userName(), input.newUserName(), input.newPath(), context);
        return UpdateUserResponse.builder().build();
    }

    private DeleteUserResponse deleteUser(DeleteUserRequest input, RequestContext context) {
        keys.deleteUser(context.account(), input.userName());
        return DeleteUserResponse.builder().build();
    }

    private ListGroupsForUserResponse listGroupsForUser(
            ListGroupsForUserRequest input, RequestContext context) {
        AccountState state = directory.state(context.account());
        List<Group> groups =
                user(state, input.userName(), context).groups().stream()
                        .flatMap(name -> state.find(Kind.GROUP, name).stream())
                        .map(group -> Shapes.group(context.account(), group))
                        .toList();
        Page<Group> page = Page.of(groups, Group::groupName, input.marker(), input.maxItems());
        return ListGroupsForUserResponse.builder()
                .groups(page.items())
                .isTruncated(page.isTruncated())
                .marker(page.next())
                .build();
    }
}
