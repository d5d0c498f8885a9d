package dev.cloister.functions.wire;

import static org.assertj.core.api.Assertions.assertThat;

import dev.cloister.functions.FunctionKey;
import dev.cloister.functions.FunctionSettings;
import dev.cloister.functions.Installation;
import dev.cloister.functions.code.ArchiveLimits;
import dev.cloister.functions.code.Zips;
import java.security.MessageDigest;
import java.util.Base64;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import software.amazon.awssdk.core.SdkBytes;
import software.amazon.awssdk.services.lambda.model.CreateFunctionRequest;
import software.amazon.awssdk.services.lambda.model.CreateFunctionResponse;
import software.amazon.awssdk.services.lambda.model.Environment;
import software.amazon.awssdk.services.lambda.model.FileSystemConfig;
import software.amazon.awssdk.services.lambda.model.GetFunctionConfigurationResponse;
import software.amazon.awssdk.services.lambda.model.State;

class CreateFunctionTest extends OperationsTest {
    private static final String IPV = "InvalidParameterValueException";
    private static final String VALIDATION = "ValidationException";

    @Test
    void answersPendingWithTheDefaults() throws Exception {
        lambda.runtimes.hold();
        CreateFunctionResponse made = create(UnaryOperator.identity());
        assertThat(made.functionName()).isEqualTo("hello");
        assertThat(made.functionArn()).isEqualTo(ARN);
        assertThat(made.version()).isEqualTo("$LATEST");
        assertThat(made.stateAsString()).isEqualTo("Pending");
        assertThat(made.stateReason()).isEqualTo("The function is being created.");
        assertThat(made.stateReasonCodeAsString()).isEqualTo("Creating");
        assertThat(made.lastUpdateStatus()).isNull();
        assertThat(made.timeout()).isEqualTo(3);
        assertThat(made.memorySize()).isEqualTo(128);
        assertThat(made.ephemeralStorage().size()).isEqualTo(512);
        assertThat(made.tracingConfig().modeAsString()).isEqualTo("PassThrough");
        assertThat(made.snapStart().applyOnAsString()).isEqualTo("None");
        assertThat(made.snapStart().optimizationStatusAsString()).isEqualTo("Off");
        assertThat(made.packageTypeAsString()).isEqualTo("Zip");
        assertThat(made.architecturesAsStrings()).containsExactly("x86_64");
        assertThat(made.description()).isEmpty();
        assertThat(made.loggingConfig().logFormatAsString()).isEqualTo("Text");
        assertThat(made.loggingConfig().logGroup()).isEqualTo("/aws/lambda/hello");
        assertThat(made.loggingConfig().applicationLogLevel()).isNull();
        assertThat(made.environment()).isNull();
        assertThat(made.vpcConfig()).isNull();
        assertThat(made.deadLetterConfig()).isNull();
        assertThat(made.hasLayers()).isFalse();
        assertThat(made.lastModified()).isEqualTo("2026-11-23T10:00:00.123+0000");
        assertThat(made.codeSize()).isEqualTo(ZIP.length);
        assertThat(made.codeSha256())
                .isEqualTo(
                        Base64.getEncoder()
                                .encodeToString(MessageDigest.getInstance("SHA-256").digest(ZIP)));
        lambda.runtimes.release();
        GetFunctionConfigurationResponse now = lambda.settled("hello");
        assertThat(now.state()).isEqualTo(State.ACTIVE);
        assertThat(now.stateReason()).isNull();
        assertThat(now.lastUpdateStatusAsString()).isEqualTo("Successful");
        assertThat(now.revisionId()).isNotEqualTo(made.revisionId());
        assertThat(now.runtimeVersionConfig().runtimeVersionArn())
                .isEqualTo("arn:aws:lambda:us-east-1::runtime:" + "ab".repeat(32));
    }

