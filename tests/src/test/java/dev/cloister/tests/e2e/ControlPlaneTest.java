package dev.cloister.tests.e2e;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.cloister.tests.product.Archives;
import dev.cloister.tests.product.Installation;
import dev.cloister.tests.product.SharedInstallation;
import dev.cloister.tests.product.TestFunction;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.security.MessageDigest;
import java.util.Base64;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.UUID;
import java.util.stream.IntStream;
import org.assertj.core.api.AbstractThrowableAssert;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.extension.ExtendWith;
import software.amazon.awssdk.core.SdkBytes;
import software.amazon.awssdk.services.lambda.LambdaClient;
import software.amazon.awssdk.services.lambda.model.Architecture;
import software.amazon.awssdk.services.lambda.model.CreateFunctionRequest;
import software.amazon.awssdk.services.lambda.model.CreateFunctionResponse;
import software.amazon.awssdk.services.lambda.model.GetFunctionConfigurationResponse;
import software.amazon.awssdk.services.lambda.model.GetFunctionResponse;
import software.amazon.awssdk.services.lambda.model.InvalidParameterValueException;
import software.amazon.awssdk.services.lambda.model.InvocationType;
import software.amazon.awssdk.services.lambda.model.InvokeResponse;
import software.amazon.awssdk.services.lambda.model.LambdaException;
import software.amazon.awssdk.services.lambda.model.LastUpdateStatus;
import software.amazon.awssdk.services.lambda.model.PreconditionFailedException;
import software.amazon.awssdk.services.lambda.model.PublishVersionResponse;
import software.amazon.awssdk.services.lambda.model.ResourceConflictException;
import software.amazon.awssdk.services.lambda.model.ResourceNotFoundException;
import software.amazon.awssdk.services.lambda.model.State;
import software.amazon.awssdk.services.lambda.model.UpdateFunctionConfigurationResponse;

/** The management API, by Amazon's own client: what it answers and how it refuses. */
@ExtendWith(SharedInstallation.class)
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
final class ControlPlaneTest {
    private static final SdkBytes ONE = Archives.zip("index.py", "def handler(e, c): return 'one'");
    private static final SdkBytes TWO = Archives.zip("index.py", "def handler(e, c): return 'two'");

    private final Installation installation;
    private final LambdaClient lambda;
    private final String role;

    ControlPlaneTest(Installation installation) {
        this.installation = installation;
        this.lambda = installation.lambda();
        this.role = installation.role();
    }

    @AfterAll
    void close() {
        lambda.close();
    }

    @Test
    void aFunctionIsPendingThenActiveWithAmazonsDefaults() {
        String name = newName();
        CreateFunctionResponse created = lambda.createFunction(request(name).build());
        assertThat(created.state()).isEqualTo(State.PENDING);
        assertThat(created.stateReasonCodeAsString()).isEqualTo("Creating");
        assertThat(created.lastUpdateStatusAsString()).isNull();
        lambda.waiter().waitUntilFunctionActiveV2(r -> r.functionName(name));
        lambda.waiter().waitUntilFunctionExists(r -> r.functionName(name));

        GetFunctionConfigurationResponse read =
                lambda.getFunctionConfiguration(r -> r.functionName(name));
        assertThat(read.state()).isEqualTo(State.ACTIVE);
        assertThat(read.lastUpdateStatus()).isEqualTo(LastUpdateStatus.SUCCESSFUL);
        assertThat(read.functionArn())
                .isEqualTo(
                        "arn:aws:lambda:%s:%s:function:%s"
                                .formatted(installation.region(), installation.account(), name));
        assertThat(read.timeout()).isEqualTo(3);
        assertThat(read.memorySize()).isEqualTo(128);
        assertThat(read.ephemeralStorage().size()).isEqualTo(512);
        assertThat(read.description()).isEmpty();
        assertThat(read.packageTypeAsString()).isEqualTo("Zip");
        assertThat(read.architecturesAsStrings()).containsExactly("x86_64");
        assertThat(read.tracingConfig().modeAsString()).isEqualTo("PassThrough");
        assertThat(read.snapStart().applyOnAsString()).isEqualTo("None");
        assertThat(read.loggingConfig().logGroup()).isEqualTo("/aws/lambda/" + name);
        assertThat(read.runtimeVersionConfig().runtimeVersionArn()).startsWith("arn:aws:lambda:");
        assertThat(read.version()).isEqualTo("$LATEST");
        assertThat(read.hasLayers()).isFalse();
        assertThat(read.environment()).isNull();
        assertThat(read.lastModified())
                .matches("\\d{4}-\\d\\d-\\d\\dT\\d\\d:\\d\\d:\\d\\d\\.\\d{3}\\+0000");

        assertThat(
                        lambda.listFunctionsPaginator().functions().stream()
                                .filter(each -> each.functionName().equals(name)))
                .singleElement()
                .satisfies(each -> assertThat(each.stateAsString()).isNull());
        refuses(
                        ResourceConflictException.class,
                        409,
                        () -> lambda.createFunction(request(name).build()))
                .hasMessageContaining("Function already exist: " + name);

        lambda.deleteFunction(r -> r.functionName(name));
        refuses(
                        ResourceNotFoundException.class,
                        404,
                        () -> lambda.getFunction(r -> r.functionName(name)))
                .hasMessageContaining("Function not found: " + read.functionArn());
    }

