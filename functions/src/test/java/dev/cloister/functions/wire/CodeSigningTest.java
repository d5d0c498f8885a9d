package dev.cloister.functions.wire;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.tuple;

import dev.cloister.api.AccountId;
import dev.cloister.api.AwsError;
import dev.cloister.api.Region;
import dev.cloister.functions.Installation;
import dev.cloister.functions.code.Zips;
import dev.cloister.signer.ProfileKey;
import dev.cloister.signer.Signer;
import dev.cloister.signer.Validity;
import dev.cloister.signer.archive.SignableArchive;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.function.UnaryOperator;
import org.apache.commons.compress.utils.SeekableInMemoryByteChannel;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import software.amazon.awssdk.core.SdkBytes;
import software.amazon.awssdk.services.lambda.model.CodeSigningConfig;
import software.amazon.awssdk.services.lambda.model.CreateCodeSigningConfigRequest;
import software.amazon.awssdk.services.lambda.model.CreateCodeSigningConfigResponse;
import software.amazon.awssdk.services.lambda.model.CreateFunctionResponse;
import software.amazon.awssdk.services.lambda.model.DeleteCodeSigningConfigRequest;
import software.amazon.awssdk.services.lambda.model.DeleteCodeSigningConfigResponse;
import software.amazon.awssdk.services.lambda.model.DeleteFunctionCodeSigningConfigRequest;
import software.amazon.awssdk.services.lambda.model.DeleteFunctionCodeSigningConfigResponse;
import software.amazon.awssdk.services.lambda.model.DeleteFunctionRequest;
import software.amazon.awssdk.services.lambda.model.DeleteFunctionResponse;
import software.amazon.awssdk.services.lambda.model.GetCodeSigningConfigRequest;
import software.amazon.awssdk.services.lambda.model.GetCodeSigningConfigResponse;
import software.amazon.awssdk.services.lambda.model.GetFunctionCodeSigningConfigRequest;
import software.amazon.awssdk.services.lambda.model.GetFunctionCodeSigningConfigResponse;
import software.amazon.awssdk.services.lambda.model.GetLayerVersionRequest;
import software.amazon.awssdk.services.lambda.model.GetLayerVersionResponse;
import software.amazon.awssdk.services.lambda.model.Layer;
import software.amazon.awssdk.services.lambda.model.LayerVersionContentOutput;
import software.amazon.awssdk.services.lambda.model.ListCodeSigningConfigsRequest;
import software.amazon.awssdk.services.lambda.model.ListCodeSigningConfigsResponse;
import software.amazon.awssdk.services.lambda.model.ListFunctionsByCodeSigningConfigRequest;
import software.amazon.awssdk.services.lambda.model.ListFunctionsByCodeSigningConfigResponse;
import software.amazon.awssdk.services.lambda.model.ListTagsRequest;
import software.amazon.awssdk.services.lambda.model.ListTagsResponse;
import software.amazon.awssdk.services.lambda.model.PublishLayerVersionRequest;
import software.amazon.awssdk.services.lambda.model.PublishLayerVersionResponse;
import software.amazon.awssdk.services.lambda.model.PutFunctionCodeSigningConfigRequest;
import software.amazon.awssdk.services.lambda.model.PutFunctionCodeSigningConfigResponse;
import software.amazon.awssdk.services.lambda.model.TagResourceRequest;
import software.amazon.awssdk.services.lambda.model.TagResourceResponse;
import software.amazon.awssdk.services.lambda.model.UntagResourceRequest;
import software.amazon.awssdk.services.lambda.model.UntagResourceResponse;
import software.amazon.awssdk.services.lambda.model.UpdateCodeSigningConfigRequest;
import software.amazon.awssdk.services.lambda.model.UpdateCodeSigningConfigResponse;