    @Test
    void keepsEverythingGiven() {
        CreateFunctionResponse made =
                create(
                        f ->
                                f.description("d".repeat(256))
                                        .timeout(900)
                                        .memorySize(10240)
                                        .ephemeralStorage(s -> s.size(10240))
                                        .architecturesWithStrings("x86_64")
                                        .environment(e -> e.variables(Map.of("KEY", "value")))
                                        .loggingConfig(l -> l.logFormat("JSON").logGroup("mine"))
                                        .tags(Map.of("team", "a")));
        assertThat(made.timeout()).isEqualTo(900);
        assertThat(made.memorySize()).isEqualTo(10240);
        assertThat(made.ephemeralStorage().size()).isEqualTo(10240);
        assertThat(made.environment().variables()).containsExactly(Map.entry("KEY", "value"));
        assertThat(made.loggingConfig().applicationLogLevelAsString()).isEqualTo("INFO");
        assertThat(made.loggingConfig().systemLogLevelAsString()).isEqualTo("INFO");
        assertThat(made.loggingConfig().logGroup()).isEqualTo("mine");
    }

    @Test
    void echoesAnEmptyEnvironmentIfGiven() {
        CreateFunctionResponse made = create(f -> f.environment(e -> e.variables(Map.of())));
        assertThat(made.environment().hasVariables()).isTrue();
    }

    @Test
    void acceptsMembersThatAskForNothing() {
        create(
                f ->
                        f.tracingConfig(t -> t.mode("PassThrough"))
                                .snapStart(s -> s.applyOn("None"))
                                .vpcConfig(v -> v.subnetIds(List.of()).securityGroupIds(List.of()))
                                .layers(List.of())
                                .deadLetterConfig(d -> d.targetArn(""))
                                .kmsKeyArn("")
                                .packageType("Zip"));
    }

    @Test
    void publishesAtOnceIfAsked() {
        CreateFunctionResponse made = create(f -> f.publish(true));
        assertThat(made.version()).isEqualTo("1");
        assertThat(made.functionArn()).isEqualTo(ARN);
        assertThat(made.stateAsString()).isEqualTo("Pending");
        lambda.settled("hello");
        assertThat(
                        lambda.functions()
                                .find(
                                        new FunctionKey(
                                                Installation.ACCOUNT, Installation.REGION, "hello"))
                                .orElseThrow()
                                .version("1")
                                .orElseThrow()
                                .status()
                                .state()
                                .shown())
                .isEqualTo("Active");
    }

