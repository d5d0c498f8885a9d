package dev.cloister.identity.wire;

import dev.cloister.api.AccountId;
import dev.cloister.api.Operation;
import dev.cloister.api.RequestContext;
import dev.cloister.identity.directory.Directory;
import dev.cloister.identity.directory.EntityEdits;
import dev.cloister.identity.directory.IamEntity;
import dev.cloister.identity.directory.IamEntity.Kind;
import java.util.List;
import software.amazon.awssdk.services.iam.model.AttachGroupPolicyRequest;
import software.amazon.awssdk.services.iam.model.AttachGroupPolicyResponse;
import software.amazon.awssdk.services.iam.model.AttachedPolicy;
import software.amazon.awssdk.services.iam.model.DeleteGroupPolicyRequest;
import software.amazon.awssdk.services.iam.model.DeleteGroupPolicyResponse;
import software.amazon.awssdk.services.iam.model.DetachGroupPolicyRequest;
import software.amazon.awssdk.services.iam.model.DetachGroupPolicyResponse;
import software.amazon.awssdk.services.iam.model.GetGroupPolicyRequest;
import software.amazon.awssdk.services.iam.model.GetGroupPolicyResponse;
import software.amazon.awssdk.services.iam.model.ListAttachedGroupPoliciesRequest;
import software.amazon.awssdk.services.iam.model.ListAttachedGroupPoliciesResponse;
import software.amazon.awssdk.services.iam.model.ListGroupPoliciesRequest;
import software.amazon.awssdk.services.iam.model.ListGroupPoliciesResponse;
import software.amazon.awssdk.services.iam.model.PutGroupPolicyRequest;
import software.amazon.awssdk.services.iam.model.PutGroupPolicyResponse;

/** What is attached to groups: policies. Thread-safe. */
final class GroupAttachments {
    private static final Kind KIND = Kind.GROUP;

    private final Attachments attachments;

    GroupAttachments(Directory directory) {
        this.attachments = new Attachments(directory, KIND);
    }

    List<Operation> rows() {
        return List.of(
                Operation.modeled(
                        "AttachGroupPolicy",
                        AttachGroupPolicyRequest::builder,
                        this::attachGroupPolicy),
                Operation.modeled(
                        "DetachGroupPolicy",
                        DetachGroupPolicyRequest::builder,
                        this::detachGroupPolicy),
                Operation.modeled(
                        "PutGroupPolicy", PutGroupPolicyRequest::builder, this::putGroupPolicy),
                Operation.modeled(
                        "GetGroupPolicy", GetGroupPolicyRequest::builder, this::getGroupPolicy),
                Operation.modeled(
                        "DeleteGroupPolicy",
                        DeleteGroupPolicyRequest::builder,
                        this::deleteGroupPolicy),
                Operation.modeled(
                        "ListGroupPolicies",
                        ListGroupPoliciesRequest::builder,
                        this::listGroupPolicies),
                Operation.modeled(
                        "ListAttachedGroupPolicies",
                        ListAttachedGroupPoliciesRequest::builder,
                        this::listAttachedGroupPolicies));
    }

    private EntityEdits edits() {
        return attachments.edits();
    }

    private AttachGroupPolicyResponse attachGroupPolicy(
            AttachGroupPolicyRequest input, RequestContext context) {
        edits().attach(context.account(), KIND, input.groupName(), input.policyArn());
        return AttachGroupPolicyResponse.builder().build();
    }

    private DetachGroupPolicyResponse detachGroupPolicy(
            DetachGroupPolicyRequest input, RequestContext context) {
        edits().detach(context.account(), KIND, input.groupName(), input.policyArn());
        return DetachGroupPolicyResponse.builder().build();
    }

    private PutGroupPolicyResponse putGroupPolicy(
            PutGroupPolicyRequest input, RequestContext context) {
        AccountId account = context.account();
        edits().putInline(
                        account,
                        KIND,
                        input.groupName(),
                        input.policyName(),
                        input.policyDocument());
        return PutGroupPolicyResponse.builder().build();
    }

    private GetGroupPolicyResponse getGroupPolicy(
            GetGroupPolicyRequest input, RequestContext context) {
        IamEntity entity = attachments.entity(input.groupName(), context);
        return GetGroupPolicyResponse.builder()
                .groupName(entity.name())
                .policyName(input.policyName())
                .policyDocument(attachments.inlineDocument(entity, input.policyName()))
                .build();
    }

    private DeleteGroupPolicyResponse deleteGroupPolicy(
            DeleteGroupPolicyRequest input, RequestContext context) {
        edits().deleteInline(context.account(), KIND, input.groupName(), input.policyName());
        return DeleteGroupPolicyResponse.builder().build();
    }

    private ListGroupPoliciesResponse listGroupPolicies(
            ListGroupPoliciesRequest input, RequestContext context) {
        Page<String> page =
                attachments.inlineNames(
                        input.groupName(), input.marker(), input.maxItems(), context);
        return ListGroupPoliciesResponse.builder()
                .policyNames(page.items())
                .isTruncated(page.isTruncated())
                .marker(page.next())
                .build();
    }

    private ListAttachedGroupPoliciesResponse listAttachedGroupPolicies(
            ListAttachedGroupPoliciesRequest input, RequestContext context) {
        Page<AttachedPolicy> page =
                attachments.attachedPolicies(
                        input.groupName(),
                        input.pathPrefix(),
                        input.marker(),
                        input.maxItems(),
                        context);
        return ListAttachedGroupPoliciesResponse.builder()
                .attachedPolicies(page.items())
                .isTruncated(page.isTruncated())
                .marker(page.next())
                .build();
    }
}
