package dev.cloister.api;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.net.URI;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.TestInstance.Lifecycle;
import software.amazon.awssdk.auth.credentials.AwsBasicCredentials;
import software.amazon.awssdk.auth.credentials.AwsCredentials;
import software.amazon.awssdk.auth.credentials.AwsSessionCredentials;
import software.amazon.awssdk.auth.credentials.StaticCredentialsProvider;
import software.amazon.awssdk.awscore.client.builder.AwsClientBuilder;
import software.amazon.awssdk.awscore.exception.AwsServiceException;
import software.amazon.awssdk.core.SdkBytes;
import software.amazon.awssdk.services.cloudwatchlogs.CloudWatchLogsClient;
import software.amazon.awssdk.services.lambda.LambdaClient;
import software.amazon.awssdk.services.lambda.model.CreateFunctionRequest;
import software.amazon.awssdk.services.lambda.model.CreateFunctionResponse;
import software.amazon.awssdk.services.lambda.model.GetFunctionRequest;
import software.amazon.awssdk.services.lambda.model.InvokeResponse;
import software.amazon.awssdk.services.lambda.model.LambdaException;
import software.amazon.awssdk.services.lambda.model.LogType;
import software.amazon.awssdk.services.lambda.model.ResourceNotFoundException;
import software.amazon.awssdk.services.lambda.model.TooManyRequestsException;
import software.amazon.awssdk.services.lambda.model.UntagResourceRequest;
import software.amazon.awssdk.services.sts.StsClient;
import software.amazon.awssdk.services.sts.model.AssumeRoleRequest;
import software.amazon.awssdk.services.sts.model.Tag;

/** Amazon's own clients against a running server. */
@TestInstance(Lifecycle.PER_CLASS)
class SdkClientTest {
    private final TestServices services = new TestServices();
    private final FakeCredentials credentials =
            new FakeCredentials()
                    .withSession(
                            "ASIATEMPORARY",
                            "temporary",
                            "the+token/==",
                            Instant.now().plusSeconds(600))
                    .withSession("ASIAEXPIRED", "expired", "old", Instant.EPOCH);
    private final ApiServer server =
            new ApiServer(
                    ApiSettings.loopback(0),
                    credentials,
                    InstantSource.system(),
                    services.definitions(),
                    List.of());

    @BeforeAll
    void start() {
        server.start();
    }

    @AfterAll
    void stop() {
        server.close();
    }

    private <B extends AwsClientBuilder<B, C>, C> C client(B builder) {
        return client(
                builder, AwsBasicCredentials.create(FakeCredentials.KEY, FakeCredentials.SECRET));
    }

    private <B extends AwsClientBuilder<B, C>, C> C client(B builder, AwsCredentials with) {
        return builder.region(software.amazon.awssdk.regions.Region.US_EAST_1)
                .endpointOverride(URI.create("http://127.0.0.1:" + server.port()))
                .credentialsProvider(StaticCredentialsProvider.create(with))
                .overrideConfiguration(c -> c.retryStrategy(r -> r.maxAttempts(1)))
                .build();
    }

    private static CreateFunctionRequest.Builder function() {
        return CreateFunctionRequest.builder()
                .functionName("hello")
                .role("arn:aws:iam::123456789012:role/r")
                .runtime("python3.13")
                .handler("app.handler")
                .memorySize(256)
                .code(c -> c.zipFile(SdkBytes.fromByteArray(new byte[] {0, 1, 2, (byte) 0xff})));
    }

    @Test
    void createsWithEveryKindOfMember() {
        try (LambdaClient lambda = client(LambdaClient.builder())) {
            CreateFunctionRequest request =
                    function()
                            .environment(e -> e.variables(Map.of("NAME", "välue \"q\"")))
                            .layers("arn:aws:lambda:us-east-1:123456789012:layer:l:1")
                            .publish(true)
                            .build();
            CreateFunctionResponse response = lambda.createFunction(request);
            assertThat(response.codeSize()).isEqualTo(4);
            assertThat(response.memorySize()).isEqualTo(256);
            assertThat(response.environment().variables()).containsEntry("NAME", "välue \"q\"");
            assertThat(services.inputs.getLast()).isEqualTo(request);
            assertThat(response.responseMetadata().requestId())
                    .isEqualTo(services.contexts.getLast().requestId().toString());
            assertThat(services.contexts.getLast().endpoint())
                    .isEqualTo("http://127.0.0.1:" + server.port());
        }
    }

    @Test
    void reportsModeledErrorsAsAmazonsExceptions() {
        try (LambdaClient lambda = client(LambdaClient.builder())) {
            String arn = "arn:aws:lambda:us-east-1:123456789012:function:f:$LATEST";
            assertThatThrownBy(
                            () ->
                                    lambda.getFunction(
                                            GetFunctionRequest.builder().functionName(arn).build()))
                    .isInstanceOfSatisfying(
                            ResourceNotFoundException.class,
                            e -> {
                                assertThat(e.statusCode()).isEqualTo(404);
                                assertThat(e.type()).isEqualTo("User");
                                assertThat(e.awsErrorDetails().errorMessage())
                                        .isEqualTo("Function not found: " + arn);
                            });
        }
    }

