package dev.cloister.identity.wire;

import dev.cloister.api.Operation;
import dev.cloister.api.RequestContext;
import dev.cloister.identity.directory.Directory;
import dev.cloister.identity.directory.IamEntity;
import dev.cloister.identity.directory.IamEntity.Kind;
import dev.cloister.identity.directory.IamErrors;
import dev.cloister.identity.directory.RoleEdits;
import dev.cloister.identity.directory.RoleEdits.NewRole;
import dev.cloister.identity.directory.Tags;
import java.util.List;
import java.util.Optional;
import software.amazon.awssdk.services.iam.model.CreateRoleRequest;
import software.amazon.awssdk.services.iam.model.CreateRoleResponse;
import software.amazon.awssdk.services.iam.model.CreateServiceLinkedRoleRequest;
import software.amazon.awssdk.services.iam.model.CreateServiceLinkedRoleResponse;
import software.amazon.awssdk.services.iam.model.DeleteRoleRequest;
import software.amazon.awssdk.services.iam.model.DeleteRoleResponse;
import software.amazon.awssdk.services.iam.model.DeleteServiceLinkedRoleRequest;
import software.amazon.awssdk.services.iam.model.DeleteServiceLinkedRoleResponse;
import software.amazon.awssdk.services.iam.model.DeletionTaskStatusType;
import software.amazon.awssdk.services.iam.model.GetRoleRequest;
import software.amazon.awssdk.services.iam.model.GetRoleResponse;
import software.amazon.awssdk.services.iam.model.GetServiceLinkedRoleDeletionStatusRequest;
import software.amazon.awssdk.services.iam.model.GetServiceLinkedRoleDeletionStatusResponse;
import software.amazon.awssdk.services.iam.model.ListInstanceProfilesForRoleRequest;
import software.amazon.awssdk.services.iam.model.ListInstanceProfilesForRoleResponse;
import software.amazon.awssdk.services.iam.model.ListRolesRequest;
import software.amazon.awssdk.services.iam.model.ListRolesResponse;
import software.amazon.awssdk.services.iam.model.Role;
import software.amazon.awssdk.services.iam.model.UpdateAssumeRolePolicyRequest;
import software.amazon.awssdk.services.iam.model.UpdateAssumeRolePolicyResponse;
import software.amazon.awssdk.services.iam.model.UpdateRoleDescriptionRequest;
import software.amazon.awssdk.services.iam.model.UpdateRoleDescriptionResponse;
import software.amazon.awssdk.services.iam.model.UpdateRoleRequest;
import software.amazon.awssdk.services.iam.model.UpdateRoleResponse;

/** IAM's operations on roles. Thread-safe. */
final class RoleOperations {
    private static final String DELETION_TASK = "task/aws-service-role/";

    private final Directory directory;

    RoleOperations(Directory directory) {
        this.directory = directory;
    }

    List<Operation> rows() {
        return List.of(
                Operation.modeled("CreateRole", CreateRoleRequest::builder, this::createRole),
                Operation.modeled("GetRole", GetRoleRequest::builder, this::getRole),
                Operation.modeled("ListRoles", ListRolesRequest::builder, this::listRoles),
                Operation.modeled("UpdateRole", UpdateRoleRequest::builder, this::updateRole),
                Operation.modeled(
                        "UpdateRoleDescription",
                        UpdateRoleDescriptionRequest::builder,
                        this::updateRoleDescription),
                Operation.modeled("DeleteRole", DeleteRoleRequest::builder, this::deleteRole),
                Operation.modeled(
                        "UpdateAssumeRolePolicy",
                        UpdateAssumeRolePolicyRequest::builder,
                        this::updateAssumeRolePolicy),
                Operation.modeled(
                        "ListInstanceProfilesForRole",
                        ListInstanceProfilesForRoleRequest::builder,
                        this::listInstanceProfilesForRole),
                Operation.modeled(
                        "CreateServiceLinkedRole",
                        CreateServiceLinkedRoleRequest::builder,
                        this::createServiceLinkedRole),
                Operation.modeled(
                        "DeleteServiceLinkedRole",
                        DeleteServiceLinkedRoleRequest::builder,
                        this::deleteServiceLinkedRole),
                Operation.modeled(
                        "GetServiceLinkedRoleDeletionStatus",
                        GetServiceLinkedRoleDeletionStatusRequest::builder,
                        this::getServiceLinkedRoleDeletionStatus));
    }

    private CreateRoleResponse createRole(CreateRoleRequest input, RequestContext context) {
        IamEntity role =
                directory
                        .roles()
                        .create(
                                context.account(),
                                new NewRole(
                                        input.roleName(),
                                        Shapes.path(input.path()),
                                        input.assumeRolePolicyDocument(),
                                        Optional.ofNullable(input.description()).orElse(""),
                                        Optional.ofNullable(input.maxSessionDuration())
                                                .orElse(RoleEdits.DEFAULT_SESSION_SECONDS),
                                        Tags.of(Shapes.tags(input.tags())),
                                        Optional.ofNullable(input.permissionsBoundary())));
        return CreateRoleResponse.builder().role(withTags(context, role)).build();
    }

