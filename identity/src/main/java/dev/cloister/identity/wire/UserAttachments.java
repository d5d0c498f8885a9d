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
import software.amazon.awssdk.services.iam.model.AttachUserPolicyRequest;
import software.amazon.awssdk.services.iam.model.AttachUserPolicyResponse;
import software.amazon.awssdk.services.iam.model.AttachedPolicy;
import software.amazon.awssdk.services.iam.model.DeleteUserPermissionsBoundaryRequest;
import software.amazon.awssdk.services.iam.model.DeleteUserPermissionsBoundaryResponse;
import software.amazon.awssdk.services.iam.model.DeleteUserPolicyRequest;
import software.amazon.awssdk.services.iam.model.DeleteUserPolicyResponse;
import software.amazon.awssdk.services.iam.model.DetachUserPolicyRequest;
import software.amazon.awssdk.services.iam.model.DetachUserPolicyResponse;
import software.amazon.awssdk.services.iam.model.GetUserPolicyRequest;
import software.amazon.awssdk.services.iam.model.GetUserPolicyResponse;
import software.amazon.awssdk.services.iam.model.ListAttachedUserPoliciesRequest;
import software.amazon.awssdk.services.iam.model.ListAttachedUserPoliciesResponse;
import software.amazon.awssdk.services.iam.model.ListUserPoliciesRequest;
import software.amazon.awssdk.services.iam.model.ListUserPoliciesResponse;
import software.amazon.awssdk.services.iam.model.ListUserTagsRequest;
import software.amazon.awssdk.services.iam.model.ListUserTagsResponse;
import software.amazon.awssdk.services.iam.model.PutUserPermissionsBoundaryRequest;
import software.amazon.awssdk.services.iam.model.PutUserPermissionsBoundaryResponse;
import software.amazon.awssdk.services.iam.model.PutUserPolicyRequest;
import software.amazon.awssdk.services.iam.model.PutUserPolicyResponse;
import software.amazon.awssdk.services.iam.model.TagUserRequest;
import software.amazon.awssdk.services.iam.model.TagUserResponse;
import software.amazon.awssdk.services.iam.model.UntagUserRequest;
import software.amazon.awssdk.services.iam.model.UntagUserResponse;

/** What is attached to users: policies, tags and boundaries. Thread-safe. */
final class UserAttachments {
    private static final Kind KIND = Kind.USER;

    private final Attachments attachments;

    UserAttachments(Directory directory) {
        this.attachments = new Attachments(directory, KIND);
    }

    List<Operation> rows() {
        return List.of(
                Operation.modeled(
                        "AttachUserPolicy",
                        AttachUserPolicyRequest::builder,
                        this::attachUserPolicy),
                Operation.modeled(
                        "DetachUserPolicy",
                        DetachUserPolicyRequest::builder,
                        this::detachUserPolicy),
                Operation.modeled(
                        "PutUserPolicy", PutUserPolicyRequest::builder, this::putUserPolicy),
                Operation.modeled(
                        "GetUserPolicy", GetUserPolicyRequest::builder, this::getUserPolicy),
                Operation.modeled(
                        "DeleteUserPolicy",
                        DeleteUserPolicyRequest::builder,
                        this::deleteUserPolicy),
                Operation.modeled(
                        "ListUserPolicies",
                        ListUserPoliciesRequest::builder,
                        this::listUserPolicies),
                Operation.modeled(
                        "ListAttachedUserPolicies",
                        ListAttachedUserPoliciesRequest::builder,
                        this::listAttachedUserPolicies),
                Operation.modeled("TagUser", TagUserRequest::builder, this::tagUser),
                Operation.modeled("UntagUser", UntagUserRequest::builder, this::untagUser),
                Operation.modeled("ListUserTags", ListUserTagsRequest::builder, this::listUserTags),
                Operation.modeled(
                        "PutUserPermissionsBoundary",
                        PutUserPermissionsBoundaryRequest::builder,
                        this::putUserPermissionsBoundary),
                Operation.modeled(
                        "DeleteUserPermissionsBoundary",
                        DeleteUserPermissionsBoundaryRequest::builder,
                        this::deleteUserPermissionsBoundary));
    }

