package dev.cloister.identity.wire;

import dev.cloister.api.AccountId;
import dev.cloister.api.Operation;
import dev.cloister.api.RequestContext;
import dev.cloister.identity.directory.Directory;
import dev.cloister.identity.directory.EntityEdits;
import dev.cloister.identity.directory.IamEntity;
import dev.cloister.identity.directory.IamEntity.Kind;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import software.amazon.awssdk.services.iam.model.AttachRolePolicyRequest;
import software.amazon.awssdk.services.iam.model.AttachRolePolicyResponse;
import software.amazon.awssdk.services.iam.model.AttachedPolicy;
import software.amazon.awssdk.services.iam.model.DeleteRolePermissionsBoundaryRequest;
import software.amazon.awssdk.services.iam.model.DeleteRolePermissionsBoundaryResponse;
import software.amazon.awssdk.services.iam.model.DeleteRolePolicyRequest;
import software.amazon.awssdk.services.iam.model.DeleteRolePolicyResponse;
import software.amazon.awssdk.services.iam.model.DetachRolePolicyRequest;
import software.amazon.awssdk.services.iam.model.DetachRolePolicyResponse;
import software.amazon.awssdk.services.iam.model.GetRolePolicyRequest;
import software.amazon.awssdk.services.iam.model.GetRolePolicyResponse;
import software.amazon.awssdk.services.iam.model.ListAttachedRolePoliciesRequest;
import software.amazon.awssdk.services.iam.model.ListAttachedRolePoliciesResponse;
import software.amazon.awssdk.services.iam.model.ListRolePoliciesRequest;
import software.amazon.awssdk.services.iam.model.ListRolePoliciesResponse;
import software.amazon.awssdk.services.iam.model.ListRoleTagsRequest;
import software.amazon.awssdk.services.iam.model.ListRoleTagsResponse;
import software.amazon.awssdk.services.iam.model.PutRolePermissionsBoundaryRequest;
import software.amazon.awssdk.services.iam.model.PutRolePermissionsBoundaryResponse;
import software.amazon.awssdk.services.iam.model.PutRolePolicyRequest;
import software.amazon.awssdk.services.iam.model.PutRolePolicyResponse;
import software.amazon.awssdk.services.iam.model.TagRoleRequest;
import software.amazon.awssdk.services.iam.model.TagRoleResponse;
import software.amazon.awssdk.services.iam.model.UntagRoleRequest;
import software.amazon.awssdk.services.iam.model.UntagRoleResponse;

/** What is attached to roles: policies, tags and boundaries. Thread-safe. */
final class RoleAttachments {
    private static final Kind KIND = Kind.ROLE;

    private final Attachments attachments;

    RoleAttachments(Directory directory) {
        this.attachments = new Attachments(directory, KIND);
    }

    List<Operation> rows() {
        return List.of(
                Operation.modeled(
                        "AttachRolePolicy",
                        AttachRolePolicyRequest::builder,
                        this::attachRolePolicy),
                Operation.modeled(
                        "DetachRolePolicy",
                        DetachRolePolicyRequest::builder,
                        this::detachRolePolicy),
                Operation.modeled(
                        "PutRolePolicy", PutRolePolicyRequest::builder, this::putRolePolicy),
                Operation.modeled(
                        "GetRolePolicy", GetRolePolicyRequest::builder, this::getRolePolicy),
                Operation.modeled(
                        "DeleteRolePolicy",
                        DeleteRolePolicyRequest::builder,
                        this::deleteRolePolicy),
                Operation.modeled(
                        "ListRolePolicies",
                        ListRolePoliciesRequest::builder,
                        this::listRolePolicies),
                Operation.modeled(
                        "ListAttachedRolePolicies",
                        ListAttachedRolePoliciesRequest::builder,
                        this::listAttachedRolePolicies),
                Operation.modeled("TagRole", TagRoleRequest::builder, this::tagRole),
                Operation.modeled("UntagRole", UntagRoleRequest::builder, this::untagRole),
                Operation.modeled("ListRoleTags", ListRoleTagsRequest::builder, this::listRoleTags),
                Operation.modeled(
                        "PutRolePermissionsBoundary",
                        PutRolePermissionsBoundaryRequest::builder,
                        this::putRolePermissionsBoundary),
                Operation.modeled(
                        "DeleteRolePermissionsBoundary",
                        DeleteRolePermissionsBoundaryRequest::builder,
                        this::deleteRolePermissionsBoundary));
    }