    private static Role withTags(RequestContext context, IamEntity role) {
        Role.Builder builder = Shapes.role(context.account(), role);
        return role.tags().isEmpty()
                ? builder.build()
                : builder.tags(Shapes.tags(role.tags())).build();
    }

    private IamEntity role(String name, RequestContext context) {
        return directory
                .state(context.account())
                .find(Kind.ROLE, name)
                .orElseThrow(() -> IamErrors.missing(Kind.ROLE, name));
    }

    private GetRoleResponse getRole(GetRoleRequest input, RequestContext context) {
        return GetRoleResponse.builder()
                .role(
                        Shapes.fullRole(
                                context.account(),
                                role(input.roleName(), context),
                                directory.roleUses()))
                .build();
    }

    private ListRolesResponse listRoles(ListRolesRequest input, RequestContext context) {
        Page<IamEntity> page =
                Page.of(
                        directory.state(context.account()).all(Kind.ROLE).stream()
                                .filter(role -> Shapes.under(input.pathPrefix(), role.path()))
                                .toList(),
                        IamEntity::name,
                        input.marker(),
                        input.maxItems());
        return ListRolesResponse.builder()
                .roles(
                        page.items().stream()
                                .map(role -> Shapes.role(context.account(), role).build())
                                .toList())
                .isTruncated(page.isTruncated())
                .marker(page.next())
                .build();
    }

    private UpdateRoleResponse updateRole(UpdateRoleRequest input, RequestContext context) {
        directory
                .roles()
                .update(
                        context.account(),
                        input.roleName(),
                        Optional.ofNullable(input.description()),
                        Optional.ofNullable(input.maxSessionDuration()));
        return UpdateRoleResponse.builder().build();
    }

    private UpdateRoleDescriptionResponse updateRoleDescription(
            UpdateRoleDescriptionRequest input, RequestContext context) {
        IamEntity role =
                directory
                        .roles()
                        .update(
                                context.account(),
                                input.roleName(),
                                Optional.of(input.description()),
                                Optional.empty());
        return UpdateRoleDescriptionResponse.builder().role(withTags(context, role)).build();
    }

    private DeleteRoleResponse deleteRole(DeleteRoleRequest input, RequestContext context) {
        directory.roles().delete(context.account(), input.roleName());
        return DeleteRoleResponse.builder().build();
    }

    private UpdateAssumeRolePolicyResponse updateAssumeRolePolicy(
            UpdateAssumeRolePolicyRequest input, RequestContext context) {
        directory.roles().updateTrust(context.account(), input.roleName(), input.policyDocument());
        return UpdateAssumeRolePolicyResponse.builder().build();
    }

    /** Instance profiles belong to EC2, which isn't here, so no role is in one. */
    private ListInstanceProfilesForRoleResponse listInstanceProfilesForRole(
            ListInstanceProfilesForRoleRequest input, RequestContext context) {
        role(input.roleName(), context);
        return ListInstanceProfilesForRoleResponse.builder()
                .instanceProfiles(List.of())
                .isTruncated(false)
                .build();
    }

    private CreateServiceLinkedRoleResponse createServiceLinkedRole(
            CreateServiceLinkedRoleRequest input, RequestContext context) {
        if (!input.awsServiceName().matches("[a-z0-9.-]+\\.amazonaws\\.com")) {
            throw IamErrors.invalid(
                    "Service " + input.awsServiceName() + " can't have service-linked roles.");
        }
        IamEntity role =
                directory
                        .roles()
                        .createLinked(
                                context.account(),
                                input.awsServiceName(),
                                Optional.ofNullable(input.customSuffix()),
                                Optional.ofNullable(input.description()).orElse(""));
        return CreateServiceLinkedRoleResponse.builder().role(withTags(context, role)).build();
    }

    /** Deleting is done at once; the task that AWS gives is one that has ended. */
    private DeleteServiceLinkedRoleResponse deleteServiceLinkedRole(
            DeleteServiceLinkedRoleRequest input, RequestContext context) {
        IamEntity role = role(input.roleName(), context);
        directory.roles().deleteLinked(context.account(), role.name());
        return DeleteServiceLinkedRoleResponse.builder()
                .deletionTaskId(
                        DELETION_TASK
                                + role.rolePart().linkedService().orElse("")
                                + "/"
                                + role.name()
                                + "/"
                                + context.requestId())
                .build();
    }

    private GetServiceLinkedRoleDeletionStatusResponse getServiceLinkedRoleDeletionStatus(
            GetServiceLinkedRoleDeletionStatusRequest input, RequestContext context) {
        String[] parts = input.deletionTaskId().split("/", -1);
        if (!input.deletionTaskId().startsWith(DELETION_TASK) || parts.length != 5) {
            throw IamErrors.noSuchEntity(
                    "The deletion task " + input.deletionTaskId() + " cannot be found.");
        }
        return GetServiceLinkedRoleDeletionStatusResponse.builder()
                .status(DeletionTaskStatusType.SUCCEEDED)
                .build();
    }
}
