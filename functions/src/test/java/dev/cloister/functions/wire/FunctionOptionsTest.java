package dev.cloister.functions.wire;

import static org.assertj.core.api.Assertions.assertThat;

import dev.cloister.functions.Installation;
import java.util.List;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.Test;
import software.amazon.awssdk.services.lambda.model.CreateFunctionRequest;
import software.amazon.awssdk.services.lambda.model.CreateFunctionResponse;
import software.amazon.awssdk.services.lambda.model.GetFunctionConfigurationRequest;
import software.amazon.awssdk.services.lambda.model.GetFunctionConfigurationResponse;
import software.amazon.awssdk.services.lambda.model.GetFunctionRequest;
import software.amazon.awssdk.services.lambda.model.GetFunctionResponse;
import software.amazon.awssdk.services.lambda.model.PublishVersionRequest;
import software.amazon.awssdk.services.lambda.model.PublishVersionResponse;
import software.amazon.awssdk.services.lambda.model.SnapStartOptimizationStatus;
import software.amazon.awssdk.services.lambda.model.VpcConfigResponse;

/** Settings that are validated, stored and shown: on create, on update, and after a restart. */
final class FunctionOptionsTest extends OperationsTest {
    private static final String QUEUE = "arn:aws:sqs:us-east-1:123456789012:dead";
    private static final String TOPIC = "arn:aws:sns:us-east-1:123456789012:dead";
    private static final String KEY = "arn:aws:kms:us-east-1:123456789012:key/0-1";

    private static CreateFunctionRequest.Builder everything(CreateFunctionRequest.Builder f) {
        return f.tracingConfig(t -> t.mode("Active"))
                .snapStart(s -> s.applyOn("PublishedVersions"))
                .deadLetterConfig(d -> d.targetArn(QUEUE))
                .kmsKeyArn(KEY)
                .code(
                        c ->
                                c.zipFile(software.amazon.awssdk.core.SdkBytes.fromByteArray(ZIP))
                                        .sourceKMSKeyArn(KEY))
                .vpcConfig(v -> v.subnetIds(List.of()).securityGroupIds(List.of()));
    }

    private GetFunctionConfigurationResponse shown() {
        return lambda.call(
                GetFunctionConfigurationRequest.builder().functionName("hello").build(),
                GetFunctionConfigurationResponse.class);
    }

    @Test
    void keepsWhatWasGivenAcrossARestart() {
        CreateFunctionResponse created = create(FunctionOptionsTest::everything);
        assertThat(created.tracingConfig().modeAsString()).isEqualTo("Active");
        lambda.settled("hello");
        lambda.restart();
        GetFunctionConfigurationResponse shown = shown();
        assertThat(shown.tracingConfig().modeAsString()).isEqualTo("Active");
        assertThat(shown.snapStart().applyOnAsString()).isEqualTo("PublishedVersions");
        assertThat(shown.snapStart().optimizationStatus())
                .isEqualTo(SnapStartOptimizationStatus.OFF);
        assertThat(shown.deadLetterConfig().targetArn()).isEqualTo(QUEUE);
        assertThat(shown.kmsKeyArn()).isEqualTo(KEY);
        assertThat(shown.vpcConfig())
                .isEqualTo(
                        VpcConfigResponse.builder()
                                .subnetIds(List.of())
                                .securityGroupIds(List.of())
                                .vpcId("")
                                .ipv6AllowedForDualStack(false)
                                .build());
        assertThat(
                        lambda.call(
                                        GetFunctionRequest.builder().functionName("hello").build(),
                                        GetFunctionResponse.class)
                                .code()
                                .sourceKMSKeyArn())
                .isEqualTo(KEY);
    }

    @Test
    void showsNothingOfWhatWasNotGiven() {
        active();
        GetFunctionConfigurationResponse shown = shown();
        assertThat(shown.deadLetterConfig()).isNull();
        assertThat(shown.kmsKeyArn()).isNull();
        assertThat(shown.vpcConfig()).isNull();
        assertThat(shown.tenancyConfig()).isNull();
        assertThat(shown.imageConfigResponse()).isNull();
        assertThat(shown.tracingConfig().modeAsString()).isEqualTo("PassThrough");
        assertThat(shown.snapStart().applyOnAsString()).isEqualTo("None");
    }

    @Test
    void anUpdateChangesOneAndKeepsTheOthers() {
        create(FunctionOptionsTest::everything);
        lambda.settled("hello");
        configure(f -> f.deadLetterConfig(d -> d.targetArn(TOPIC)));
        GetFunctionConfigurationResponse shown = lambda.settled("hello");
        assertThat(shown.deadLetterConfig().targetArn()).isEqualTo(TOPIC);
        assertThat(shown.kmsKeyArn()).isEqualTo(KEY);
        configure(f -> f.deadLetterConfig(d -> d.targetArn("")).kmsKeyArn(""));
        shown = lambda.settled("hello");
        assertThat(shown.deadLetterConfig()).isNull();
        assertThat(shown.kmsKeyArn()).isNull();
        assertThat(shown.tracingConfig().modeAsString()).isEqualTo("Active");
    }