    private EntityEdits edits() {
        return attachments.edits();
    }

    private AttachUserPolicyResponse attachUserPolicy(
            AttachUserPolicyRequest input, RequestContext context) {
        edits().attach(context.account(), KIND, input.userName(), input.policyArn());
        return AttachUserPolicyResponse.builder().build();
    }

    private DetachUserPolicyResponse detachUserPolicy(
            DetachUserPolicyRequest input, RequestContext context) {
        edits().detach(context.account(), KIND, input.userName(), input.policyArn());
        return DetachUserPolicyResponse.builder().build();
    }

    private PutUserPolicyResponse putUserPolicy(
            PutUserPolicyRequest input, RequestContext context) {
        AccountId account = context.account();
        edits().putInline(
                        account,
                        KIND,
                        input.userName(),
                        input.policyName(),
                        input.policyDocument());
        return PutUserPolicyResponse.builder().build();
    }

    private GetUserPolicyResponse getUserPolicy(
            GetUserPolicyRequest input, RequestContext context) {
        IamEntity entity = attachments.entity(input.userName(), context);
        return GetUserPolicyResponse.builder()
                .userName(entity.name())
                .policyName(input.policyName())
                .policyDocument(attachments.inlineDocument(entity, input.policyName()))
                .build();
    }

    private DeleteUserPolicyResponse deleteUserPolicy(
            DeleteUserPolicyRequest input, RequestContext context) {
        edits().deleteInline(context.account(), KIND, input.userName(), input.policyName());
        return DeleteUserPolicyResponse.builder().build();
    }

    private ListUserPoliciesResponse listUserPolicies(
            ListUserPoliciesRequest input, RequestContext context) {
        Page<String> page =
                attachments.inlineNames(
                        input.userName(), input.marker(), input.maxItems(), context);
        return ListUserPoliciesResponse.builder()
                .policyNames(page.items())
                .isTruncated(page.isTruncated())
                .marker(page.next())
                .build();
    }

    private ListAttachedUserPoliciesResponse listAttachedUserPolicies(
            ListAttachedUserPoliciesRequest input, RequestContext context) {
        Page<AttachedPolicy> page =
                attachments.attachedPolicies(
                        input.userName(),
                        input.pathPrefix(),
                        input.marker(),
                        input.maxItems(),
                        context);
        return ListAttachedUserPoliciesResponse.builder()
                .attachedPolicies(page.items())
                .isTruncated(page.isTruncated())
                .marker(page.next())
                .build();
    }

    private TagUserResponse tagUser(TagUserRequest input, RequestContext context) {
        edits().tag(context.account(), KIND, input.userName(), Shapes.tags(input.tags()));
        return TagUserResponse.builder().build();
    }

    private UntagUserResponse untagUser(UntagUserRequest input, RequestContext context) {
        edits().untag(context.account(), KIND, input.userName(), input.tagKeys());
        return UntagUserResponse.builder().build();
    }

    private ListUserTagsResponse listUserTags(ListUserTagsRequest input, RequestContext context) {
        Page<Map.Entry<String, String>> page =
                attachments.tags(input.userName(), input.marker(), input.maxItems(), context);
        return ListUserTagsResponse.builder()
                .tags(page.items().stream().map(Shapes::tag).toList())
                .isTruncated(page.isTruncated())
                .marker(page.next())
                .build();
    }

    private PutUserPermissionsBoundaryResponse putUserPermissionsBoundary(
            PutUserPermissionsBoundaryRequest input, RequestContext context) {
        edits().setBoundary(
                        context.account(),
                        KIND,
                        input.userName(),
                        Optional.of(input.permissionsBoundary()));
        return PutUserPermissionsBoundaryResponse.builder().build();
    }

    private DeleteUserPermissionsBoundaryResponse deleteUserPermissionsBoundary(
            DeleteUserPermissionsBoundaryRequest input, RequestContext context) {
        edits().setBoundary(context.account(), KIND, input.userName(), Optional.empty());
        return DeleteUserPermissionsBoundaryResponse.builder().build();
    }
}