    @Test
    void theCodesLocationServesTheVeryArchive() throws Exception {
        try (TestFunction function = function()) {
            GetFunctionResponse read = lambda.getFunction(r -> r.functionName(function.name()));
            assertThat(read.code().repositoryType()).isEqualTo("S3");
            try (HttpClient http = HttpClient.newHttpClient()) {
                HttpResponse<byte[]> archive =
                        http.send(
                                HttpRequest.newBuilder(URI.create(read.code().location())).build(),
                                HttpResponse.BodyHandlers.ofByteArray());
                assertThat(archive.statusCode()).isEqualTo(200);
                assertThat(archive.body()).isEqualTo(ONE.asByteArray());
                assertThat(read.configuration().codeSha256()).isEqualTo(sha256(archive.body()));
                assertThat(read.configuration().codeSize()).isEqualTo(archive.body().length);

                String forged = forged(read.code().location());
                HttpResponse<byte[]> refused =
                        http.send(
                                HttpRequest.newBuilder(URI.create(forged)).build(),
                                HttpResponse.BodyHandlers.ofByteArray());
                assertThat(refused.statusCode()).isEqualTo(403);
            }
        }
    }

    @Test
    void anUpdateChangesWhatItNamesAndTheRevision() {
        try (TestFunction function = function()) {
            String name = function.name();
            GetFunctionConfigurationResponse before =
                    lambda.getFunctionConfiguration(r -> r.functionName(name));
            UpdateFunctionConfigurationResponse updated =
                    lambda.updateFunctionConfiguration(
                            r ->
                                    r.functionName(name)
                                            .description("changed")
                                            .memorySize(256)
                                            .revisionId(before.revisionId()));
            assertThat(updated.lastUpdateStatus()).isEqualTo(LastUpdateStatus.IN_PROGRESS);
            lambda.waiter().waitUntilFunctionUpdatedV2(r -> r.functionName(name));
            GetFunctionConfigurationResponse after =
                    lambda.getFunctionConfiguration(r -> r.functionName(name));
            assertThat(after.description()).isEqualTo("changed");
            assertThat(after.memorySize()).isEqualTo(256);
            assertThat(after.timeout()).isEqualTo(before.timeout());
            assertThat(after.codeSha256()).isEqualTo(before.codeSha256());
            assertThat(after.revisionId()).isNotEqualTo(before.revisionId());

            refuses(
                            PreconditionFailedException.class,
                            412,
                            () ->
                                    lambda.updateFunctionConfiguration(
                                            r ->
                                                    r.functionName(name)
                                                            .description("stale")
                                                            .revisionId(before.revisionId())))
                    .hasMessageContaining(
                            "The Revision Id provided does not match the latest Revision Id. Call"
                                    + " the GetFunction/GetAlias API to retrieve the latest"
                                    + " Revision Id");
            String dry =
                    lambda.updateFunctionCode(r -> r.functionName(name).zipFile(TWO).dryRun(true))
                            .codeSha256();
            assertThat(dry).isEqualTo(sha256(TWO.asByteArray()));
            assertThat(lambda.getFunctionConfiguration(r -> r.functionName(name)).codeSha256())
                    .isEqualTo(before.codeSha256());
        }
    }

