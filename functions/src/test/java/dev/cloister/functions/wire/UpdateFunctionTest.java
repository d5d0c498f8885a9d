package dev.cloister.functions.wire;

import static org.assertj.core.api.Assertions.assertThat;

import dev.cloister.api.SecretText;
import dev.cloister.functions.FunctionCatalog.Resolved;
import dev.cloister.functions.Installation;
import dev.cloister.functions.VersionSnapshot;
import java.util.Map;
import java.util.Optional;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.Test;
import software.amazon.awssdk.core.SdkBytes;
import software.amazon.awssdk.services.lambda.model.GetFunctionConfigurationResponse;
import software.amazon.awssdk.services.lambda.model.UpdateFunctionCodeRequest;
import software.amazon.awssdk.services.lambda.model.UpdateFunctionCodeResponse;
import software.amazon.awssdk.services.lambda.model.UpdateFunctionConfigurationRequest;
import software.amazon.awssdk.services.lambda.model.UpdateFunctionConfigurationResponse;

class UpdateFunctionTest extends OperationsTest {
    private static final String STALE =
            "The Revision Id provided does not match the latest Revision Id. Call the"
                    + " GetFunction/GetAlias API to retrieve the latest Revision Id";

    private VersionSnapshot serving() {
        return lambda.functions()
                .resolve(Installation.ACCOUNT, Installation.REGION, "hello", Optional.empty())
                .map(Resolved::version)
                .orElseThrow();
    }

    @Test
    void theOldConfigurationServesUntilTheNewIsReady() {
        active();
        VersionSnapshot before = serving();
        lambda.runtimes.hold();
        UpdateFunctionConfigurationResponse changed =
                configure(c -> c.memorySize(256).environment(e -> e.variables(Map.of("AB", "1"))));
        assertThat(changed.functionArn()).isEqualTo(ARN);
        assertThat(changed.memorySize()).isEqualTo(256);
        assertThat(changed.stateAsString()).isEqualTo("Active");
        assertThat(changed.lastUpdateStatusAsString()).isEqualTo("InProgress");
        assertThat(changed.lastUpdateStatusReason()).isEqualTo("The function is being created.");
        assertThat(changed.lastUpdateStatusReasonCodeAsString()).isEqualTo("Creating");
        assertThat(serving()).isSameAs(before);
        assertThat(lambda.retired()).isEmpty();
        assertRefused(
                UpdateFunctionConfigurationRequest.builder()
                        .functionName("hello")
                        .timeout(9)
                        .build(),
                "ResourceConflictException",
                "The operation cannot be performed at this time. An update is in progress for"
                        + " resource: "
                        + ARN);
        lambda.runtimes.release();
        GetFunctionConfigurationResponse now = lambda.settled("hello");
        assertThat(now.lastUpdateStatusAsString()).isEqualTo("Successful");
        assertThat(now.lastUpdateStatusReason()).isNull();
        assertThat(now.revisionId()).isNotEqualTo(changed.revisionId());
        Installation.until(() -> lambda.retired().size() == 1);
        assertThat(lambda.retired()).containsExactly(before);
        assertThat(serving().memoryMegabytes()).isEqualTo(256);
        assertThat(serving().environment()).containsEntry("AB", new SecretText("1"));
        assertThat(serving().revision()).isNotEqualTo(before.revision());
    }

    @Test
    void editsWhilePendingAreRefused() {
        lambda.runtimes.hold();
        create(UnaryOperator.identity());
        String pending =
                "The operation cannot be performed at this time. The function is currently in the"
                        + " following state: Pending";
        assertRefused(
                UpdateFunctionConfigurationRequest.builder()
                        .functionName("hello")
                        .timeout(9)
                        .build(),
                "ResourceConflictException",
                pending);
        assertRefused(
                UpdateFunctionCodeRequest.builder()
                        .functionName("hello")
                        .zipFile(SdkBytes.fromByteArray(OTHER_ZIP))
                        .build(),
                "ResourceConflictException",
                pending);
    }

    @Test
    void absentMembersKeepTheirValuesAndGivenStructuresReplace() {
        create(
                f ->
                        f.timeout(7)
                                .description("d")
                                .environment(e -> e.variables(Map.of("AA", "1", "BB", "2"))));
        lambda.settled("hello");
        UpdateFunctionConfigurationResponse changed =
                configure(c -> c.environment(e -> e.variables(Map.of("CC", "3"))));
        assertThat(changed.timeout()).isEqualTo(7);
        assertThat(changed.description()).isEqualTo("d");
        assertThat(changed.environment().variables()).containsExactly(Map.entry("CC", "3"));
        lambda.settled("hello");
        configure(c -> c.loggingConfig(l -> l.logFormat("JSON").systemLogLevel("DEBUG")));
        assertThat(lambda.settled("hello").loggingConfig().systemLogLevelAsString())
                .isEqualTo("DEBUG");
        UpdateFunctionConfigurationResponse text =
                configure(c -> c.loggingConfig(l -> l.logFormat("Text")));
        assertThat(text.loggingConfig().systemLogLevel()).isNull();
        assertThat(text.loggingConfig().logGroup()).isEqualTo("/aws/lambda/hello");
    }

    @Test
    void aRedundantUpdateStillGivesANewRevision() {
        active();
        String before = lambda.settled("hello").revisionId();
        UpdateFunctionConfigurationResponse same = configure(c -> c.timeout(3));
        assertThat(same.revisionId()).isNotEqualTo(before);
        assertThat(same.lastUpdateStatusAsString()).isEqualTo("InProgress");
    }