    static Stream<Arguments> refused() {
        Map<String, String> large = new HashMap<>();
        large.put("KEY", "v".repeat(4096));
        Map<String, String> manyTags = new HashMap<>();
        for (int i = 0; i < 51; i++) {
            manyTags.put("k" + i, "v");
        }
        return Stream.of(
                refusal(
                        "no runtime",
                        f -> f.runtime((String) null),
                        IPV,
                        "Runtime and Handler are mandatory"),
                refusal(
                        "no handler",
                        f -> f.handler(null),
                        IPV,
                        "Runtime and Handler are mandatory"),
                refusal(
                        "bad runtime",
                        f -> f.runtime("cobol85"),
                        IPV,
                        "Value cobol85 at 'runtime' failed to satisfy constraint: Member must satisfy enum value set: [nodejs26.x, nodejs24.x, nodejs22.x, nodejs20.x, nodejs18.x, nodejs16.x, python3.15, python3.14, python3.13, python3.12, python3.11, python3.10, python3.9, python3.8, java25, java21, java17.al2023, java11.al2023, java8.al2023, java17, java11, java8.al2, dotnet10, dotnet8, dotnet6, ruby4.0, ruby3.4, ruby3.3, ruby3.2, provided.al2023, provided.al2] or be a valid ARN"),
                refusal(
                        "old runtime",
                        f -> f.runtime("python2.7"),
                        IPV,
                        "The runtime parameter of python2.7 is no longer supported for creating or updating AWS Lambda functions. We recommend you use a supported runtime while creating or updating functions."),
                refusal(
                        "absent runtime",
                        f -> f.runtime("dotnet8"),
                        IPV,
                        "The runtime dotnet8 is not available in this version"),
                refusal(
                        "timeout 0",
                        f -> f.timeout(0),
                        VALIDATION,
                        "Value '0' at 'timeout' failed to satisfy constraint: Member must have value greater than or equal to 1"),
                refusal(
                        "timeout 901",
                        f -> f.timeout(901),
                        VALIDATION,
                        "Member must have value less than or equal to 900"),
                refusal("memory 127", f -> f.memorySize(127), VALIDATION, "at 'memorySize'"),
                refusal(
                        "memory 10241",
                        f -> f.memorySize(10241),
                        IPV,
                        "'MemorySize' value failed to satisfy constraint: Member must have value less than or equal to 10240"),
                refusal(
                        "storage 511",
                        f -> f.ephemeralStorage(s -> s.size(511)),
                        VALIDATION,
                        "at 'ephemeralStorage.size'"),
                refusal(
                        "storage 10241",
                        f -> f.ephemeralStorage(s -> s.size(10241)),
                        VALIDATION,
                        "at 'ephemeralStorage.size'"),
                refusal(
                        "description",
                        f -> f.description("d".repeat(257)),
                        VALIDATION,
                        "at 'description'"),
                refusal("handler", f -> f.handler("h".repeat(129)), VALIDATION, "at 'handler'"),
                refusal("handler with space", f -> f.handler("a b"), VALIDATION, "at 'handler'"),
                refusal("role form", f -> f.role("role"), VALIDATION, "at 'role'"),
                refusal(
                        "role elsewhere",
                        f -> f.role("arn:aws:iam::999999999999:role/r"),
                        "AccessDeniedException",
                        "Cross-account pass role is not allowed."),
                refusal(
                        "variable name",
                        f -> f.environment(variables(Map.of("1A", "x"))),
                        VALIDATION,
                        "environment.variables"),
                refusal(
                        "short variable name",
                        f -> f.environment(variables(Map.of("A", "x"))),
                        VALIDATION,
                        "environment.variables"),
                refusal(
                        "reserved variable",
                        f -> f.environment(variables(Map.of("AWS_REGION", "x", "_HANDLER", "y"))),
                        IPV,
                        "Reserved keys used in this request: AWS_REGION, _HANDLER"),
                refusal(
                        "4 KB",
                        f -> f.environment(variables(large)),
                        IPV,
                        "exceeded the 4KB limit."),
                refusal(
                        "level with text",
                        f -> f.loggingConfig(l -> l.logFormat("Text").systemLogLevel("DEBUG")),
                        IPV,
                        "LogLevel is not supported when LogFormat is set to \"Text\"."),
                refusal(
                        "two architectures",
                        f -> f.architecturesWithStrings("x86_64", "arm64"),
                        VALIDATION,
                        "Value '[x86_64, arm64]' at 'architectures' failed to satisfy constraint: Member must have length less than or equal to 1"),
                refusal(
                        "no worker",
                        f -> f.architecturesWithStrings("arm64"),
                        IPV,
                        "No worker of this installation runs the architecture arm64"),
                refusal(
                        "tags",
                        f -> f.tags(manyTags),
                        IPV,
                        "Number of tags exceeds resource tag limit."),
                refusal(
                        "long name",
                        f -> f.functionName("n".repeat(65)),
                        IPV,
                        "1 validation error detected: Value '"
                                + "n".repeat(65)
                                + "' at 'functionName' failed to satisfy constraint: Member must have length less than or equal to 64"),
                refusal("dotted name", f -> f.functionName("a.b"), VALIDATION, "at 'functionName'"),
                refusal(
                        "no zip",
                        f -> f.code(c -> c.zipFile((SdkBytes) null)),
                        IPV,
                        "Please provide a source for function code."),
                refusal(
                        "S3 code without a key",
                        f -> f.code(c -> c.s3Bucket("b")),
                        IPV,
                        "Please provide a source for function code."),
                refusal(
                        "two sources",
                        f ->
                                f.code(
                                        c ->
                                                c.s3Bucket("b")
                                                        .s3Key("k")
                                                        .zipFile(SdkBytes.fromUtf8String("z"))),
                        IPV,
                        "Please do not provide other FunctionCode parameters when providing a"
                                + " ZipFile."),
                refusal(
                        "S3 code",
                        f -> f.code(c -> c.s3Bucket("b").s3Key("k")),
                        IPV,
                        "Error occurred while GetObject. S3 Error Code: NoSuchBucket. S3 Error"
                                + " Message: The specified bucket does not exist"),
                refusal(
                        "image code",
                        f -> f.code(c -> c.imageUri("i")),
                        IPV,
                        "Please don't provide ImageUri when the intended function PackageType is Zip."),
                refusal(
                        "image",
                        f ->
                                f.packageType("Image")
                                        .runtime((String) null)
                                        .handler(null)
                                        .code(c -> c.imageUri("i")),
                        IPV,
                        "PackageType Image is not available"),
                refusal(
                        "image with a handler",
                        f -> f.packageType("Image").code(c -> c.imageUri("i")),
                        IPV,
                        "Please don't provide Handler or Runtime or Layer when the intended"
                                + " function PackageType is Image."),
                refusal(
                        "image without URI",
                        f -> f.packageType("Image").runtime((String) null).handler(null),
                        IPV,
                        "Please provide ImageUri when the intended function PackageType is"
                                + " Image."),
                refusal(
                        "no archive",
                        f -> f.code(c -> c.zipFile(SdkBytes.fromUtf8String("no zip"))),
                        IPV,
                        "Could not unzip uploaded file. Please check your file, then try to upload again."),
                refusal(
                        "empty archive",
                        f -> f.code(c -> c.zipFile(SdkBytes.fromByteArray(new byte[0]))),
                        IPV,
                        "Uploaded file must be a non-empty zip"),
                refusal(
                        "layers",
                        f -> f.layers("arn:aws:lambda:us-east-1:123456789012:layer:l:1"),
                        IPV,
                        "Layer version arn:aws:lambda:us-east-1:123456789012:layer:l:1 does not exist."),
                refusal(
                        "VPC",
                        f -> f.vpcConfig(v -> v.subnetIds("subnet-1")),
                        IPV,
                        "Error occurred while DescribeSubnets. EC2 Error Code:"
                                + " InvalidSubnetID.NotFound. EC2 Error Message: The subnet ID"
                                + " 'subnet-1' does not exist"),
                refusal(
                        "security group",
                        f -> f.vpcConfig(v -> v.securityGroupIds("sg-1")),
                        IPV,
                        "Error occurred while DescribeSecurityGroups. EC2 Error Code:"
                                + " InvalidGroup.NotFound. EC2 Error Message: The security group"
                                + " 'sg-1' does not exist"),
                refusal(
                        "file systems",
                        f -> f.fileSystemConfigs(FileSystemConfig.builder().arn("a").build()),
                        IPV,
                        "Function must be configured to execute in a VPC to reference access point a."),
                refusal(
                        "dead letters",
                        f -> f.deadLetterConfig(d -> d.targetArn("arn:aws:s3:::bucket")),
                        IPV,
                        "Invalid dead letter ARN: arn:aws:s3:::bucket is neither"),
                refusal(
                        "SnapStart",
                        f -> f.runtime("nodejs22.x").snapStart(s -> s.applyOn("PublishedVersions")),
                        IPV,
                        "nodejs22.x is not supported for SnapStart enabled functions."),
                refusal(
                        "SnapStart with tenants",
                        f ->
                                f.snapStart(s -> s.applyOn("PublishedVersions"))
                                        .tenancyConfig(t -> t.tenantIsolationMode("PER_TENANT")),
                        IPV,
                        "TenancyConfig is not supported for SnapStart enabled functions."),
                refusal(
                        "SnapStart with storage",
                        f ->
                                f.snapStart(s -> s.applyOn("PublishedVersions"))
                                        .ephemeralStorage(e -> e.size(513)),
                        IPV,
                        "EphemeralStorage greater than 512 MB is not supported for SnapStart"),
                refusal(
                        "image config",
                        f -> f.imageConfig(i -> i.command("c")),
                        IPV,
                        "Please don't provide ImageConfig when the intended function PackageType is Zip."),
                refusal(
                        "capacity provider",
                        f ->
                                f.capacityProviderConfig(
                                        c ->
                                                c.lambdaManagedInstancesCapacityProviderConfig(
                                                        l -> l.capacityProviderArn("a"))),
                        IPV,
                        "CapacityProviderConfig is not available"),
                refusal(
                        "durable",
                        f -> f.durableConfig(d -> d.retentionPeriodInDays(3)),
                        IPV,
                        "DurableConfig is not available"),
                refusal(
                        "own key",
                        f -> f.kmsKeyArn("arn:aws:kms:eu-west-1:123456789012:key/k"),
                        IPV,
                        "KMS Exception: InvalidArnException KMS Message: Invalid arn eu-west-1"),
                refusal(
                        "no key",
                        f -> f.kmsKeyArn("arn:aws:s3:::bucket"),
                        IPV,
                        "KMS Exception: InvalidArnException KMS Message: ARN does not refer to a key"),
                refusal(
                        "no key of the source",
                        f ->
                                f.code(
                                        c ->
                                                c.zipFile(SdkBytes.fromByteArray(ZIP))
                                                        .sourceKMSKeyArn("arn:aws:s3:::b")),
                        IPV,
                        "ARN does not refer to a key"),
                refusal(
                        "signing",
                        f -> f.codeSigningConfigArn("arn"),
                        "CodeSigningConfigNotFoundException",
                        "The code signing configuration cannot be found."),
                refusal(
                        "publish to",
                        f -> f.publishTo("LATEST_PUBLISHED"),
                        IPV,
                        "PublishTo is not available"));
    }