/** Code signing configurations, and what they do to deployments. */
final class CodeSigningTest extends OperationsTest {
    private static final ProfileKey BUILD =
            new ProfileKey(Installation.ACCOUNT, Installation.REGION, "build");
    private static final ProfileKey OTHER =
            new ProfileKey(Installation.ACCOUNT, Installation.REGION, "other");
    private static final String ABSENT =
            "arn:aws:lambda:us-east-1:123456789012:code-signing-config:csc-00000000000000000";
    private static final String UNTRUSTED =
            "Lambda cannot deploy the function. The function or layer might be signed using a"
                    + " signature that the client is not configured to accept. Check the provided"
                    + " signature for "
                    + ARN
                    + ".";

    private String publisher = "";

    @BeforeEach
    void profiles() {
        Validity days = new Validity(Validity.Unit.DAYS, 30);
        publisher = lambda.signer().profiles().put(BUILD, days, Map.of()).versionArn();
        lambda.signer().profiles().put(OTHER, days, Map.of());
    }

    @Test
    void aConfigurationFromCreationToDeletion() {
        CodeSigningConfig made = config("Enforce");
        assertThat(made.codeSigningConfigId()).matches("csc-[a-z0-9]{17}");
        assertThat(made.codeSigningConfigArn())
                .isEqualTo(
                        "arn:aws:lambda:us-east-1:123456789012:code-signing-config:"
                                + made.codeSigningConfigId());
        assertThat(made.lastModified()).isEqualTo("2026-11-23T10:00:00.123+0000");
        assertThat(get(made)).isEqualTo(made);

        lambda.now = lambda.now.plusSeconds(60);
        CodeSigningConfig changed =
                lambda.call(
                                UpdateCodeSigningConfigRequest.builder()
                                        .codeSigningConfigArn(made.codeSigningConfigArn())
                                        .description("of the build")
                                        .build(),
                                UpdateCodeSigningConfigResponse.class)
                        .codeSigningConfig();
        assertThat(changed.description()).isEqualTo("of the build");
        assertThat(changed.allowedPublishers()).isEqualTo(made.allowedPublishers());
        assertThat(changed.codeSigningPolicies()).isEqualTo(made.codeSigningPolicies());
        assertThat(changed.lastModified()).isNotEqualTo(made.lastModified());
        lambda.restart();
        assertThat(get(made)).isEqualTo(changed);

        lambda.call(delete(made), DeleteCodeSigningConfigResponse.class);
        assertRefused(
                GetCodeSigningConfigRequest.builder()
                        .codeSigningConfigArn(made.codeSigningConfigArn())
                        .build(),
                "ResourceNotFoundException",
                "The Lambda code signing configuration ARN can not be found.");
        lambda.restart();
        assertRefused(delete(made), "ResourceNotFoundException", "can not be found");
    }

    @Test
    void warnIsTheDefault() {
        CodeSigningConfig made =
                lambda.call(
                                CreateCodeSigningConfigRequest.builder()
                                        .allowedPublishers(
                                                p -> p.signingProfileVersionArns(publisher))
                                        .build(),
                                CreateCodeSigningConfigResponse.class)
                        .codeSigningConfig();
        assertThat(made.codeSigningPolicies().untrustedArtifactOnDeploymentAsString())
                .isEqualTo("Warn");
        assertThat(made.description()).isNull();
    }

    @Test
    void configurationsAreOfOneAccountAndRegion() {
        CodeSigningConfig made = config("Warn");
        var elsewhere = Installation.context(Installation.ACCOUNT, new Region("eu-west-1"));
        var another = Installation.context(new AccountId("999999999999"), Installation.REGION);
        for (var context : List.of(elsewhere, another)) {
            assertThatThrownBy(
                            () ->
                                    lambda.call(
                                            GetCodeSigningConfigRequest.builder()
                                                    .codeSigningConfigArn(
                                                            made.codeSigningConfigArn())
                                                    .build(),
                                            GetCodeSigningConfigResponse.class,
                                            context))
                    .isInstanceOf(AwsError.class)
                    .hasMessageContaining("can not be found");
            assertThat(
                            lambda.call(
                                            ListCodeSigningConfigsRequest.builder().build(),
                                            ListCodeSigningConfigsResponse.class,
                                            context)
                                    .codeSigningConfigs())
                    .isEmpty();
        }
    }

