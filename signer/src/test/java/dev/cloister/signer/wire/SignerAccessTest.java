package dev.cloister.signer.wire;

import static org.assertj.core.api.Assertions.assertThat;

import dev.cloister.api.AccessCheck;
import dev.cloister.api.AccessInput;
import dev.cloister.api.AccountId;
import dev.cloister.api.Principal;
import dev.cloister.api.Region;
import dev.cloister.api.RequestContext;
import java.net.InetAddress;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import software.amazon.awssdk.core.SdkField;
import software.amazon.awssdk.core.SdkPojo;
import software.amazon.awssdk.services.signer.model.TagResourceRequest;
import software.amazon.awssdk.utils.builder.Buildable;

final class SignerAccessTest {
    private static final RequestContext CONTEXT =
            new RequestContext(
                    UUID.randomUUID(),
                    new Principal(
                            new AccountId("123456789012"),
                            "arn:aws:iam::123456789012:root",
                            "123456789012",
                            "AKIAEXAMPLE"),
                    new Region("us-east-1"),
                    Instant.EPOCH,
                    InetAddress.getLoopbackAddress(),
                    "http://127.0.0.1:4566");

    private static List<AccessCheck> checks(String operation, SdkPojo input) {
        return SignerAccess.table()
                .rule(operation)
                .orElseThrow()
                .checks(AccessInput.of(input), CONTEXT);
    }

    @ParameterizedTest
    @CsvSource({
        "PutSigningProfile, :/signing-profiles/p",
        "GetSigningProfile, :/signing-profiles/p",
        "CancelSigningProfile, :/signing-profiles/p",
        "RevokeSigningProfile, :/signing-profiles/p",
        "SignPayload, :/signing-profiles/p",
        "StartSigningJob, :/signing-profiles/p",
        "DescribeSigningJob, :/signing-jobs/j",
        "RevokeSignature, :/signing-jobs/j",
        "ListSigningProfiles, ",
        "ListSigningJobs, ",
        "ListSigningPlatforms, ",
        "GetSigningPlatform, ",
        "TagResource, :/signing-profiles/t",
        "UntagResource, :/signing-profiles/t",
        "ListTagsForResource, :/signing-profiles/t"
    })
    void everyOperationIsOnItsResource(String operation, String resource)
            throws ReflectiveOperationException {
        SdkPojo builder =
                (SdkPojo)
                        Class.forName(
                                        "software.amazon.awssdk.services.signer.model."
                                                + operation
                                                + "Request")
                                .getMethod("builder")
                                .invoke(null);
        for (SdkField<?> field : builder.sdkFields()) {
            switch (field.memberName()) {
                case "profileName" -> field.set(builder, "p");
                case "jobId" -> field.set(builder, "j");
                case "resourceArn" ->
                        field.set(
                                builder,
                                "arn:aws:signer:us-east-1:123456789012:/signing-profiles/t");
                default -> {
                    // Left out.
                }
            }
        }
        assertThat(checks(operation, (SdkPojo) ((Buildable) builder).build()))
                .singleElement()
                .satisfies(
                        check -> {
                            assertThat(check.action()).isEqualTo("signer:" + operation);
                            assertThat(check.resource())
                                    .isEqualTo(
                                            resource == null
                                                    ? "*"
                                                    : "arn:aws:signer:us-east-1:123456789012"
                                                            + resource);
                        });
    }

    @Test
    void tagsAreToldToPolicies() {
        assertThat(
                        checks(
                                "TagResource",
                                TagResourceRequest.builder()
                                        .resourceArn("arn:aws:signer:r:1:/signing-profiles/t")
                                        .tags(Map.of("team", "red"))
                                        .build()))
                .first()
                .satisfies(
                        check ->
                                assertThat(check.keys())
                                        .containsEntry("aws:RequestTag/team", List.of("red"))
                                        .containsEntry("aws:TagKeys", List.of("team")));
    }
}