    @Test
    void invokesRawAndStreamed() {
        try (LambdaClient lambda = client(LambdaClient.builder())) {
            SdkBytes payload = SdkBytes.fromUtf8String("{\"a\":\"" + "x".repeat(200_000) + "\"}");
            InvokeResponse whole =
                    lambda.invoke(b -> b.functionName("f").qualifier("live").payload(payload));
            assertThat(whole.payload()).isEqualTo(payload);
            assertThat(whole.executedVersion()).isEqualTo("$LATEST");
            InvokeResponse streamed =
                    lambda.invoke(b -> b.functionName("f").logType(LogType.TAIL).payload(payload));
            assertThat(streamed.payload()).isEqualTo(payload);
            assertThatThrownBy(() -> lambda.invoke(b -> b.functionName("throttled")))
                    .isInstanceOfSatisfying(
                            TooManyRequestsException.class,
                            e -> {
                                assertThat(e.retryAfterSeconds()).isEqualTo("1");
                                assertThat(e.reasonAsString()).startsWith("ReservedFunction");
                                assertThat(e.type()).isEqualTo("User");
                            });
        }
    }

    @Test
    void refusesAnInvokeOverItsLimitWithLambdasWords() {
        try (LambdaClient lambda = client(LambdaClient.builder())) {
            assertThatThrownBy(
                            () ->
                                    lambda.invoke(
                                            b ->
                                                    b.functionName("f")
                                                            .payload(
                                                                    SdkBytes.fromByteArray(
                                                                            new byte[6_291_557]))))
                    .isInstanceOfSatisfying(
                            LambdaException.class,
                            e -> {
                                assertThat(e.statusCode()).isEqualTo(413);
                                assertThat(e.getMessage())
                                        .contains(
                                                "Request must be smaller than 6291556 bytes for"
                                                        + " the InvokeFunction operation");
                            });
        }
    }

    @Test
    void validatesInLambdasWords() {
        try (LambdaClient lambda = client(LambdaClient.builder())) {
            assertThatThrownBy(
                            () ->
                                    lambda.createFunction(
                                            function().memorySize(1).timeout(0).build()))
                    .isInstanceOfSatisfying(
                            LambdaException.class,
                            e -> {
                                assertThat(e.statusCode()).isEqualTo(400);
                                assertThat(e.awsErrorDetails().errorCode())
                                        .isEqualTo("ValidationException");
                                assertThat(e.awsErrorDetails().errorMessage())
                                        .isEqualTo(
                                                "2 validation errors detected: Value '1' at"
                                                        + " 'memorySize' failed to satisfy constraint:"
                                                        + " Member must have value greater than or"
                                                        + " equal to 128; Value '0' at 'timeout' failed"
                                                        + " to satisfy constraint: Member must have"
                                                        + " value greater than or equal to 1");
                            });
        }
    }

    @Test
    void repeatsKeysOfListsInQueries() {
        try (LambdaClient lambda = client(LambdaClient.builder())) {
            UntagResourceRequest request =
                    UntagResourceRequest.builder()
                            .resource("arn:aws:lambda:us-east-1:123456789012:function:f")
                            .tagKeys("b c", "a+d", "ü")
                            .build();
            lambda.untagResource(request);
            assertThat(services.inputs.getLast()).isEqualTo(request);
            lambda.deleteFunction(b -> b.functionName("f"));
        }
    }

    @Test
    void answersAnOwnFaultWithoutShowingIt() {
        try (LambdaClient lambda = client(LambdaClient.builder())) {
            assertThatThrownBy(lambda::listFunctions)
                    .isInstanceOfSatisfying(
                            LambdaException.class,
                            e -> {
                                assertThat(e.statusCode()).isEqualTo(500);
                                assertThat(e.awsErrorDetails().errorCode())
                                        .isEqualTo("ServiceException");
                                assertThat(e.getMessage()).doesNotContain("hunter2");
                            });
            assertThatThrownBy(lambda::listLayers)
                    .hasMessageContaining(
                            "ListLayers is not available in this version of Cloister");
        }
    }

    @Test
    void speaksAwsJson() {
        try (CloudWatchLogsClient logs = client(CloudWatchLogsClient.builder())) {
            assertThat(logs.describeLogGroups().logGroups().getFirst().creationTime())
                    .isEqualTo(1_700_000_000_000L);
            assertThatThrownBy(() -> logs.describeLogGroups(b -> b.logGroupNamePrefix("missing")))
                    .isInstanceOfSatisfying(
                            software.amazon.awssdk.services.cloudwatchlogs.model
                                    .ResourceNotFoundException.class,
                            e -> {
                                assertThat(e.statusCode()).isEqualTo(400);
                                assertThat(e.awsErrorDetails().errorMessage())
                                        .isEqualTo("The specified log group does not exist.");
                            });
            assertThatThrownBy(() -> logs.describeLogGroups(b -> b.limit(51)))
                    .hasMessageContaining(
                            "1 validation error detected: Value '51' at 'limit' failed to satisfy"
                                    + " constraint: Member must have value less than or equal to"
                                    + " 50");
        }
    }

