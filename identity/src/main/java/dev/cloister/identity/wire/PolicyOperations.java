package dev.cloister.identity.wire;

import dev.cloister.api.AwsError;
import dev.cloister.api.Operation;
import dev.cloister.api.RequestContext;
import dev.cloister.identity.directory.AccountState;
import dev.cloister.identity.directory.Directory;
import dev.cloister.identity.directory.IamEntity;
import dev.cloister.identity.directory.IamEntity.Kind;
import dev.cloister.identity.directory.IamErrors;
import dev.cloister.identity.directory.ManagedPolicy;
import dev.cloister.identity.directory.Tags;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import software.amazon.awssdk.services.iam.model.CreatePolicyRequest;
import software.amazon.awssdk.services.iam.model.CreatePolicyResponse;
import software.amazon.awssdk.services.iam.model.DeletePolicyRequest;
import software.amazon.awssdk.services.iam.model.DeletePolicyResponse;
import software.amazon.awssdk.services.iam.model.EntityType;
import software.amazon.awssdk.services.iam.model.GetPolicyRequest;
import software.amazon.awssdk.services.iam.model.GetPolicyResponse;
import software.amazon.awssdk.services.iam.model.ListEntitiesForPolicyRequest;
import software.amazon.awssdk.services.iam.model.ListEntitiesForPolicyResponse;
import software.amazon.awssdk.services.iam.model.ListPoliciesRequest;
import software.amazon.awssdk.services.iam.model.ListPoliciesResponse;
import software.amazon.awssdk.services.iam.model.ListPolicyTagsRequest;
import software.amazon.awssdk.services.iam.model.ListPolicyTagsResponse;
import software.amazon.awssdk.services.iam.model.PolicyGroup;
import software.amazon.awssdk.services.iam.model.PolicyRole;
import software.amazon.awssdk.services.iam.model.PolicyScopeType;
import software.amazon.awssdk.services.iam.model.PolicyUsageType;
import software.amazon.awssdk.services.iam.model.PolicyUser;
import software.amazon.awssdk.services.iam.model.TagPolicyRequest;
import software.amazon.awssdk.services.iam.model.TagPolicyResponse;
import software.amazon.awssdk.services.iam.model.UntagPolicyRequest;
import software.amazon.awssdk.services.iam.model.UntagPolicyResponse;

/** IAM's operations on managed policies. Thread-safe. */
final class PolicyOperations {
    private final Directory directory;

    PolicyOperations(Directory directory) {
        this.directory = directory;
    }

    List<Operation> rows() {
        return List.of(
                Operation.modeled("CreatePolicy", CreatePolicyRequest::builder, this::createPolicy),
                Operation.modeled("GetPolicy", GetPolicyRequest::builder, this::getPolicy),
                Operation.modeled("ListPolicies", ListPoliciesRequest::builder, this::listPolicies),
                Operation.modeled("DeletePolicy", DeletePolicyRequest::builder, this::deletePolicy),
                Operation.modeled("TagPolicy", TagPolicyRequest::builder, this::tagPolicy),
                Operation.modeled("UntagPolicy", UntagPolicyRequest::builder, this::untagPolicy),
                Operation.modeled(
                        "ListPolicyTags", ListPolicyTagsRequest::builder, this::listPolicyTags),
                Operation.modeled(
                        "ListEntitiesForPolicy",
                        ListEntitiesForPolicyRequest::builder,
                        this::listEntitiesForPolicy));
    }

    /** The path inside a policy's ARN. */
    static String path(String arn) {
        return arn.substring(arn.indexOf('/'), arn.lastIndexOf('/') + 1);
    }

    static ManagedPolicy policy(AccountState state, String arn) {
        if (!arn.startsWith("arn:")) {
            throw new AwsError("ValidationError", 400, "Invalid ARN:  Could not be parsed!");
        }
        return state.policy(arn).orElseThrow(() -> IamErrors.missingPolicy(arn));
    }

    private AccountState state(RequestContext context) {
        return directory.state(context.account());
    }

    private CreatePolicyResponse createPolicy(CreatePolicyRequest input, RequestContext context) {
        ManagedPolicy policy =
                directory
                        .policies()
                        .create(
                                context.account(),
                                input.policyName(),
                                Shapes.path(input.path()),
                                input.policyDocument(),
                                Optional.ofNullable(input.description()).orElse(""),
                                Tags.of(Shapes.tags(input.tags())));
        return CreatePolicyResponse.builder().policy(Shapes.policy(state(context), policy)).build();
    }

    private GetPolicyResponse getPolicy(GetPolicyRequest input, RequestContext context) {
        AccountState state = state(context);
        return GetPolicyResponse.builder()
                .policy(Shapes.policy(state, policy(state, input.policyArn())))
                .build();
    }