    @Test
    void versionsAndAliasesFromPublishingToDeletion() {
        try (TestFunction function = function()) {
            String name = function.name();
            PublishVersionResponse first = lambda.publishVersion(r -> r.functionName(name));
            assertThat(first.version()).isEqualTo("1");
            assertThat(first.functionArn()).endsWith(":function:" + name + ":1");
            assertThat(lambda.publishVersion(r -> r.functionName(name)).version())
                    .as("nothing has changed since")
                    .isEqualTo("1");
            update(name, TWO);
            assertThat(lambda.publishVersion(r -> r.functionName(name)).version()).isEqualTo("2");
            assertThat(
                            lambda
                                    .listVersionsByFunctionPaginator(r -> r.functionName(name))
                                    .versions()
                                    .stream()
                                    .map(each -> each.version()))
                    .containsExactly("$LATEST", "1", "2");

            lambda.createAlias(r -> r.functionName(name).name("live").functionVersion("1"));
            assertThat(call(name, "live")).isEqualTo("\"one\"");
            lambda.updateAlias(r -> r.functionName(name).name("live").functionVersion("2"));
            assertThat(call(name, "live")).isEqualTo("\"two\"");
            assertThat(lambda.getAlias(r -> r.functionName(name).name("live")).functionVersion())
                    .isEqualTo("2");
            assertThat(lambda.listAliases(r -> r.functionName(name)).aliases()).hasSize(1);
            refuses(
                            ResourceConflictException.class,
                            409,
                            () ->
                                    lambda.createAlias(
                                            r ->
                                                    r.functionName(name)
                                                            .name("live")
                                                            .functionVersion("1")))
                    .hasMessageContaining("Alias already exists: ");
            refuses(
                            ResourceNotFoundException.class,
                            404,
                            () ->
                                    lambda.createAlias(
                                            r ->
                                                    r.functionName(name)
                                                            .name("none")
                                                            .functionVersion("10")))
                    .hasMessageContaining("Function not found: ");
            refuses(
                    ResourceConflictException.class,
                    409,
                    () -> lambda.deleteFunction(r -> r.functionName(name).qualifier("2")));

            lambda.deleteAlias(r -> r.functionName(name).name("live"));
            lambda.deleteAlias(r -> r.functionName(name).name("live"));
            lambda.deleteFunction(r -> r.functionName(name).qualifier("2"));
            refuses(
                    ResourceNotFoundException.class,
                    404,
                    () -> lambda.getFunction(r -> r.functionName(name).qualifier("2")));
            refuses(
                            ResourceNotFoundException.class,
                            404,
                            () -> lambda.getAlias(r -> r.functionName(name).name("live")))
                    .hasMessageContaining("Cannot find alias arn: ");
            assertThat(call(name, "1")).isEqualTo("\"one\"");
        }
    }

    @Test
    void aWeightedAliasSplits() {
        try (TestFunction function = function()) {
            String name = function.name();
            lambda.publishVersion(r -> r.functionName(name));
            update(name, TWO);
            lambda.publishVersion(r -> r.functionName(name));
            lambda.createAlias(
                    r ->
                            r.functionName(name)
                                    .name("split")
                                    .functionVersion("1")
                                    .routingConfig(
                                            c -> c.additionalVersionWeights(Map.of("2", 0.5))));
            Map<String, Integer> answers = new HashMap<>();
            for (int i = 0; i < 60; i++) {
                InvokeResponse response =
                        lambda.invoke(r -> r.functionName(name).qualifier("split"));
                String answer = response.payload().asUtf8String();
                answers.merge(response.executedVersion() + answer, 1, Integer::sum);
            }
            // Fewer than 10 of 60 at even odds: once in 50 million.
            assertThat(answers).containsOnlyKeys("1\"one\"", "2\"two\"");
            assertThat(answers.values()).allMatch(count -> count >= 10);

            lambda.updateAlias(
                    r ->
                            r.functionName(name)
                                    .name("split")
                                    .routingConfig(
                                            c -> c.additionalVersionWeights(Map.of("2", 1.0))));
            assertThat(IntStream.range(0, 10).mapToObj(_ -> call(name, "split")))
                    .containsOnly("\"two\"");
            refuses(
                    InvalidParameterValueException.class,
                    400,
                    () ->
                            lambda.updateAlias(
                                    r ->
                                            r.functionName(name)
                                                    .name("split")
                                                    .routingConfig(
                                                            c ->
                                                                    c.additionalVersionWeights(
                                                                            Map.of("1", 0.5)))));
            refuses(
                    LambdaException.class,
                    400,
                    () ->
                            lambda.updateAlias(
                                    r ->
                                            r.functionName(name)
                                                    .name("split")
                                                    .routingConfig(
                                                            c ->
                                                                    c.additionalVersionWeights(
                                                                            Map.of("2", 1.1)))));
        }
    }