    @Test
    void listsPageByPage() {
        List<String> made = new ArrayList<>();
        for (int i = 0; i < 5; i++) {
            made.add(config("Warn").codeSigningConfigId());
        }
        List<String> seen = new ArrayList<>();
        String marker = null;
        do {
            ListCodeSigningConfigsResponse page =
                    lambda.call(
                            ListCodeSigningConfigsRequest.builder()
                                    .maxItems(2)
                                    .marker(marker)
                                    .build(),
                            ListCodeSigningConfigsResponse.class);
            assertThat(page.codeSigningConfigs()).hasSizeLessThanOrEqualTo(2);
            page.codeSigningConfigs().forEach(config -> seen.add(config.codeSigningConfigId()));
            marker = page.nextMarker();
        } while (marker != null);
        assertThat(seen).hasSize(5).containsExactlyInAnyOrderElementsOf(made);
    }

    @Test
    void aConfigurationThatAFunctionHasIsNotDeleted() {
        CodeSigningConfig config = config("Warn");
        active();
        put("hello", config);
        lambda.restart();
        assertRefused(delete(config), "ResourceConflictException", config.codeSigningConfigArn());
        assertThat(functionsOf(config)).containsExactly(ARN);
        assertThat(configOf("hello")).isEqualTo(config.codeSigningConfigArn());
        lambda.call(
                DeleteFunctionCodeSigningConfigRequest.builder().functionName("hello").build(),
                DeleteFunctionCodeSigningConfigResponse.class);
        assertThat(configOf("hello")).isNull();
        assertThat(functionsOf(config)).isEmpty();
        // Again is no error.
        lambda.call(
                DeleteFunctionCodeSigningConfigRequest.builder().functionName("hello").build(),
                DeleteFunctionCodeSigningConfigResponse.class);
        put("hello", config);
        lambda.call(
                DeleteFunctionRequest.builder().functionName("hello").build(),
                DeleteFunctionResponse.class);
        lambda.call(delete(config), DeleteCodeSigningConfigResponse.class);
    }

    @Test
    void whatIsMissingIsToldApart() {
        CodeSigningConfig config = config("Warn");
        assertRefused(
                PutFunctionCodeSigningConfigRequest.builder()
                        .functionName("nobody")
                        .codeSigningConfigArn(ABSENT)
                        .build(),
                "CodeSigningConfigNotFoundException",
                "The code signing configuration cannot be found. Check that the provided"
                        + " configuration is not deleted: "
                        + ABSENT
                        + ".");
        assertRefused(
                PutFunctionCodeSigningConfigRequest.builder()
                        .functionName("nobody")
                        .codeSigningConfigArn(config.codeSigningConfigArn())
                        .build(),
                "ResourceNotFoundException",
                "Function not found");
        assertRefused(
                hello().codeSigningConfigArn(ABSENT).build(),
                "CodeSigningConfigNotFoundException",
                ABSENT);
        assertThat(lambda.artifactNames()).isEmpty();
    }

    @Test
    void tagsAreOfTheConfiguration() {
        CodeSigningConfig config = config("Warn");
        String arn = config.codeSigningConfigArn();
        lambda.call(
                TagResourceRequest.builder().resource(arn).tags(Map.of("a", "1", "b", "2")).build(),
                TagResourceResponse.class);
        lambda.call(
                UntagResourceRequest.builder().resource(arn).tagKeys("a", "x").build(),
                UntagResourceResponse.class);
        lambda.restart();
        assertThat(tags(arn)).isEqualTo(Map.of("b", "2", "team", "one"));
        assertRefused(
                TagResourceRequest.builder().resource(arn).tags(Map.of("aws:x", "1")).build(),
                "InvalidParameterValueException",
                "aws: prefixed");
        assertRefused(
                ListTagsRequest.builder().resource(ABSENT).build(),
                "ResourceNotFoundException",
                "can not be found");
    }

