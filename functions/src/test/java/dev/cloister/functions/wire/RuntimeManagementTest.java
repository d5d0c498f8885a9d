package dev.cloister.functions.wire;

import static org.assertj.core.api.Assertions.assertThat;

import dev.cloister.functions.FunctionCatalog.Resolved;
import dev.cloister.functions.Installation;
import dev.cloister.functions.RuntimeManagement.Use;
import dev.cloister.functions.VersionSnapshot;
import dev.cloister.runtimes.RuntimeImage;
import java.time.Instant;
import java.util.Optional;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import software.amazon.awssdk.core.SdkBytes;
import software.amazon.awssdk.services.lambda.model.CreateAliasRequest;
import software.amazon.awssdk.services.lambda.model.CreateAliasResponse;
import software.amazon.awssdk.services.lambda.model.CreateFunctionRequest;
import software.amazon.awssdk.services.lambda.model.CreateFunctionResponse;
import software.amazon.awssdk.services.lambda.model.GetFunctionConfigurationRequest;
import software.amazon.awssdk.services.lambda.model.GetFunctionConfigurationResponse;
import software.amazon.awssdk.services.lambda.model.GetRuntimeManagementConfigRequest;
import software.amazon.awssdk.services.lambda.model.GetRuntimeManagementConfigResponse;
import software.amazon.awssdk.services.lambda.model.PublishVersionRequest;
import software.amazon.awssdk.services.lambda.model.PublishVersionResponse;
import software.amazon.awssdk.services.lambda.model.PutRuntimeManagementConfigRequest;
import software.amazon.awssdk.services.lambda.model.PutRuntimeManagementConfigResponse;
import software.amazon.awssdk.services.lambda.model.UpdateFunctionCodeRequest;
import software.amazon.awssdk.services.lambda.model.UpdateFunctionConfigurationRequest;

class RuntimeManagementTest extends OperationsTest {
    private static final String IPV = "InvalidParameterValueException";
    private static final String PYTHON = "python3.13";

    private VersionSnapshot serving(String version) {
        return lambda.functions()
                .resolve(Installation.ACCOUNT, Installation.REGION, "hello", Optional.of(version))
                .map(Resolved::version)
                .orElseThrow();
    }

    private String runs(String version) {
        return serving(version).runtime().orElseThrow().version();
    }

    private static String arn(RuntimeImage image) {
        return "arn:aws:lambda:us-east-1::runtime:" + image.versionSha();
    }

    private RuntimeImage image(String version) {
        return serving(version).runtime().orElseThrow();
    }

    private PutRuntimeManagementConfigResponse put(
            UnaryOperator<PutRuntimeManagementConfigRequest.Builder> changes) {
        return lambda.call(
                changes.apply(PutRuntimeManagementConfigRequest.builder().functionName("hello"))
                        .build(),
                PutRuntimeManagementConfigResponse.class);
    }

    private GetRuntimeManagementConfigResponse get(String qualifier) {
        return lambda.call(
                GetRuntimeManagementConfigRequest.builder()
                        .functionName("hello")
                        .qualifier(qualifier)
                        .build(),
                GetRuntimeManagementConfigResponse.class);
    }

    private GetFunctionConfigurationResponse configuration(String qualifier) {
        return lambda.call(
                GetFunctionConfigurationRequest.builder()
                        .functionName("hello")
                        .qualifier(qualifier)
                        .build(),
                GetFunctionConfigurationResponse.class);
    }

    private PublishVersionResponse publish() {
        return lambda.call(
                PublishVersionRequest.builder().functionName("hello").build(),
                PublishVersionResponse.class);
    }

    private int rollOut() {
        return lambda.functions().runtimeManagement().rollOut(PYTHON);
    }

    @Test
    void autoIsTheDefaultAndMovesWithARollOutOnly() {
        active();
        publish();
        GetRuntimeManagementConfigResponse config = get("$LATEST");
        assertThat(config.updateRuntimeOnAsString()).isEqualTo("Auto");
        assertThat(config.runtimeVersionArn()).isNull();
        assertThat(config.functionArn()).isEqualTo(ARN + ":$LATEST");
        assertThat(get("1").functionArn()).isEqualTo(ARN + ":1");

        VersionSnapshot before = serving("$LATEST");
        RuntimeImage second = lambda.runtimes.release(PYTHON);
        assertThat(serving("$LATEST")).isSameAs(before);
        assertThat(rollOut()).isEqualTo(2);
        assertThat(runs("$LATEST")).isEqualTo("python3.13.v2");
        assertThat(runs("1")).isEqualTo("python3.13.v2");
        assertThat(lambda.retired()).hasSize(2).contains(before);
        assertThat(serving("$LATEST").revision()).isNotEqualTo(before.revision());
        assertThat(configuration("$LATEST").runtimeVersionConfig().runtimeVersionArn())
                .isEqualTo(arn(second));
        assertThat(rollOut()).as("nothing moves twice").isZero();
    }