    @Test
    void aStaleRevisionIsRefused() {
        active();
        String current = lambda.settled("hello").revisionId();
        assertRefused(
                UpdateFunctionConfigurationRequest.builder()
                        .functionName("hello")
                        .revisionId("0000")
                        .build(),
                "PreconditionFailedException",
                STALE);
        assertRefused(
                UpdateFunctionCodeRequest.builder()
                        .functionName("hello")
                        .zipFile(SdkBytes.fromByteArray(OTHER_ZIP))
                        .revisionId("0000")
                        .build(),
                "PreconditionFailedException",
                STALE);
        configure(c -> c.revisionId(current).timeout(5));
    }

    @Test
    void newCodeIsServedOnceReadyAndTheOldIsRemoved() {
        active();
        String oldImage = serving().code().orElseThrow().digest();
        UpdateFunctionCodeResponse changed = upload(OTHER_ZIP, UnaryOperator.identity());
        assertThat(changed.codeSize()).isEqualTo(OTHER_ZIP.length);
        assertThat(changed.lastUpdateStatusAsString()).isEqualTo("InProgress");
        assertThat(changed.functionArn()).isEqualTo(ARN);
        lambda.settled("hello");
        assertThat(serving().code().orElseThrow().digest()).isNotEqualTo(oldImage);
        Installation.until(() -> lambda.artifactNames().size() == 2);
    }

    @Test
    void dryRunValidatesAndChangesNothing() {
        active();
        GetFunctionConfigurationResponse before = lambda.settled("hello");
        UpdateFunctionCodeResponse would = upload(OTHER_ZIP, u -> u.dryRun(true));
        assertThat(would.codeSize()).isEqualTo(OTHER_ZIP.length);
        assertThat(would.codeSha256()).isNotEqualTo(before.codeSha256());
        assertThat(lambda.settled("hello")).isEqualTo(before);
        assertRefused(
                UpdateFunctionCodeRequest.builder()
                        .functionName("hello")
                        .dryRun(true)
                        .zipFile(SdkBytes.fromUtf8String("no zip"))
                        .build(),
                "InvalidParameterValueException",
                "Could not unzip");
    }

    @Test
    void publishingWithTheUpdateAnswersTheVersion() {
        active();
        lambda.runtimes.hold();
        UpdateFunctionCodeResponse published = upload(OTHER_ZIP, u -> u.publish(true));
        assertThat(published.version()).isEqualTo("1");
        assertThat(published.functionArn()).isEqualTo(ARN + ":1");
        assertThat(published.stateAsString()).isEqualTo("Pending");
        lambda.runtimes.release();
        assertThat(lambda.settled("hello").lastUpdateStatusAsString()).isEqualTo("Successful");
        assertThat(
                        lambda.functions()
                                .resolve(
                                        Installation.ACCOUNT,
                                        Installation.REGION,
                                        "hello",
                                        Optional.of("1"))
                                .orElseThrow()
                                .version()
                                .state())
                .isEqualTo(VersionSnapshot.State.ACTIVE);
    }

    @Test
    void aFailedUpdateLeavesTheOldServing() {
        active();
        VersionSnapshot before = serving();
        lambda.runtimes.breakRuntime("nodejs22.x");
        configure(c -> c.runtime("nodejs22.x"));
        GetFunctionConfigurationResponse now = lambda.settled("hello");
        assertThat(now.stateAsString()).isEqualTo("Active");
        assertThat(now.lastUpdateStatusAsString()).isEqualTo("Failed");
        assertThat(now.lastUpdateStatusReasonCodeAsString()).isEqualTo("InvalidRuntime");
        assertThat(serving()).isSameAs(before);
        lambda.restart();
        assertThat(serving().revision()).isEqualTo(before.revision());
        assertThat(serving().state()).isEqualTo(VersionSnapshot.State.ACTIVE);
    }

    @Test
    void refusesWhatIsNotThereAndWhatIsNotSupported() {
        String notFound = "Function not found: " + ARN;
        assertRefused(
                UpdateFunctionCodeRequest.builder()
                        .functionName("hello")
                        .zipFile(SdkBytes.fromByteArray(ZIP))
                        .build(),
                "ResourceNotFoundException",
                notFound);
        assertRefused(
                UpdateFunctionConfigurationRequest.builder().functionName("hello").build(),
                "ResourceNotFoundException",
                notFound);
        active();
        assertRefused(
                UpdateFunctionCodeRequest.builder().functionName("hello").imageUri("i").build(),
                "InvalidParameterValueException",
                "Please don't provide ImageUri when updating a function with packageType Zip.");
        assertRefused(
                UpdateFunctionCodeRequest.builder()
                        .functionName("hello")
                        .s3Bucket("bbb")
                        .s3Key("k")
                        .build(),
                "InvalidParameterValueException",
                "S3 Error Code: NoSuchBucket");
        assertRefused(
                UpdateFunctionConfigurationRequest.builder()
                        .functionName("hello")
                        .layers("arn:aws:lambda:us-east-1:123456789012:layer:l:1")
                        .build(),
                "InvalidParameterValueException",
                "Layer version arn:aws:lambda:us-east-1:123456789012:layer:l:1 does not exist.");
        assertRefused(
                UpdateFunctionConfigurationRequest.builder().functionName("hello:1").build(),
                "InvalidParameterValueException",
                "This operation is permitted on Lambda functions only.");
    }
}
