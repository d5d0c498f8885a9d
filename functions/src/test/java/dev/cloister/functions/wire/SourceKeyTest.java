package dev.cloister.functions.wire;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.cloister.api.AwsError;
import dev.cloister.functions.FunctionCatalog.Resolved;
import dev.cloister.functions.Installation;
import dev.cloister.functions.VersionSnapshot;
import java.io.IOException;
import java.io.InputStream;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.Test;
import software.amazon.awssdk.core.SdkBytes;
import software.amazon.awssdk.core.SdkPojo;
import software.amazon.awssdk.services.lambda.model.CreateFunctionRequest;
import software.amazon.awssdk.services.lambda.model.DeleteFunctionRequest;
import software.amazon.awssdk.services.lambda.model.FunctionCodeLocation;
import software.amazon.awssdk.services.lambda.model.GetFunctionConfigurationResponse;
import software.amazon.awssdk.services.lambda.model.GetFunctionRequest;
import software.amazon.awssdk.services.lambda.model.GetFunctionResponse;
import software.amazon.awssdk.services.lambda.model.ListFunctionsRequest;
import software.amazon.awssdk.services.lambda.model.ListVersionsByFunctionRequest;
import software.amazon.awssdk.services.lambda.model.PublishVersionRequest;
import software.amazon.awssdk.services.lambda.model.UpdateFunctionCodeRequest;

/** Deployment packages under customers' keys. */
final class SourceKeyTest extends OperationsTest {
    private static final String KEY = "arn:aws:kms:us-east-1:123456789012:key/one";
    private static final String OTHER_KEY = "arn:aws:kms:us-east-1:123456789012:key/two";
    private static final String UNUSABLE =
            "Lambda was unable to encrypt the deployment package with the KMS key. Please check"
                    + " your KMS key settings. KMS Exception: ";

    private static UnaryOperator<CreateFunctionRequest.Builder> under(String key) {
        return f -> f.code(c -> c.zipFile(SdkBytes.fromByteArrayUnsafe(ZIP)).sourceKMSKeyArn(key));
    }

    private void activeUnder(String key) {
        create(under(key));
        assertThat(lambda.settled("hello").stateAsString()).isEqualTo("Active");
    }

    private FunctionCodeLocation code() {
        return lambda.call(
                        GetFunctionRequest.builder().functionName("hello").build(),
                        GetFunctionResponse.class)
                .code();
    }

    private byte[] download() throws IOException {
        FakeExchange exchange =
                new FakeExchange(code().location().substring("http://127.0.0.1:4566".length()));
        lambda.links().handle(exchange, exchange.response());
        return exchange.answer();
    }

    private String image() throws IOException {
        VersionSnapshot.Code code =
                lambda.functions()
                        .resolve(
                                Installation.ACCOUNT,
                                Installation.REGION,
                                "hello",
                                Optional.empty())
                        .map(Resolved::version)
                        .flatMap(VersionSnapshot::code)
                        .orElseThrow();
        try (InputStream in = code.open()) {
            assertThat(in.readAllBytes()).isNotEmpty();
        }
        return code.toString();
    }

    private List<String> stored() {
        return lambda.artifactNames().stream().sorted().toList();
    }

    @Test
    void archiveAndImageAreTheFunctionsOwn() throws IOException {
        lambda.call(named("plain").build(), SdkPojo.class);
        lambda.settled("plain");
        assertThat(stored()).hasSize(2).noneMatch(name -> name.matches(".*-[0-9a-f]{16}"));
        activeUnder(KEY);
        assertThat(stored())
                .hasSize(4)
                .filteredOn(name -> name.matches("code-(zip|image)-.*-[0-9a-f]{64}-[0-9a-f]{16}"))
                .hasSize(2)
                .contains(image());
        assertThat(code().sourceKMSKeyArn()).isEqualTo(KEY);
        assertThat(code().error()).isNull();
        assertThat(download()).isEqualTo(ZIP);

        lambda.call(PublishVersionRequest.builder().functionName("hello").build(), SdkPojo.class);
        assertThat(lambda.settled("hello").stateAsString()).isEqualTo("Active");
        assertThat(stored()).as("a version shares them").hasSize(4);
        lambda.restart();
        assertThat(download()).isEqualTo(ZIP);
        assertThat(stored()).contains(image()).hasSize(4);

        lambda.call(DeleteFunctionRequest.builder().functionName("hello").build(), SdkPojo.class);
        assertThat(stored()).hasSize(2).noneMatch(name -> name.matches(".*-[0-9a-f]{16}"));
    }