    @Test
    void theRoleHasToReachTheDeadLetterQueue() {
        String powerless = "arn:aws:iam::123456789012:role/powerless";
        String publisher = "arn:aws:iam::123456789012:role/publisher";
        String toQueue =
                "The provided execution role does not have permissions to call SendMessage on SQS";
        String toTopic =
                "The provided execution role does not have permissions to call Publish on SNS";
        assertRefused(
                hello().role(powerless).deadLetterConfig(d -> d.targetArn(QUEUE)).build(),
                "InvalidParameterValueException",
                toQueue);
        assertRefused(
                hello().role(powerless).deadLetterConfig(d -> d.targetArn(TOPIC)).build(),
                "InvalidParameterValueException",
                toTopic);
        create(f -> f.role(publisher).deadLetterConfig(d -> d.targetArn(TOPIC)));
        lambda.settled("hello");
        assertRefusedUpdate(f -> f.deadLetterConfig(d -> d.targetArn(QUEUE)), toQueue);
        assertRefusedUpdate(f -> f.role(powerless), toTopic);
        assertRefusedUpdate(
                f -> f.role(powerless).deadLetterConfig(d -> d.targetArn(QUEUE)), toQueue);
        configure(f -> f.role(powerless).deadLetterConfig(d -> d.targetArn("")));
        assertThat(lambda.settled("hello").deadLetterConfig()).isNull();
    }

    @Test
    void updatesAreValidatedAsCreationIs() {
        create(FunctionOptionsTest::everything);
        lambda.settled("hello");
        assertRefusedUpdate(
                f -> f.kmsKeyArn(KEY + "-missing"),
                "the KMS key is invalid for CreateGrant. Please check your KMS key settings. KMS"
                        + " Exception: NotFoundException KMS Message: Key '"
                        + KEY
                        + "-missing' does not exist");
        assertRefusedUpdate(
                f -> f.runtime("nodejs22.x"),
                "nodejs22.x is not supported for SnapStart enabled functions.");
        assertRefusedUpdate(
                f -> f.ephemeralStorage(e -> e.size(1024)),
                "EphemeralStorage greater than 512 MB is not supported for SnapStart");
        assertRefusedUpdate(
                f -> f.vpcConfig(v -> v.subnetIds("subnet-1").securityGroupIds("sg-1")),
                "The subnet ID 'subnet-1' does not exist");
        assertRefusedUpdate(
                f -> f.imageConfig(i -> i.command("c")),
                "Please don't provide ImageConfig when updating a function with packageType Zip.");
        assertRefusedUpdate(
                f ->
                        f.capacityProviderConfig(
                                c ->
                                        c.lambdaManagedInstancesCapacityProviderConfig(
                                                l -> l.capacityProviderArn("a"))),
                "CapacityProviderConfig isn't supported for Lambda Default functions.");
        assertRefusedUpdate(
                f -> f.durableConfig(d -> d.retentionPeriodInDays(3)),
                "DurableConfig is not available in this version");
    }

    private void assertRefusedUpdate(
            UnaryOperator<
                            software.amazon.awssdk.services.lambda.model
                                    .UpdateFunctionConfigurationRequest.Builder>
                    change,
            String message) {
        GetFunctionConfigurationResponse before = shown();
        assertRefused(
                change.apply(
                                software.amazon.awssdk.services.lambda.model
                                        .UpdateFunctionConfigurationRequest.builder()
                                        .functionName("hello"))
                        .build(),
                "InvalidParameterValueException",
                message);
        assertThat(shown()).isEqualTo(before);
    }

    @Test
    void everySettingIsAChangeForPublishing() {
        active();
        String first = publish().version();
        assertThat(publish().version()).isEqualTo(first);
        configure(f -> f.deadLetterConfig(d -> d.targetArn(QUEUE)));
        lambda.settled("hello");
        assertThat(publish().version()).isEqualTo("2");
        configure(f -> f.tracingConfig(t -> t.mode("Active")));
        lambda.settled("hello");
        assertThat(publish().version()).isEqualTo("3");
        configure(f -> f.snapStart(s -> s.applyOn("PublishedVersions")));
        lambda.settled("hello");
        PublishVersionResponse fourth = publish();
        assertThat(fourth.version()).isEqualTo("4");
        assertThat(fourth.snapStart().optimizationStatusAsString()).isEqualTo("Off");
    }

    private PublishVersionResponse publish() {
        return lambda.call(
                PublishVersionRequest.builder().functionName("hello").build(),
                PublishVersionResponse.class);
    }

    @Test
    void uploadingTheSameCodeWithPublishGivesTheSameVersion() {
        active();
        assertThat(upload(ZIP, c -> c.publish(true)).version()).isEqualTo("1");
        lambda.settled("hello");
        assertThat(upload(ZIP, c -> c.publish(true)).version()).isEqualTo("1");
    }

    @Test
    void tenancyIsSetAtCreation() {
        CreateFunctionResponse created =
                create(f -> f.tenancyConfig(t -> t.tenantIsolationMode("PER_TENANT")));
        assertThat(created.tenancyConfig().tenantIsolationModeAsString()).isEqualTo("PER_TENANT");
        lambda.settled("hello");
        configure(f -> f.timeout(9));
        assertThat(lambda.settled("hello").tenancyConfig().tenantIsolationModeAsString())
                .isEqualTo("PER_TENANT");
        assertThat(
                        lambda.functions()
                                .resolve(
                                        Installation.ACCOUNT,
                                        Installation.REGION,
                                        "hello",
                                        java.util.Optional.empty())
                                .orElseThrow()
                                .version()
                                .options()
                                .isolatesTenants())
                .isTrue();
    }

    @Test
    void theVersionsOfAnAliasHaveOneDeadLetterQueue() {
        active();
        publish();
        configure(f -> f.deadLetterConfig(d -> d.targetArn(QUEUE)));
        lambda.settled("hello");
        publish();
        assertRefused(
                software.amazon.awssdk.services.lambda.model.CreateAliasRequest.builder()
                        .functionName("hello")
                        .name("live")
                        .functionVersion("1")
                        .routingConfig(r -> r.additionalVersionWeights(java.util.Map.of("2", 0.5)))
                        .build(),
                "InvalidParameterValueException",
                "The versions of an alias must have the same dead-letter queue, or none: 1 and 2");
    }
}