    @Test
    void speaksQuery() {
        try (StsClient sts = client(StsClient.builder())) {
            assertThat(sts.getCallerIdentity().account()).isEqualTo("123456789012");
            AssumeRoleRequest request =
                    AssumeRoleRequest.builder()
                            .roleArn("arn:aws:iam::123456789012:role/r")
                            .roleSessionName("me")
                            .durationSeconds(900)
                            .tags(
                                    Tag.builder().key("k 1").value("v@=+").build(),
                                    Tag.builder().key("k2").value("").build())
                            .transitiveTagKeys("k 1")
                            .build();
            assertThat(sts.assumeRole(request).credentials().secretAccessKey())
                    .isEqualTo("s<&>\"'");
            assertThat(sts.assumeRole(request).credentials().expiration())
                    .isEqualTo(Instant.parse("2026-01-02T03:04:05Z"));
            assertThat(services.inputs.getLast()).isEqualTo(request);
            assertThatThrownBy(() -> sts.assumeRole(b -> b.roleArn("arn:aws:iam::1:role/r")))
                    .isInstanceOfSatisfying(
                            AwsServiceException.class,
                            e ->
                                    assertThat(e.awsErrorDetails().errorCode())
                                            .isEqualTo("ValidationError"))
                    .hasMessageContaining(
                            "Value null at 'roleSessionName' failed to satisfy constraint: Member"
                                    + " must not be null");
            assertThatThrownBy(sts::getSessionToken)
                    .hasMessageContaining("GetSessionToken is not available");
        }
    }

    @Test
    void knowsSessionsFromLongTermKeys() {
        AwsCredentials good =
                AwsSessionCredentials.create("ASIATEMPORARY", "temporary", "the+token/==");
        try (StsClient sts = client(StsClient.builder(), good)) {
            assertThat(sts.getCallerIdentity().account()).isEqualTo("123456789012");
        }
        AwsCredentials wrong =
                AwsSessionCredentials.create("ASIATEMPORARY", "temporary", "another");
        AwsCredentials none = AwsBasicCredentials.create("ASIATEMPORARY", "temporary");
        AwsCredentials unknown = AwsBasicCredentials.create("AKIAUNKNOWN", "secret");
        for (AwsCredentials bad : List.of(wrong, none, unknown)) {
            try (StsClient sts = client(StsClient.builder(), bad)) {
                assertThatThrownBy(sts::getCallerIdentity)
                        .hasMessageContaining(
                                "The security token included in the request is invalid.");
            }
        }
        AwsCredentials expired = AwsSessionCredentials.create("ASIAEXPIRED", "expired", "old");
        try (LambdaClient lambda = client(LambdaClient.builder(), expired)) {
            assertThatThrownBy(lambda::listFunctions)
                    .isInstanceOfSatisfying(
                            LambdaException.class,
                            e -> {
                                assertThat(e.statusCode()).isEqualTo(403);
                                assertThat(e.awsErrorDetails().errorCode())
                                        .isEqualTo("ExpiredTokenException");
                            });
        }
    }

    @Test
    void refusesAWrongSecret() {
        AwsCredentials wrong = AwsBasicCredentials.create(FakeCredentials.KEY, "wrong");
        try (LambdaClient lambda = client(LambdaClient.builder(), wrong);
                StsClient sts = client(StsClient.builder(), wrong);
                CloudWatchLogsClient logs = client(CloudWatchLogsClient.builder(), wrong)) {
            assertThatThrownBy(lambda::listFunctions)
                    .isInstanceOfSatisfying(
                            AwsServiceException.class,
                            e -> assertRefused(e, 403, "InvalidSignatureException"));
            assertThatThrownBy(sts::getCallerIdentity)
                    .isInstanceOfSatisfying(
                            AwsServiceException.class,
                            e -> assertRefused(e, 403, "SignatureDoesNotMatch"));
            assertThatThrownBy(logs::describeLogGroups)
                    .isInstanceOfSatisfying(
                            AwsServiceException.class,
                            e -> assertRefused(e, 400, "InvalidSignatureException"));
        }
    }

    private static void assertRefused(AwsServiceException e, int status, String code) {
        assertThat(e.statusCode()).isEqualTo(status);
        assertThat(e.awsErrorDetails().errorCode()).isEqualTo(code);
        assertThat(e.awsErrorDetails().errorMessage())
                .startsWith("The request signature we calculated does not match");
    }
}
