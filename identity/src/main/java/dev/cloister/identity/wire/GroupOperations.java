package dev.cloister.identity.wire;

import dev.cloister.api.Operation;
import dev.cloister.api.RequestContext;
import dev.cloister.identity.directory.Directory;
import dev.cloister.identity.directory.IamEntity;
import dev.cloister.identity.directory.IamEntity.Kind;
import dev.cloister.identity.directory.IamErrors;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import software.amazon.awssdk.services.iam.model.AddUserToGroupRequest;
import software.amazon.awssdk.services.iam.model.AddUserToGroupResponse;
import software.amazon.awssdk.services.iam.model.CreateGroupRequest;
import software.amazon.awssdk.services.iam.model.CreateGroupResponse;
import software.amazon.awssdk.services.iam.model.DeleteGroupRequest;
import software.amazon.awssdk.services.iam.model.DeleteGroupResponse;
import software.amazon.awssdk.services.iam.model.GetGroupRequest;
import software.amazon.awssdk.services.iam.model.GetGroupResponse;
import software.amazon.awssdk.services.iam.model.Group;
import software.amazon.awssdk.services.iam.model.ListGroupsRequest;
import software.amazon.awssdk.services.iam.model.ListGroupsResponse;
import software.amazon.awssdk.services.iam.model.RemoveUserFromGroupRequest;
import software.amazon.awssdk.services.iam.model.RemoveUserFromGroupResponse;
import software.amazon.awssdk.services.iam.model.UpdateGroupRequest;
import software.amazon.awssdk.services.iam.model.UpdateGroupResponse;

/** IAM's operations on groups. Thread-safe. */
final class GroupOperations {
    private final Directory directory;

    GroupOperations(Directory directory) {
        this.directory = directory;
    }

    List<Operation> rows() {
        return List.of(
                Operation.modeled("CreateGroup", CreateGroupRequest::builder, this::createGroup),
                Operation.modeled("GetGroup", GetGroupRequest::builder, this::getGroup),
                Operation.modeled("ListGroups", ListGroupsRequest::builder, this::listGroups),
                Operation.modeled("UpdateGroup", UpdateGroupRequest::builder, this::updateGroup),
                Operation.modeled("DeleteGroup", DeleteGroupRequest::builder, this::deleteGroup),
                Operation.modeled(
                        "AddUserToGroup", AddUserToGroupRequest::builder, this::addUserToGroup),
                Operation.modeled(
                        "RemoveUserFromGroup",
                        RemoveUserFromGroupRequest::builder,
                        this::removeUserFromGroup));
    }

    private CreateGroupResponse createGroup(CreateGroupRequest input, RequestContext context) {
        IamEntity group =
                directory
                        .entities()
                        .create(
                                context.account(),
                                Kind.GROUP,
                                input.groupName(),
                                Shapes.path(input.path()),
                                Map.of(),
                                Optional.empty());
        return CreateGroupResponse.builder().group(Shapes.group(context.account(), group)).build();
    }

    private GetGroupResponse getGroup(GetGroupRequest input, RequestContext context) {
        IamEntity group =
                directory
                        .state(context.account())
                        .find(Kind.GROUP, input.groupName())
                        .orElseThrow(() -> IamErrors.missing(Kind.GROUP, input.groupName()));
        Page<IamEntity> page =
                Page.of(
                        directory.state(context.account()).members(group.name()),
                        IamEntity::name,
                        input.marker(),
                        input.maxItems());
        return GetGroupResponse.builder()
                .group(Shapes.group(context.account(), group))
                .users(
                        page.items().stream()
                                .map(user -> Shapes.user(context.account(), user).build())
                                .toList())
                .isTruncated(page.isTruncated())
                .marker(page.next())
                .build();
    }

    private ListGroupsResponse listGroups(ListGroupsRequest input, RequestContext context) {
        Page<Group> page =
                Page.of(
                        directory.state(context.account()).all(Kind.GROUP).stream()
                                .filter(group -> Shapes.under(input.pathPrefix(), group.path()))
                                .map(group -> Shapes.group(context.account(), group))
                                .toList(),
                        Group::groupName,
                        input.marker(),
                        input.maxItems());
        return ListGroupsResponse.builder()
                .groups(page.items())
                .isTruncated(page.isTruncated())
                .marker(page.next())
                .build();
    }

    private UpdateGroupResponse updateGroup(UpdateGroupRequest input, RequestContext context) {
        new Attachments(directory, Kind.GROUP)
                .rename(input.groupName(), input.newGroupName(), input.newPath(), context);
        return UpdateGroupResponse.builder().build();
    }

    private DeleteGroupResponse deleteGroup(DeleteGroupRequest input, RequestContext context) {
        directory.entities().delete(context.account(), Kind.GROUP, input.groupName());
        return DeleteGroupResponse.builder().build();
    }

    private AddUserToGroupResponse addUserToGroup(
            AddUserToGroupRequest input, RequestContext context) {
        directory.entities().addToGroup(context.account(), input.userName(), input.groupName());
        return AddUserToGroupResponse.builder().build();
    }

    private RemoveUserFromGroupResponse removeUserFromGroup(
            RemoveUserFromGroupRequest input, RequestContext context) {
        directory
                .entities()
                .removeFromGroup(context.account(), input.userName(), input.groupName());
        return RemoveUserFromGroupResponse.builder().build();
    }
}