    private ListPoliciesResponse listPolicies(ListPoliciesRequest input, RequestContext context) {
        AccountState state = state(context);
        List<ManagedPolicy> all = new ArrayList<>();
        if (input.scope() != PolicyScopeType.AWS) {
            all.addAll(state.ownPolicies());
        }
        if (input.scope() != PolicyScopeType.LOCAL) {
            all.addAll(state.awsManagedPolicies());
        }
        Page<ManagedPolicy> page =
                Page.of(
                        all.stream()
                                .filter(policy -> Shapes.under(input.pathPrefix(), policy.path()))
                                .filter(policy -> isWanted(state, policy, input))
                                .toList(),
                        ManagedPolicy::arn,
                        input.marker(),
                        input.maxItems());
        return ListPoliciesResponse.builder()
                .policies(
                        page.items().stream()
                                .map(
                                        policy ->
                                                Shapes.policy(
                                                        state, policy.withoutTagsAndDescription()))
                                .toList())
                .isTruncated(page.isTruncated())
                .marker(page.next())
                .build();
    }

    private static boolean isWanted(
            AccountState state, ManagedPolicy policy, ListPoliciesRequest input) {
        boolean attached = !state.attachedTo(policy.arn()).isEmpty();
        boolean boundary = !state.boundTo(policy.arn()).isEmpty();
        if (input.policyUsageFilter() == PolicyUsageType.PERMISSIONS_POLICY && !attached) {
            return false;
        }
        if (input.policyUsageFilter() == PolicyUsageType.PERMISSIONS_BOUNDARY && !boundary) {
            return false;
        }
        return input.onlyAttached() == null || !input.onlyAttached() || attached || boundary;
    }

    private DeletePolicyResponse deletePolicy(DeletePolicyRequest input, RequestContext context) {
        directory.policies().delete(context.account(), input.policyArn());
        return DeletePolicyResponse.builder().build();
    }

    private TagPolicyResponse tagPolicy(TagPolicyRequest input, RequestContext context) {
        directory.policies().tag(context.account(), input.policyArn(), Shapes.tags(input.tags()));
        return TagPolicyResponse.builder().build();
    }

    private UntagPolicyResponse untagPolicy(UntagPolicyRequest input, RequestContext context) {
        directory.policies().untag(context.account(), input.policyArn(), input.tagKeys());
        return UntagPolicyResponse.builder().build();
    }

    private ListPolicyTagsResponse listPolicyTags(
            ListPolicyTagsRequest input, RequestContext context) {
        Page<Map.Entry<String, String>> page =
                Page.of(
                        policy(state(context), input.policyArn()).tags().entrySet(),
                        Map.Entry::getKey,
                        input.marker(),
                        input.maxItems());
        return ListPolicyTagsResponse.builder()
                .tags(page.items().stream().map(Shapes::tag).toList())
                .isTruncated(page.isTruncated())
                .marker(page.next())
                .build();
    }

    private ListEntitiesForPolicyResponse listEntitiesForPolicy(
            ListEntitiesForPolicyRequest input, RequestContext context) {
        AccountState state = state(context);
        String arn = policy(state, input.policyArn()).arn();
        List<IamEntity> all =
                input.policyUsageFilter() == PolicyUsageType.PERMISSIONS_BOUNDARY
                        ? state.boundTo(arn)
                        : state.attachedTo(arn);
        Page<IamEntity> page =
                Page.of(
                        all.stream()
                                .filter(one -> Shapes.under(input.pathPrefix(), one.path()))
                                .filter(one -> isWanted(one, input.entityFilter()))
                                .toList(),
                        IamEntity::id,
                        input.marker(),
                        input.maxItems());
        return ListEntitiesForPolicyResponse.builder()
                .policyUsers(
                        of(page, Kind.USER)
                                .map(
                                        one ->
                                                PolicyUser.builder()
                                                        .userName(one.name())
                                                        .userId(one.id())
                                                        .build())
                                .toList())
                .policyGroups(
                        of(page, Kind.GROUP)
                                .map(
                                        one ->
                                                PolicyGroup.builder()
                                                        .groupName(one.name())
                                                        .groupId(one.id())
                                                        .build())
                                .toList())
                .policyRoles(
                        of(page, Kind.ROLE)
                                .map(
                                        one ->
                                                PolicyRole.builder()
                                                        .roleName(one.name())
                                                        .roleId(one.id())
                                                        .build())
                                .toList())
                .isTruncated(page.isTruncated())
                .marker(page.next())
                .build();
    }

    private static java.util.stream.Stream<IamEntity> of(Page<IamEntity> page, Kind kind) {
        return page.items().stream().filter(one -> one.kind() == kind);
    }

    private static boolean isWanted(
            IamEntity entity, @org.jspecify.annotations.Nullable EntityType filter) {
        return filter == null || filter.toString().equals(entity.kind().title());
    }
}
