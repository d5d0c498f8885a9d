package dev.cloister.identity.wire;

import dev.cloister.api.RequestContext;
import dev.cloister.identity.Identities;
import dev.cloister.identity.SessionCredentials;
import dev.cloister.identity.access.RoleAssumption;
import dev.cloister.identity.access.RoleAssumption.Wish;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import software.amazon.awssdk.services.sts.model.AssumeRoleRequest;
import software.amazon.awssdk.services.sts.model.AssumeRoleResponse;
import software.amazon.awssdk.services.sts.model.AssumedRoleUser;
import software.amazon.awssdk.services.sts.model.PolicyDescriptorType;

/** STS's AssumeRole. Thread-safe. */
final class AssumeRoleOperation {
    private final RoleAssumption assumption;

    AssumeRoleOperation(RoleAssumption assumption) {
        this.assumption = assumption;
    }

    AssumeRoleResponse handle(AssumeRoleRequest input, RequestContext context) {
        SessionCredentials session =
                assumption.assume(
                        new Wish(
                                input.roleArn(),
                                input.roleSessionName(),
                                Optional.ofNullable(input.durationSeconds())
                                        .map(Duration::ofSeconds),
                                Optional.ofNullable(input.policy()),
                                input.policyArns().stream().map(PolicyDescriptorType::arn).toList(),
                                input.tags().stream()
                                        .map(tag -> Map.entry(tag.key(), tag.value()))
                                        .toList(),
                                input.transitiveTagKeys(),
                                Optional.ofNullable(input.externalId()),
                                Optional.ofNullable(input.sourceIdentity())),
                        context);
        AssumeRoleResponse.Builder response =
                AssumeRoleResponse.builder()
                        .credentials(StsService.credentials(session))
                        .assumedRoleUser(
                                AssumedRoleUser.builder()
                                        .assumedRoleId(session.principal().userId())
                                        .arn(session.principal().arn())
                                        .build());
        session.principal().session().sourceIdentity().ifPresent(response::sourceIdentity);
        boolean packed = input.policy() != null || input.hasPolicyArns() || input.hasTags();
        return packed
                ? response.packedPolicySize(Identities.packedPercent(session.principal().session()))
                        .build()
                : response.build();
    }
}
