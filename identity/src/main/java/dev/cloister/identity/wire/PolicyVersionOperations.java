package dev.cloister.identity.wire;

import dev.cloister.api.Operation;
import dev.cloister.api.RequestContext;
import dev.cloister.identity.directory.AccountState;
import dev.cloister.identity.directory.Directory;
import dev.cloister.identity.directory.ManagedPolicy;
import dev.cloister.identity.directory.PolicyEdits;
import dev.cloister.identity.directory.PolicyEdits.DefaultVersion;
import java.util.List;
import software.amazon.awssdk.services.iam.model.CreatePolicyVersionRequest;
import software.amazon.awssdk.services.iam.model.CreatePolicyVersionResponse;
import software.amazon.awssdk.services.iam.model.DeletePolicyVersionRequest;
import software.amazon.awssdk.services.iam.model.DeletePolicyVersionResponse;
import software.amazon.awssdk.services.iam.model.GetPolicyVersionRequest;
import software.amazon.awssdk.services.iam.model.GetPolicyVersionResponse;
import software.amazon.awssdk.services.iam.model.ListPolicyVersionsRequest;
import software.amazon.awssdk.services.iam.model.ListPolicyVersionsResponse;
import software.amazon.awssdk.services.iam.model.SetDefaultPolicyVersionRequest;
import software.amazon.awssdk.services.iam.model.SetDefaultPolicyVersionResponse;

/** IAM's operations on the versions of managed policies. Thread-safe. */
final class PolicyVersionOperations {
    private final Directory directory;

    PolicyVersionOperations(Directory directory) {
        this.directory = directory;
    }

    List<Operation> rows() {
        return List.of(
                Operation.modeled(
                        "CreatePolicyVersion",
                        CreatePolicyVersionRequest::builder,
                        this::createPolicyVersion),
                Operation.modeled(
                        "GetPolicyVersion",
                        GetPolicyVersionRequest::builder,
                        this::getPolicyVersion),
                Operation.modeled(
                        "ListPolicyVersions",
                        ListPolicyVersionsRequest::builder,
                        this::listPolicyVersions),
                Operation.modeled(
                        "DeletePolicyVersion",
                        DeletePolicyVersionRequest::builder,
                        this::deletePolicyVersion),
                Operation.modeled(
                        "SetDefaultPolicyVersion",
                        SetDefaultPolicyVersionRequest::builder,
                        this::setDefaultPolicyVersion));
    }

    private ManagedPolicy policy(String arn, RequestContext context) {
        AccountState state = directory.state(context.account());
        return PolicyOperations.policy(state, arn);
    }

    private CreatePolicyVersionResponse createPolicyVersion(
            CreatePolicyVersionRequest input, RequestContext context) {
        DefaultVersion becomes =
                Boolean.TRUE.equals(input.setAsDefault())
                        ? DefaultVersion.THE_NEW_ONE
                        : DefaultVersion.AS_BEFORE;
        ManagedPolicy.Version version =
                directory
                        .policies()
                        .createVersion(
                                context.account(),
                                input.policyArn(),
                                input.policyDocument(),
                                becomes);
        return CreatePolicyVersionResponse.builder()
                .policyVersion(Shapes.version(policy(input.policyArn(), context), version))
                .build();
    }

    private GetPolicyVersionResponse getPolicyVersion(
            GetPolicyVersionRequest input, RequestContext context) {
        ManagedPolicy policy = policy(input.policyArn(), context);
        return GetPolicyVersionResponse.builder()
                .policyVersion(
                        Shapes.fullVersion(policy, PolicyEdits.require(policy, input.versionId())))
                .build();
    }

    private ListPolicyVersionsResponse listPolicyVersions(
            ListPolicyVersionsRequest input, RequestContext context) {
        ManagedPolicy policy = policy(input.policyArn(), context);
        Page<ManagedPolicy.Version> page =
                Page.of(
                        policy.versions(),
                        ManagedPolicy.Version::id,
                        input.marker(),
                        input.maxItems());
        return ListPolicyVersionsResponse.builder()
                .versions(
                        page.items().reversed().stream()
                                .map(version -> Shapes.version(policy, version))
                                .toList())
                .isTruncated(page.isTruncated())
                .marker(page.next())
                .build();
    }

    private DeletePolicyVersionResponse deletePolicyVersion(
            DeletePolicyVersionRequest input, RequestContext context) {
        directory.policies().deleteVersion(context.account(), input.policyArn(), input.versionId());
        return DeletePolicyVersionResponse.builder().build();
    }

    private SetDefaultPolicyVersionResponse setDefaultPolicyVersion(
            SetDefaultPolicyVersionRequest input, RequestContext context) {
        directory.policies().setDefault(context.account(), input.policyArn(), input.versionId());
        return SetDefaultPolicyVersionResponse.builder().build();
    }
}