    private EntityEdits edits() {
        return attachments.edits();
    }

    private AttachRolePolicyResponse attachRolePolicy(
            AttachRolePolicyRequest input, RequestContext context) {
        edits().attach(context.account(), KIND, input.roleName(), input.policyArn());
        return AttachRolePolicyResponse.builder().build();
    }

    private DetachRolePolicyResponse detachRolePolicy(
            DetachRolePolicyRequest input, RequestContext context) {
        edits().detach(context.account(), KIND, input.roleName(), input.policyArn());
        return DetachRolePolicyResponse.builder().build();
    }

    private PutRolePolicyResponse putRolePolicy(
            PutRolePolicyRequest input, RequestContext context) {
        AccountId account = context.account();
        edits().putInline(
                        account,
                        KIND,
                        input.roleName(),
                        input.policyName(),
                        input.policyDocument());
        return PutRolePolicyResponse.builder().build();
    }

    private GetRolePolicyResponse getRolePolicy(
            GetRolePolicyRequest input, RequestContext context) {
        IamEntity entity = attachments.entity(input.roleName(), context);
        return GetRolePolicyResponse.builder()
                .roleName(entity.name())
                .policyName(input.policyName())
                .policyDocument(attachments.inlineDocument(entity, input.policyName()))
                .build();
    }

    private DeleteRolePolicyResponse deleteRolePolicy(
            DeleteRolePolicyRequest input, RequestContext context) {
        edits().deleteInline(context.account(), KIND, input.roleName(), input.policyName());
        return DeleteRolePolicyResponse.builder().build();
    }

    private ListRolePoliciesResponse listRolePolicies(
            ListRolePoliciesRequest input, RequestContext context) {
        Page<String> page =
                attachments.inlineNames(
                        input.roleName(), input.marker(), input.maxItems(), context);
        return ListRolePoliciesResponse.builder()
                .policyNames(page.items())
                .isTruncated(page.isTruncated())
                .marker(page.next())
                .build();
    }

    private ListAttachedRolePoliciesResponse listAttachedRolePolicies(
            ListAttachedRolePoliciesRequest input, RequestContext context) {
        Page<AttachedPolicy> page =
                attachments.attachedPolicies(
                        input.roleName(),
                        input.pathPrefix(),
                        input.marker(),
                        input.maxItems(),
                        context);
        return ListAttachedRolePoliciesResponse.builder()
                .attachedPolicies(page.items())
                .isTruncated(page.isTruncated())
                .marker(page.next())
                .build();
    }

    private TagRoleResponse tagRole(TagRoleRequest input, RequestContext context) {
        edits().tag(context.account(), KIND, input.roleName(), Shapes.tags(input.tags()));
        return TagRoleResponse.builder().build();
    }

    private UntagRoleResponse untagRole(UntagRoleRequest input, RequestContext context) {
        edits().untag(context.account(), KIND, input.roleName(), input.tagKeys());
        return UntagRoleResponse.builder().build();
    }

    private ListRoleTagsResponse listRoleTags(ListRoleTagsRequest input, RequestContext context) {
        Page<Map.Entry<String, String>> page =
                attachments.tags(input.roleName(), input.marker(), input.maxItems(), context);
        return ListRoleTagsResponse.builder()
                .tags(page.items().stream().map(Shapes::tag).toList())
                .isTruncated(page.isTruncated())
                .marker(page.next())
                .build();
    }

    private PutRolePermissionsBoundaryResponse putRolePermissionsBoundary(
            PutRolePermissionsBoundaryRequest input, RequestContext context) {
        edits().setBoundary(
                        context.account(),
                        KIND,
                        input.roleName(),
                        Optional.of(input.permissionsBoundary()));
        return PutRolePermissionsBoundaryResponse.builder().build();
    }

    private DeleteRolePermissionsBoundaryResponse deleteRolePermissionsBoundary(
            DeleteRolePermissionsBoundaryRequest input, RequestContext context) {
        edits().setBoundary(context.account(), KIND, input.roleName(), Optional.empty());
        return DeleteRolePermissionsBoundaryResponse.builder().build();
    }
}
