package dev.cloister.observe.wire;

import static org.assertj.core.api.Assertions.assertThat;

import dev.cloister.api.AccessCheck;
import dev.cloister.api.AccessInput;
import dev.cloister.api.AccountId;
import dev.cloister.api.AwsError;
import dev.cloister.api.Principal;
import dev.cloister.api.Region;
import dev.cloister.api.RequestContext;
import java.net.InetAddress;
import java.time.Instant;
import java.util.List;
import java.util.UUID;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import software.amazon.awssdk.core.SdkPojo;
import software.amazon.awssdk.services.cloudwatchlogs.model.GetLogEventsRequest;
import software.amazon.awssdk.services.cloudwatchlogs.model.TagResourceRequest;
import software.amazon.awssdk.utils.builder.Buildable;

final class LogsAccessTest {
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
        return LogsAccess.table()
                .rule(operation)
                .orElseThrow()
                .checks(AccessInput.of(input), CONTEXT);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "AssociateKmsKey",
                "CreateLogGroup",
                "DisassociateKmsKey",
                "DeleteLogGroup",
                "DescribeLogGroups",
                "PutRetentionPolicy",
                "DeleteRetentionPolicy",
                "DescribeLogStreams",
                "FilterLogEvents",
                "CreateLogStream",
                "DeleteLogStream",
                "PutLogEvents",
                "GetLogEvents",
                "ListTagsLogGroup",
                "TagLogGroup",
                "UntagLogGroup",
                "ListTagsForResource",
                "TagResource",
                "UntagResource"
            })
    void everyRuleReadsMembersThatThereAre(String operation) throws ReflectiveOperationException {
        Object builder =
                Class.forName(
                                "software.amazon.awssdk.services.cloudwatchlogs.model."
                                        + operation
                                        + "Request")
                        .getMethod("builder")
                        .invoke(null);
        try {
            assertThat(checks(operation, (SdkPojo) ((Buildable) builder).build()))
                    .extracting(AccessCheck::action)
                    .containsExactly("logs:" + operation);
        } catch (AwsError e) {
            assertThat(e.status()).isLessThan(500);
        }
    }

    @Test
    void aGroupIsTheSameByNameAndByArn() {
        String arn = "arn:aws:logs:us-east-1:123456789012:log-group:/aws/lambda/f";
        for (GetLogEventsRequest request :
                List.of(
                        GetLogEventsRequest.builder()
                                .logGroupName("/aws/lambda/f")
                                .logStreamName("s")
                                .build(),
                        GetLogEventsRequest.builder()
                                .logGroupIdentifier(arn)
                                .logStreamName("s")
                                .build())) {
            assertThat(checks("GetLogEvents", request))
                    .containsExactly(AccessCheck.of("logs:GetLogEvents", arn + ":log-stream:s"));
        }
        assertThat(
                        checks(
                                "TagResource",
                                TagResourceRequest.builder().resourceArn(arn + ":*").build()))
                .extracting(AccessCheck::resource)
                .containsExactly(arn);
    }
}