    @Test
    void manualRunsTheNamedVersionThroughRollOutsUpdatesAndRestarts() {
        active();
        RuntimeImage first = image("$LATEST");
        lambda.runtimes.release(PYTHON);
        rollOut();
        String revision = configuration("$LATEST").revisionId();
        PutRuntimeManagementConfigResponse pinned =
                put(p -> p.updateRuntimeOn("Manual").runtimeVersionArn(arn(first)));
        assertThat(pinned.updateRuntimeOnAsString()).isEqualTo("Manual");
        assertThat(pinned.runtimeVersionArn()).isEqualTo(arn(first));
        assertThat(pinned.functionArn()).isEqualTo(ARN + ":$LATEST");
        assertThat(runs("$LATEST")).isEqualTo("python3.13.v1");
        assertThat(configuration("$LATEST").revisionId()).isNotEqualTo(revision);
        assertThat(get("$LATEST").runtimeVersionArn()).isEqualTo(arn(first));

        lambda.runtimes.release(PYTHON);
        rollOut();
        configure(c -> c.memorySize(512));
        lambda.settled("hello");
        assertThat(runs("$LATEST")).isEqualTo("python3.13.v1");
        lambda.restart();
        assertThat(runs("$LATEST")).isEqualTo("python3.13.v1");
        assertThat(configuration("$LATEST").runtimeVersionConfig().runtimeVersionArn())
                .isEqualTo(arn(first));

        put(p -> p.updateRuntimeOn("Auto"));
        assertThat(runs("$LATEST")).isEqualTo("python3.13.v3");
        assertThat(get("$LATEST").runtimeVersionArn()).isNull();
    }

    @Test
    void functionUpdateMovesWithTheNextUpdateOnly() {
        active();
        put(p -> p.updateRuntimeOn("FunctionUpdate"));
        lambda.runtimes.release(PYTHON);
        assertThat(rollOut()).isZero();
        assertThat(runs("$LATEST")).isEqualTo("python3.13.v1");
        lambda.restart();
        assertThat(runs("$LATEST")).isEqualTo("python3.13.v1");

        configure(c -> c.timeout(7));
        lambda.settled("hello");
        assertThat(runs("$LATEST")).isEqualTo("python3.13.v2");
        lambda.runtimes.release(PYTHON);
        rollOut();
        assertThat(runs("$LATEST")).isEqualTo("python3.13.v2");
        upload(OTHER_ZIP, UnaryOperator.identity());
        lambda.settled("hello");
        assertThat(runs("$LATEST")).isEqualTo("python3.13.v3");
        assertThat(get("$LATEST").updateRuntimeOnAsString()).isEqualTo("FunctionUpdate");
    }

    @Test
    void aPublishedVersionTakesTheConfigurationWithItAndHasItsOwnFromThenOn() {
        active();
        put(p -> p.updateRuntimeOn("FunctionUpdate"));
        publish();
        assertThat(get("1").updateRuntimeOnAsString()).isEqualTo("FunctionUpdate");
        put(p -> p.updateRuntimeOn("Auto"));
        lambda.runtimes.release(PYTHON);
        rollOut();
        assertThat(runs("$LATEST")).isEqualTo("python3.13.v2");
        assertThat(runs("1")).as("a snapshot of code, configuration, runtime").endsWith("v1");

        put(p -> p.qualifier("1").updateRuntimeOn("Auto"));
        assertThat(runs("1")).isEqualTo("python3.13.v2");
        assertThat(get("$LATEST").updateRuntimeOnAsString()).isEqualTo("Auto");
    }

    @Test
    void aPinnedVersionThatIsGoneIsToldAndNotReplaced() {
        active();
        RuntimeImage first = image("$LATEST");
        put(p -> p.updateRuntimeOn("Manual").runtimeVersionArn(arn(first)));
        lambda.runtimes.release(PYTHON);
        lambda.runtimes.forget(first);
        lambda.restart();
        assertThat(serving("$LATEST").state()).isEqualTo(VersionSnapshot.State.FAILED);
        assertThat(configuration("$LATEST").runtimeVersionConfig().runtimeVersionArn()).isNull();
        assertThat(configuration("$LATEST").runtimeVersionConfig().error().message())
                .contains(arn(first));
        put(p -> p.updateRuntimeOn("Auto"));
        assertThat(serving("$LATEST").state()).isEqualTo(VersionSnapshot.State.ACTIVE);
    }