    @Test
    void enforceTakesWhatAPublisherHasSignedAndNothingElse() throws Exception {
        CodeSigningConfig config = config("Enforce");
        assertRefused(
                hello().codeSigningConfigArn(config.codeSigningConfigArn()).build(),
                "CodeVerificationFailedException",
                UNTRUSTED);
        assertThat(lambda.artifactNames()).isEmpty();
        CreateFunctionResponse made = create(signed(ZIP, BUILD), config);
        assertThat(made.signingProfileVersionArn()).isEqualTo(publisher);
        assertThat(made.signingJobArn())
                .startsWith("arn:aws:signer:us-east-1:123456789012:/signing-jobs/");
        lambda.settled("hello");
        assertThat(configOf("hello")).isEqualTo(config.codeSigningConfigArn());
        lambda.restart();

        String before = lambda.settled("hello").codeSha256();
        byte[] byOther = signed(OTHER_ZIP, OTHER);
        for (byte[] bad : List.of(OTHER_ZIP, byOther)) {
            assertThatThrownBy(() -> upload(bad, UnaryOperator.identity()))
                    .isInstanceOf(AwsError.class)
                    .hasMessage(UNTRUSTED);
            assertThatThrownBy(() -> upload(bad, update -> update.dryRun(true)))
                    .isInstanceOf(AwsError.class)
                    .hasMessage(UNTRUSTED);
        }
        assertThat(lambda.settled("hello").codeSha256()).isEqualTo(before);
        upload(signed(OTHER_ZIP, BUILD), UnaryOperator.identity());
        assertThat(lambda.settled("hello").codeSha256()).isNotEqualTo(before);
    }

    @Test
    void expiredAndRevokedSignaturesAreRefusedUnderEnforce() throws Exception {
        CodeSigningConfig config = config("Enforce");
        byte[] zip = signed(ZIP, BUILD);
        lambda.now = lambda.now.plus(Duration.ofDays(31));
        assertThatThrownBy(() -> create(zip, config))
                .isInstanceOf(AwsError.class)
                .hasMessageContaining("has expired");
        byte[] fresh = signed(ZIP, BUILD);
        lambda.signer()
                .profiles()
                .revoke(
                        BUILD,
                        lambda.signer().profiles().require(BUILD).version(),
                        lambda.now.minusSeconds(10),
                        "stolen",
                        "arn:aws:iam::123456789012:root");
        assertThatThrownBy(() -> create(fresh, config))
                .isInstanceOfSatisfying(
                        AwsError.class,
                        e -> assertThat(e.code()).isEqualTo("CodeVerificationFailedException"))
                .hasMessageContaining("revoked");
    }

    @Test
    void aChangedArchiveIsRefusedEvenUnderWarn() throws Exception {
        CodeSigningConfig config = config("Warn");
        byte[] broken = resigned(signed(ZIP, BUILD), OTHER_ZIP);
        assertThatThrownBy(() -> create(broken, config))
                .isInstanceOfSatisfying(
                        AwsError.class,
                        e -> assertThat(e.code()).isEqualTo("InvalidCodeSignatureException"));
        assertThat(lambda.artifactNames()).isEmpty();
    }

    @Test
    void warnLetsThroughWhatNobodyKnownHasSigned() throws Exception {
        CodeSigningConfig config = config("Warn");
        assertThat(create(ZIP, config).signingJobArn()).isNull();
        lambda.settled("hello");
        upload(signed(OTHER_ZIP, OTHER), UnaryOperator.identity());
        assertThat(lambda.settled("hello").signingProfileVersionArn())
                .isEqualTo(lambda.signer().profiles().require(OTHER).versionArn());
    }

    @Test
    void deployedCodeGoesOnWhenAConfigurationComesLater() {
        active();
        CodeSigningConfig config = config("Enforce");
        put("hello", config);
        configure(change -> change.timeout(9));
        assertThat(lambda.settled("hello").timeout()).isEqualTo(9);
        assertThatThrownBy(() -> upload(OTHER_ZIP, UnaryOperator.identity())).hasMessage(UNTRUSTED);
    }