    @Test
    void tagsComeAndGo() {
        try (TestFunction function = function()) {
            String arn =
                    lambda.getFunctionConfiguration(r -> r.functionName(function.name()))
                            .functionArn();
            lambda.tagResource(r -> r.resource(arn).tags(Map.of("team", "a", "stage", "test")));
            lambda.untagResource(r -> r.resource(arn).tagKeys("stage", "none"));
            assertThat(lambda.listTags(r -> r.resource(arn)).tags()).isEqualTo(Map.of("team", "a"));
            assertThat(lambda.getFunction(r -> r.functionName(arn)).tags())
                    .isEqualTo(Map.of("team", "a"));
        }
    }

    @Test
    void theAccountsUsageCountsFunctions() {
        int before = lambda.getAccountSettings().accountUsage().functionCount().intValue();
        try (TestFunction _ = function()) {
            assertThat(lambda.getAccountSettings().accountUsage().functionCount())
                    .isGreaterThan(before);
            assertThat(lambda.getAccountSettings().accountLimit().codeSizeUnzipped())
                    .isEqualTo(262_144_000L);
        }
    }

    @Test
    void anArchitectureThatNoWorkerHasIsRefused() {
        refuses(
                        InvalidParameterValueException.class,
                        400,
                        () ->
                                lambda.createFunction(
                                        request(newName())
                                                .architectures(Architecture.ARM64)
                                                .build()))
                .hasMessageContaining("arm64");
    }

    @Test
    void hostileArchivesAreRefusedInAmazonsWords() {
        Map<String, byte[]> out = new TreeMap<>();
        out.put("../../etc/cron.d/x", "x".getBytes(java.nio.charset.StandardCharsets.US_ASCII));
        Map<String, byte[]> large = Map.of("zeros.bin", new byte[262_144_001]);
        byte[] cut = ONE.asByteArray();
        for (SdkBytes zip :
                List.of(
                        SdkBytes.fromUtf8String("this is no zip"),
                        SdkBytes.fromByteArray(java.util.Arrays.copyOf(cut, cut.length - 10)),
                        Archives.zipOf(out))) {
            refuses(
                            InvalidParameterValueException.class,
                            400,
                            () ->
                                    lambda.createFunction(
                                            request(newName()).code(c -> c.zipFile(zip)).build()))
                    .hasMessageContaining(
                            "Could not unzip uploaded file. Please check your file, then try to"
                                    + " upload again.");
        }
        refuses(
                        InvalidParameterValueException.class,
                        400,
                        () ->
                                lambda.createFunction(
                                        request(newName())
                                                .code(c -> c.zipFile(Archives.zipOf(large)))
                                                .build()))
                .hasMessageContaining("Unzipped size must be smaller than 262144000 bytes");
    }

    @Test
    void limitsHoldToTheByte() {
        // {"V1":"…"}: nine bytes beside the value.
        String fits = "v".repeat(4096 - 9);
        try (TestFunction function =
                TestFunction.python(
                        installation,
                        lambda,
                        "def handler(e, c): return 1",
                        r ->
                                r.environment(e -> e.variables(Map.of("V1", fits)))
                                        .description("d".repeat(256)))) {
            assertThat(function.call("1")).isEqualTo("1");
        }
        refuses(
                        InvalidParameterValueException.class,
                        400,
                        () ->
                                lambda.createFunction(
                                        request(newName())
                                                .environment(
                                                        e -> e.variables(Map.of("V1", fits + "v")))
                                                .build()))
                .hasMessageContaining(
                        "Lambda was unable to configure your environment variables because the"
                                + " environment variables you have provided exceeded the 4KB"
                                + " limit.");
        refuses(
                        InvalidParameterValueException.class,
                        400,
                        () ->
                                lambda.createFunction(
                                        request(newName())
                                                .environment(
                                                        e -> e.variables(Map.of("AWS_REGION", "x")))
                                                .build()))
                .hasMessageContaining("contains reserved keys")
                .hasMessageContaining("AWS_REGION");
        validates(
                request(newName()).handler("h".repeat(129)),
                "handler",
                "length less than or equal to 128");
        validates(
                request(newName()).description("d".repeat(257)),
                "description",
                "length less than or equal to 256");
        validates(request(newName()).timeout(0), "timeout", "value greater than or equal to 1");
        validates(
                request(newName()).memorySize(127),
                "memorySize",
                "value greater than or equal to 128");
        validates(
                request(newName()).ephemeralStorage(e -> e.size(511)),
                "ephemeralStorage.size",
                "value greater than or equal to 512");
        validates(request("no spaces please"), "functionName", "regular expression pattern");
        validates(request(newName()).role("nobody"), "role", "regular expression pattern");
    }