    @Test
    void anUpdateGivesAnotherKeyOrNone() throws IOException {
        activeUnder(KEY);
        String first = image();
        upload(ZIP, u -> u.sourceKMSKeyArn(OTHER_KEY));
        lambda.settled("hello");
        assertThat(code().sourceKMSKeyArn()).isEqualTo(OTHER_KEY);
        assertThat(image()).isNotEqualTo(first);
        assertThat(download()).isEqualTo(ZIP);
        // What was under the old key goes once the new is in place.
        Installation.until(() -> stored().size() == 2);
        upload(ZIP, UnaryOperator.identity());
        lambda.settled("hello");
        assertThat(code().sourceKMSKeyArn()).isNull();
        Installation.until(() -> stored().size() == 2);
        assertThat(stored()).noneMatch(name -> name.matches(".*-[0-9a-f]{16}"));
    }

    @Test
    void theUnzippedCopyIsUnderTheFunctionsKeyIfItHasOne() throws IOException {
        activeUnder(KEY);
        String first = image();
        configure(c -> c.kmsKeyArn(OTHER_KEY));
        assertThat(lambda.settled("hello").lastUpdateStatusAsString()).isEqualTo("Successful");
        assertThat(image()).isNotEqualTo(first);
        Installation.until(() -> stored().size() == 2);
        assertThat(stored()).contains(image());
        configure(c -> c.kmsKeyArn(""));
        lambda.settled("hello");
        assertThat(image()).isEqualTo(first);
    }

    @Test
    void aKeyThatCannotBeUsedIsRefusedAndChangesNothing() {
        assertRefused(
                under(KEY + "-missing").apply(hello()).build(),
                "InvalidParameterValueException",
                UNUSABLE + "NotFoundException KMS Message: Key '" + KEY + "-missing' does not");
        assertThat(stored()).isEmpty();
        activeUnder(KEY);
        String revision = lambda.settled("hello").revisionId();
        lambda.unusableKeys.put(
                OTHER_KEY, new AwsError("DisabledException", 400, KEY + " is disabled."));
        for (boolean dryRun : List.of(true, false)) {
            assertRefused(
                    UpdateFunctionCodeRequest.builder()
                            .functionName("hello")
                            .zipFile(SdkBytes.fromByteArray(OTHER_ZIP))
                            .sourceKMSKeyArn(OTHER_KEY)
                            .dryRun(dryRun)
                            .build(),
                    "InvalidParameterValueException",
                    UNUSABLE + "DisabledException KMS Message: " + KEY + " is disabled.");
        }
        lambda.unusableKeys.put(KEY, new AwsError("DisabledException", 400, "no."));
        assertRefused(
                UpdateFunctionCodeRequest.builder()
                        .functionName("hello")
                        .zipFile(SdkBytes.fromByteArray(ZIP))
                        .sourceKMSKeyArn(KEY)
                        .build(),
                "InvalidParameterValueException",
                UNUSABLE + "DisabledException");
        assertThat(lambda.settled("hello").revisionId()).isEqualTo(revision);
        assertThat(stored()).hasSize(2);
    }