    @Test
    void layersAreHeldToTheConfigurationToo() throws Exception {
        CodeSigningConfig config = config("Enforce");
        byte[] layer = Zips.of(Map.of("python/shared.py", "x = 1"));
        String plain = publish("plain", layer);
        String signed = publish("signed", signed(layer, BUILD));
        create(signed(ZIP, BUILD), config);
        lambda.settled("hello");
        assertThatThrownBy(() -> configure(change -> change.layers(signed, plain)))
                .isInstanceOf(AwsError.class)
                .hasMessageContaining("Check the provided signature for " + plain);
        configure(change -> change.layers(signed));
        assertThat(lambda.settled("hello").layers()).hasSize(1);
        assertThatThrownBy(
                        () ->
                                create(
                                        request ->
                                                request.functionName("second")
                                                        .layers(plain)
                                                        .code(
                                                                code ->
                                                                        code.zipFile(
                                                                                SdkBytes
                                                                                        .fromByteArray(
                                                                                                signedZip())))
                                                        .codeSigningConfigArn(
                                                                config.codeSigningConfigArn())))
                .isInstanceOf(AwsError.class)
                .hasMessageContaining(plain);
    }

    private byte[] signedZip() {
        try {
            return signed(ZIP, BUILD);
        } catch (Exception e) {
            throw new AssertionError(e);
        }
    }

    private String publish(String name, byte[] zip) {
        return lambda.call(
                        PublishLayerVersionRequest.builder()
                                .layerName(name)
                                .content(content -> content.zipFile(SdkBytes.fromByteArray(zip)))
                                .build(),
                        PublishLayerVersionResponse.class)
                .layerVersionArn();
    }

    @Test
    void layersShowWhoHasSignedThem() throws Exception {
        byte[] signed = signed(OTHER_ZIP, BUILD);
        String layer = publish("signed", signed);
        String unsigned = publish("unsigned", ZIP);
        String resigned = publish("resigned", resigned(signed, ZIP));
        lambda.restart();
        LayerVersionContentOutput content = layer("signed").content();
        assertThat(content.signingProfileVersionArn()).isEqualTo(publisher);
        assertThat(content.signingJobArn())
                .startsWith("arn:aws:signer:us-east-1:123456789012:/signing-jobs/");
        assertThat(content.codeSize()).isEqualTo(signed.length);
        for (String name : List.of("unsigned", "resigned")) {
            assertThat(layer(name).content().signingProfileVersionArn()).as(name).isNull();
            assertThat(layer(name).content().signingJobArn()).as(name).isNull();
        }
        create(f -> f.layers(unsigned, layer, resigned));
        assertThat(lambda.settled("hello").layers())
                .extracting(Layer::arn, Layer::signingProfileVersionArn, Layer::signingJobArn)
                .containsExactly(
                        tuple(unsigned, null, null),
                        tuple(layer, publisher, content.signingJobArn()),
                        tuple(resigned, null, null));
    }

    private GetLayerVersionResponse layer(String name) {
        return lambda.call(
                GetLayerVersionRequest.builder().layerName(name).versionNumber(1L).build(),
                GetLayerVersionResponse.class);
    }