    @Test
    void aBodyBeyondTheLimitIsRefused() {
        // Base64 makes four bytes of three: this is beyond 70,167,211 bytes as it travels.
        SdkBytes body = SdkBytes.fromByteArray(new byte[52_700_000]);
        LambdaException refused =
                (LambdaException)
                        refuses(
                                        LambdaException.class,
                                        413,
                                        () ->
                                                lambda.createFunction(
                                                        request(newName())
                                                                .code(c -> c.zipFile(body))
                                                                .build()))
                                .actual();
        assertThat(refused.awsErrorDetails().errorCode())
                .isEqualTo("RequestEntityTooLargeException");
        SdkBytes payload = SdkBytes.fromByteArray(new byte[6_291_557]);
        try (TestFunction function = function()) {
            refuses(
                            LambdaException.class,
                            413,
                            () ->
                                    lambda.invoke(
                                            r -> r.functionName(function.name()).payload(payload)))
                    .hasMessageContaining(
                            "Request must be smaller than 6291556 bytes for the InvokeFunction"
                                    + " operation");
        }
    }

    @Test
    void whatIsNotThereIsRefusedByItsName() {
        try (TestFunction function = function()) {
            refuses(
                    LambdaException.class,
                    400,
                    () ->
                            lambda.invoke(
                                    r ->
                                            r.functionName(function.name())
                                                    .invocationType(InvocationType.EVENT)));
            refuses(
                    LambdaException.class,
                    400,
                    () ->
                            lambda.updateFunctionConfiguration(
                                    r ->
                                            r.functionName(function.name())
                                                    .vpcConfig(
                                                            v -> v.subnetIds("subnet-12345678"))));
        }
        refuses(
                        InvalidParameterValueException.class,
                        400,
                        () ->
                                lambda.createFunction(
                                        request(newName()).runtime("python9.9").build()))
                .hasMessageContaining("Value python9.9 at 'runtime' failed to satisfy constraint");
        refuses(
                        InvalidParameterValueException.class,
                        400,
                        () ->
                                lambda.createFunction(
                                        request(newName()).runtime("python2.7").build()))
                .hasMessageContaining("The runtime parameter of python2.7 is no longer supported");
    }

    /** The same link with another last digit of its signature. */
    private static String forged(String link) {
        return link.substring(0, link.length() - 1) + (link.endsWith("0") ? "1" : "0");
    }

    private void validates(CreateFunctionRequest.Builder request, String path, String constraint) {
        LambdaException refused =
                (LambdaException)
                        refuses(
                                        LambdaException.class,
                                        400,
                                        () -> lambda.createFunction(request.build()))
                                .actual();
        assertThat(refused.awsErrorDetails().errorCode()).isEqualTo("ValidationException");
        assertThat(refused.awsErrorDetails().errorMessage())
                .startsWith("1 validation error detected: Value '")
                .contains("' at '" + path + "' failed to satisfy constraint: Member must ")
                .contains(constraint);
    }

    private static AbstractThrowableAssert<?, ? extends Throwable> refuses(
            Class<? extends LambdaException> type, int status, ThrowingCallable call) {
        return assertThatThrownBy(call)
                .isInstanceOf(type)
                .satisfies(
                        e ->
                                assertThat(((LambdaException) e).statusCode())
                                        .as(e.getMessage())
                                        .isEqualTo(status));
    }

    private void update(String name, SdkBytes zip) {
        lambda.updateFunctionCode(r -> r.functionName(name).zipFile(zip));
        lambda.waiter().waitUntilFunctionUpdatedV2(r -> r.functionName(name));
    }

    private String call(String name, String qualifier) {
        return lambda.invoke(r -> r.functionName(name).qualifier(qualifier))
                .payload()
                .asUtf8String();
    }

    private TestFunction function() {
        return TestFunction.python(installation, lambda, "", r -> r.code(c -> c.zipFile(ONE)));
    }

    private CreateFunctionRequest.Builder request(String name) {
        return CreateFunctionRequest.builder()
                .functionName(name)
                .runtime("python3.13")
                .handler("index.handler")
                .role(role)
                .code(c -> c.zipFile(ONE));
    }

    private static String newName() {
        return "test-" + UUID.randomUUID();
    }

    private static String sha256(byte[] bytes) {
        try {
            return Base64.getEncoder()
                    .encodeToString(MessageDigest.getInstance("SHA-256").digest(bytes));
        } catch (java.security.NoSuchAlgorithmException e) {
            throw new AssertionError(e);
        }
    }
}