    @Test
    void aKeyThatIsTakenAwayMeanwhileFailsTheUpdate() {
        for (Map.Entry<String, String> each :
                Map.of(
                                "DisabledException", "DisabledKMSKey",
                                "NotFoundException", "KMSKeyNotFound",
                                "KMSInvalidStateException", "InvalidStateKMSKey",
                                "AccessDeniedException", "KMSKeyAccessDenied")
                        .entrySet()) {
            String name = "f-" + each.getValue();
            lambda.runtimes.hold();
            lambda.call(under(KEY).apply(named(name)).build(), SdkPojo.class);
            lambda.unusableKeys.put(KEY, new AwsError(each.getKey(), 400, "no."));
            lambda.runtimes.release();
            GetFunctionConfigurationResponse shown = lambda.settled(name);
            assertThat(shown.stateAsString()).isEqualTo("Failed");
            assertThat(shown.stateReasonCodeAsString()).isEqualTo(each.getValue());
            assertThat(shown.stateReason()).contains(each.getKey());
            lambda.unusableKeys.clear();
        }
    }

    @Test
    void whoMayNotDecryptGetsNoLink() {
        activeUnder(KEY);
        lambda.unusableKeys.put(
                KEY,
                new AwsError(
                        "AccessDeniedException",
                        400,
                        "User: u is not authorized to perform: kms:Decrypt"));
        FunctionCodeLocation shown = code();
        assertThat(shown.location()).isNull();
        assertThat(shown.sourceKMSKeyArn()).isEqualTo(KEY);
        assertThat(shown.error().errorCode()).isEqualTo("AccessDeniedException");
        assertThat(shown.error().message())
                .isEqualTo(
                        "KMS access is denied. Check your KMS permissions. KMS Exception:"
                                + " AccessDeniedException KMS Message: User: u is not authorized to"
                                + " perform: kms:Decrypt");
    }

    @Test
    void whoMayNotDecryptSeesNoVariables() {
        create(
                f ->
                        f.kmsKeyArn(OTHER_KEY)
                                .environment(e -> e.variables(Map.of("NAME", "a-secret"))));
        assertThat(lambda.settled("hello").environment().variables())
                .containsEntry("NAME", "a-secret");
        lambda.unusableKeys.put(
                OTHER_KEY, new AwsError("AccessDeniedException", 400, "User: u may not."));
        GetFunctionConfigurationResponse shown = lambda.settled("hello");
        assertThat(shown.environment().hasVariables()).isFalse();
        assertThat(shown.environment().error().errorCode()).isEqualTo("AccessDeniedException");
        assertThat(shown.environment().error().message())
                .isEqualTo(
                        "Lambda was unable to decrypt your environment variables because the KMS"
                                + " access was denied. Please check your KMS permissions. KMS"
                                + " Exception: AccessDeniedException KMS Message: User: u may not.");
        for (SdkPojo request :
                List.of(
                        GetFunctionRequest.builder().functionName("hello").build(),
                        ListFunctionsRequest.builder().build(),
                        ListFunctionsRequest.builder().functionVersion("ALL").build(),
                        ListVersionsByFunctionRequest.builder().functionName("hello").build())) {
            assertThat(lambda.call(request, SdkPojo.class).toString())
                    .contains("AccessDeniedException")
                    .doesNotContain("a-secret");
        }
        configure(c -> c.timeout(9));
        assertThat(lambda.settled("hello").lastUpdateStatusAsString())
                .as("who may not read may change the rest")
                .isEqualTo("Successful");
        lambda.unusableKeys.clear();
        assertThat(lambda.settled("hello").environment().variables())
                .containsEntry("NAME", "a-secret");
    }

    @Test
    void aLinkEndsWithItsFunction() {
        activeUnder(KEY);
        String location = code().location();
        lambda.call(DeleteFunctionRequest.builder().functionName("hello").build(), SdkPojo.class);
        FakeExchange exchange =
                new FakeExchange(location.substring("http://127.0.0.1:4566".length()));
        assertThatThrownBy(() -> lambda.links().handle(exchange, exchange.response()))
                .isInstanceOfSatisfying(AwsError.class, e -> assertThat(e.status()).isEqualTo(404));
    }
}
