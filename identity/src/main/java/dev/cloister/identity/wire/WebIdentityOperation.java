package dev.cloister.identity.wire;

import dev.cloister.api.AwsError;
import dev.cloister.api.UnsignedContext;
import dev.cloister.identity.Identities;
import dev.cloister.identity.SessionCredentials;
import dev.cloister.identity.access.WebIdentityAssumption;
import dev.cloister.identity.access.WebIdentityAssumption.Assumed;
import dev.cloister.identity.access.WebIdentityAssumption.Wish;
import java.time.Duration;
import java.util.Optional;
import software.amazon.awssdk.services.sts.model.AssumeRoleWithWebIdentityRequest;
import software.amazon.awssdk.services.sts.model.AssumeRoleWithWebIdentityResponse;
import software.amazon.awssdk.services.sts.model.AssumedRoleUser;
import software.amazon.awssdk.services.sts.model.PolicyDescriptorType;

/** STS's AssumeRoleWithWebIdentity. Thread-safe. */
final class WebIdentityOperation {
    private final WebIdentityAssumption assumption;

    WebIdentityOperation(WebIdentityAssumption assumption) {
        this.assumption = assumption;
    }

    AssumeRoleWithWebIdentityResponse handle(
            AssumeRoleWithWebIdentityRequest input, UnsignedContext context) {
        if (input.providerId() != null) {
            // "Do not specify this value for OpenID Connect identity providers."
            throw new AwsError(
                    "InvalidParameterValue",
                    400,
                    "OAuth 2.0 access tokens of the provider "
                            + input.providerId()
                            + " are not available in this version of Cloister: pass an OpenID"
                            + " Connect token, and no ProviderId");
        }
        Assumed assumed =
                assumption.assume(
                        new Wish(
                                input.roleArn(),
                                input.roleSessionName(),
                                input.webIdentityToken(),
                                Optional.ofNullable(input.durationSeconds())
                                        .map(Duration::ofSeconds),
                                Optional.ofNullable(input.policy()),
                                input.policyArns().stream()
                                        .map(PolicyDescriptorType::arn)
                                        .toList()),
                        context);
        SessionCredentials session = assumed.credentials();
        AssumeRoleWithWebIdentityResponse.Builder response =
                AssumeRoleWithWebIdentityResponse.builder()
                        .credentials(StsService.credentials(session))
                        .assumedRoleUser(
                                AssumedRoleUser.builder()
                                        .assumedRoleId(session.principal().userId())
                                        .arn(session.principal().arn())
                                        .build())
                        .subjectFromWebIdentityToken(assumed.claims().subject())
                        .audience(assumed.claims().audience())
                        .provider(assumed.providerArn());
        assumed.claims().sourceIdentity().ifPresent(response::sourceIdentity);
        boolean packed =
                input.policy() != null
                        || input.hasPolicyArns()
                        || !assumed.claims().tags().isEmpty();
        return packed
                ? response.packedPolicySize(Identities.packedPercent(session.principal().session()))
                        .build()
                : response.build();
    }
}