    /** Whoever wins: a function never has a configuration that is not there. */
    @Test
    void attachingAndDeletingExcludeEachOther() throws Exception {
        active();
        for (int round = 0; round < 10; round++) {
            CodeSigningConfig config = config("Warn");
            try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
                Future<Boolean> attached = threads.submit(succeeds(() -> put("hello", config)));
                Future<Boolean> deleted =
                        threads.submit(
                                succeeds(
                                        () ->
                                                lambda.call(
                                                        delete(config),
                                                        DeleteCodeSigningConfigResponse.class)));
                assertThat(attached.get()).isNotEqualTo(deleted.get());
                if (attached.get()) {
                    assertThat(get(config)).isEqualTo(config);
                }
            }
        }
    }

    private static Callable<Boolean> succeeds(Runnable call) {
        return () -> {
            try {
                call.run();
                return true;
            } catch (AwsError refused) {
                return false;
            }
        };
    }

    private CodeSigningConfig config(String policy) {
        return lambda.call(
                        CreateCodeSigningConfigRequest.builder()
                                .allowedPublishers(p -> p.signingProfileVersionArns(publisher))
                                .codeSigningPolicies(p -> p.untrustedArtifactOnDeployment(policy))
                                .tags(Map.of("team", "one"))
                                .build(),
                        CreateCodeSigningConfigResponse.class)
                .codeSigningConfig();
    }

    private CodeSigningConfig get(CodeSigningConfig config) {
        return lambda.call(
                        GetCodeSigningConfigRequest.builder()
                                .codeSigningConfigArn(config.codeSigningConfigArn())
                                .build(),
                        GetCodeSigningConfigResponse.class)
                .codeSigningConfig();
    }

    private static DeleteCodeSigningConfigRequest delete(CodeSigningConfig config) {
        return DeleteCodeSigningConfigRequest.builder()
                .codeSigningConfigArn(config.codeSigningConfigArn())
                .build();
    }

    private void put(String name, CodeSigningConfig config) {
        PutFunctionCodeSigningConfigResponse put =
                lambda.call(
                        PutFunctionCodeSigningConfigRequest.builder()
                                .functionName(name)
                                .codeSigningConfigArn(config.codeSigningConfigArn())
                                .build(),
                        PutFunctionCodeSigningConfigResponse.class);
        assertThat(put.codeSigningConfigArn()).isEqualTo(config.codeSigningConfigArn());
    }

    private @org.jspecify.annotations.Nullable String configOf(String name) {
        GetFunctionCodeSigningConfigResponse got =
                lambda.call(
                        GetFunctionCodeSigningConfigRequest.builder().functionName(name).build(),
                        GetFunctionCodeSigningConfigResponse.class);
        assertThat(got.functionName()).isEqualTo(name);
        return got.codeSigningConfigArn();
    }

    private List<String> functionsOf(CodeSigningConfig config) {
        return lambda.call(
                        ListFunctionsByCodeSigningConfigRequest.builder()
                                .codeSigningConfigArn(config.codeSigningConfigArn())
                                .build(),
                        ListFunctionsByCodeSigningConfigResponse.class)
                .functionArns();
    }

    private Map<String, String> tags(String arn) {
        return lambda.call(ListTagsRequest.builder().resource(arn).build(), ListTagsResponse.class)
                .tags();
    }

    private CreateFunctionResponse create(byte[] zip, CodeSigningConfig config) {
        return create(
                request ->
                        request.code(code -> code.zipFile(SdkBytes.fromByteArray(zip)))
                                .codeSigningConfigArn(config.codeSigningConfigArn()));
    }

    private byte[] signed(byte[] zip, ProfileKey profile) throws Exception {
        try (SignableArchive archive = SignableArchive.open(new SeekableInMemoryByteChannel(zip))) {
            Signer.Signature signature =
                    lambda.signer()
                            .sign(
                                    profile,
                                    archive.digestsToSign(),
                                    "arn:aws:iam::123456789012:root");
            assertThat(signature.job().id()).isInstanceOf(UUID.class);
            return written(archive, signature.text().getBytes(StandardCharsets.US_ASCII));
        }
    }

    /** Another archive under the signature of a signed one. */
    private static byte[] resigned(byte[] signed, byte[] other) throws Exception {
        try (SignableArchive from = SignableArchive.open(new SeekableInMemoryByteChannel(signed));
                SignableArchive to = SignableArchive.open(new SeekableInMemoryByteChannel(other))) {
            return written(to, from.signature());
        }
    }

    private static byte[] written(SignableArchive archive, byte[] signature) throws Exception {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        archive.writeSigned(out, signature);
        return out.toByteArray();
    }
}