    @Test
    void whatIsRefusedChangesNothing() {
        active();
        publish();
        lambda.call(
                CreateAliasRequest.builder()
                        .functionName("hello")
                        .name("live")
                        .functionVersion("1")
                        .build(),
                CreateAliasResponse.class);
        RuntimeImage node = lambda.runtimes.release("nodejs22.x");
        String revision = configuration("$LATEST").revisionId();
        String unknown = "arn:aws:lambda:us-east-1::runtime:" + "0".repeat(64);
        refused(p -> p.updateRuntimeOn("Manual"), IPV, "RuntimeVersionArn is required");
        refused(
                p -> p.updateRuntimeOn("Manual").runtimeVersionArn(unknown),
                IPV,
                "The runtime version ARN " + unknown + " is invalid");
        refused(
                p ->
                        p.updateRuntimeOn("Manual")
                                .runtimeVersionArn(
                                        arn(image("$LATEST")).replace("us-east-1", "eu-west-1")),
                IPV,
                "is invalid");
        refused(
                p -> p.updateRuntimeOn("Manual").runtimeVersionArn(arn(node)),
                IPV,
                "is of the runtime nodejs22.x, but the function's runtime is python3.13");
        refused(
                p -> p.updateRuntimeOn("Auto").runtimeVersionArn(arn(image("$LATEST"))),
                IPV,
                "RuntimeVersionArn can only be set");
        refused(p -> p.updateRuntimeOn("Auto").qualifier("live"), IPV, "Aliases have no");
        refused(
                p -> p.updateRuntimeOn("Auto").qualifier("7"),
                "ResourceNotFoundException",
                "Function not found: " + ARN + ":7");
        refused(
                p -> p.functionName("nobody").updateRuntimeOn("Auto"),
                "ResourceNotFoundException",
                "Function not found: ");
        assertThat(configuration("$LATEST").revisionId()).isEqualTo(revision);
        assertThat(get("$LATEST").updateRuntimeOnAsString()).isEqualTo("Auto");
    }

    private void refused(
            UnaryOperator<PutRuntimeManagementConfigRequest.Builder> changes,
            String code,
            String message) {
        assertRefused(
                changes.apply(PutRuntimeManagementConfigRequest.builder().functionName("hello"))
                        .build(),
                code,
                message);
    }

    @Test
    void aPinnedFunctionKeepsItsRuntimesIdentifier() {
        active();
        put(p -> p.updateRuntimeOn("Manual").runtimeVersionArn(arn(image("$LATEST"))));
        assertRefused(
                UpdateFunctionConfigurationRequest.builder()
                        .functionName("hello")
                        .runtime("nodejs22.x")
                        .build(),
                IPV,
                "names a version of the runtime python3.13");
        put(p -> p.updateRuntimeOn("Auto"));
        configure(c -> c.runtime("nodejs22.x"));
        lambda.settled("hello");
        assertThat(runs("$LATEST")).isEqualTo("nodejs22.x.v1");
    }

    @Test
    void reportsWhichVersionEachFunctionRuns() {
        active();
        publish();
        put(p -> p.qualifier("1").updateRuntimeOn("FunctionUpdate"));
        assertThat(lambda.functions().runtimeManagement().uses())
                .extracting(Use::version, use -> use.policy().shown(), use -> use.image().isEmpty())
                .containsExactlyInAnyOrder(
                        org.assertj.core.groups.Tuple.tuple("$LATEST", "Auto", false),
                        org.assertj.core.groups.Tuple.tuple("1", "FunctionUpdate", false));
    }

    /** Node.js 22: deprecated 2027-04-30, blocked 2027-06-01 and 2027-07-01, Pacific time. */
    @ParameterizedTest
    @CsvSource({
        "2027-06-01T06:59:59Z, true, true",
        "2027-06-01T07:00:00Z, false, true",
        "2027-07-01T06:59:59Z, false, true",
        "2027-07-01T07:00:00Z, false, false",
    })
    void aDeprecatedRuntimeIsBlockedForCreationThenForUpdates(
            Instant when, boolean creates, boolean updates) {
        create(f -> f.runtime("nodejs22.x"));
        lambda.settled("hello");
        lambda.now = when;
        String gone =
                "The runtime parameter of nodejs22.x is no longer supported for creating or"
                        + " updating AWS Lambda functions. We recommend you use a supported runtime"
                        + " while creating or updating functions.";
        CreateFunctionRequest another = named("another").runtime("nodejs22.x").build();
        if (creates) {
            lambda.call(another, CreateFunctionResponse.class);
            lambda.settled("another");
        } else {
            assertRefused(another, IPV, gone);
        }
        UpdateFunctionConfigurationRequest update =
                UpdateFunctionConfigurationRequest.builder()
                        .functionName("hello")
                        .timeout(9)
                        .build();
        if (updates) {
            configure(c -> c.timeout(9));
            lambda.settled("hello");
            return;
        }
        assertRefused(update, IPV, gone);
        assertRefused(
                UpdateFunctionCodeRequest.builder()
                        .functionName("hello")
                        .zipFile(SdkBytes.fromByteArray(OTHER_ZIP))
                        .build(),
                IPV,
                gone);
        assertThat(serving("$LATEST").state())
                .as("invocation goes on")
                .isEqualTo(VersionSnapshot.State.ACTIVE);
        configure(c -> c.runtime(PYTHON));
        lambda.settled("hello");
        assertThat(runs("$LATEST")).isEqualTo("python3.13.v1");
        assertRefused(update.toBuilder().runtime("nodejs22.x").build(), IPV, gone);
    }
}