    private static Environment variables(Map<String, String> variables) {
        return Environment.builder().variables(variables).build();
    }

    private static Arguments refusal(
            String name,
            UnaryOperator<CreateFunctionRequest.Builder> change,
            String code,
            String message) {
        return Arguments.of(name, change, code, message);
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("refused")
    void refusesAndChangesNothing(
            String name,
            UnaryOperator<CreateFunctionRequest.Builder> change,
            String code,
            String message) {
        assertRefused(change.apply(hello()).build(), code, message);
        assertThat(lambda.functions().versions()).isEmpty();
        assertThat(lambda.artifactNames()).isEmpty();
    }

    @Test
    void refusesASecondFunctionOfTheName() {
        active();
        assertRefused(
                hello().build(), "ResourceConflictException", "Function already exist: hello");
    }

    @Test
    void refusesArchivesOverTheZippedLimit() {
        byte[] tooLarge = new byte[(int) ArchiveLimits.DEFAULTS.maxZipped() + 1];
        assertRefused(
                hello().code(c -> c.zipFile(SdkBytes.fromByteArrayUnsafe(tooLarge))).build(),
                "RequestEntityTooLargeException",
                "Zipped size must be smaller than 52428800 bytes");
    }

    @Test
    void refusesArchivesOverTheUnzippedLimit() {
        byte[] bomb = new Zips().zeros("zeros", 262_144_001).bytes();
        assertRefused(
                hello().code(c -> c.zipFile(SdkBytes.fromByteArrayUnsafe(bomb))).build(),
                IPV,
                "Unzipped size must be smaller than 262144000 bytes");
    }

    @Test
    void refusesCodeBeyondTheAccountsStorage() {
        FunctionSettings d = FunctionSettings.defaults(List.of("x86_64"));
        lambda.restart(
                new FunctionSettings(
                        d.architectures(),
                        d.maxMemoryMegabytes(),
                        ZIP.length * 2L,
                        d.accountConcurrency(),
                        d.maxUnfinished(),
                        d.parallelPreparations(),
                        d.linkLifetime()));
        active();
        lambda.call(named("second").build(), CreateFunctionResponse.class);
        assertRefused(
                named("third").build(),
                "CodeStorageExceededException",
                "Code storage limit exceeded.");
    }

    @Test
    void failsWithAReasonWhenTheRuntimeCannotBeBuilt() {
        lambda.runtimes.breakRuntime("python3.13");
        create(UnaryOperator.identity());
        GetFunctionConfigurationResponse now = lambda.settled("hello");
        assertThat(now.stateAsString()).isEqualTo("Failed");
        assertThat(now.stateReasonCodeAsString()).isEqualTo("InvalidRuntime");
        lambda.runtimes.repairRuntime("python3.13");
        configure(c -> c.timeout(4));
        assertThat(lambda.settled("hello").stateAsString()).isEqualTo("Active");
    }
}
