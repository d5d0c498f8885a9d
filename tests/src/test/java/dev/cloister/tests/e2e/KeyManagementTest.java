package dev.cloister.tests.e2e;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.cloister.tests.product.Eventually;
import dev.cloister.tests.product.Installation;
import dev.cloister.tests.product.TestFunction;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;
import software.amazon.awssdk.core.SdkBytes;
import software.amazon.awssdk.services.cloudwatchlogs.CloudWatchLogsClient;
import software.amazon.awssdk.services.cloudwatchlogs.model.CloudWatchLogsException;
import software.amazon.awssdk.services.cloudwatchlogs.model.InputLogEvent;
import software.amazon.awssdk.services.cloudwatchlogs.model.LogGroup;
import software.amazon.awssdk.services.cloudwatchlogs.model.OutputLogEvent;
import software.amazon.awssdk.services.kms.KmsClient;
import software.amazon.awssdk.services.kms.model.DecryptResponse;
import software.amazon.awssdk.services.kms.model.GrantListEntry;
import software.amazon.awssdk.services.kms.model.InvalidCiphertextException;
import software.amazon.awssdk.services.kms.model.KeyMetadata;
import software.amazon.awssdk.services.lambda.LambdaClient;
import software.amazon.awssdk.services.lambda.model.InvalidParameterValueException;
import software.amazon.awssdk.services.lambda.model.KmsAccessDeniedException;
import software.amazon.awssdk.services.lambda.model.KmsDisabledException;
import software.amazon.awssdk.services.lambda.model.KmsInvalidStateException;
import software.amazon.awssdk.services.lambda.model.LambdaException;

/** KMS as its clients know it, functions under a customer's key, and a new root key. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
final class KeyManagementTest {
    /** "Within a minute", with room for a busy host. */
    private static final Duration SOON = Duration.ofSeconds(60);

    private static final String SECRET = "planted-Q7x9-secret";

    private static final String SHOW =
            """
            import os
            def handler(event, context):
                return os.environ.get("PLANTED")
            """;

    /** Encrypts on the client and decrypts in the function, as the SDKs' users do. */
    private static final String DECRYPT =
            """
            import base64, boto3, os
            def handler(event, context):
                plain = boto3.client("kms").decrypt(
                    CiphertextBlob=base64.b64decode(os.environ["SEALED"]),
                    EncryptionContext={"LambdaFunctionName": os.environ["AWS_LAMBDA_FUNCTION_NAME"]})
                return plain["Plaintext"].decode()
            """;

    private static final String BOTO =
            """
            import boto3
            kms = boto3.client("kms")
            key = kms.create_key(KeySpec="ECC_NIST_P256", KeyUsage="SIGN_VERIFY")["KeyMetadata"]
            signature = kms.sign(KeyId=key["Arn"], Message=b"m", SigningAlgorithm="ECDSA_SHA_256")
            assert kms.verify(KeyId=key["Arn"], Message=b"m", Signature=signature["Signature"],
                              SigningAlgorithm="ECDSA_SHA_256")["SignatureValid"]
            try:
                kms.verify(KeyId=key["Arn"], Message=b"n", Signature=signature["Signature"],
                           SigningAlgorithm="ECDSA_SHA_256")
                raise SystemExit("a wrong message was verified")
            except kms.exceptions.KMSInvalidSignatureException:
                print("refused")
            pages = kms.get_paginator("list_keys").paginate(PaginationConfig={"PageSize": 1})
            assert key["KeyId"] in [k["KeyId"] for page in pages for k in page["Keys"]]
            """;

    private final Installation installation = Installation.start();

    @AfterAll
    void end() {
        installation.close();
    }

    @Test
    void aKeyServesTheJavaSdkTheCommandLineAndPython(@TempDir Path folder) throws IOException {
        KmsClient kms = installation.kms();
        KeyMetadata key = kms.createKey(r -> r.description("orders")).keyMetadata();
        kms.createAlias(r -> r.aliasName("alias/orders").targetKeyId(key.keyId()));
        Path plain = Files.writeString(folder.resolve("plain"), SECRET);
        Path blob = folder.resolve("blob");
        String encoded =
                installation
                        .aws(
                                "kms",
                                "encrypt",
                                "--key-id",
                                "alias/orders",
                                "--plaintext",
                                "fileb://" + plain,
                                "--encryption-context",
                                "a=b",
                                "--query",
                                "CiphertextBlob",
                                "--output",
                                "text")
                        .checked()
                        .strip();
        Files.write(blob, Base64.getDecoder().decode(encoded));
        DecryptResponse decrypted =
                kms.decrypt(
                        r ->
                                r.ciphertextBlob(SdkBytes.fromByteArray(read(blob)))
                                        .encryptionContext(Map.of("a", "b")));
        assertThat(decrypted.plaintext().asUtf8String()).isEqualTo(SECRET);
        assertThat(decrypted.keyId()).isEqualTo(key.arn());
        assertThatThrownBy(
                        () ->
                                kms.decrypt(
                                        r -> r.ciphertextBlob(SdkBytes.fromByteArray(read(blob)))))
                .isInstanceOf(InvalidCiphertextException.class);
        Path script = Files.writeString(folder.resolve("script.py"), BOTO);
        assertThat(installation.python(script).checked()).contains("refused");
    }

    private static byte[] read(Path file) {
        try {
            return Files.readAllBytes(file);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Test
    void aFunctionDependsOnItsKeyAndANewRootKeyChangesNothing() throws IOException {
        KmsClient kms = installation.kms();
        LambdaClient lambda = installation.lambda();
        KeyMetadata key = kms.createKey(_ -> {}).keyMetadata();
        TestFunction function =
                TestFunction.python(
                        installation,
                        lambda,
                        SHOW,
                        f ->
                                f.kmsKeyArn(key.arn())
                                        .environment(e -> e.variables(Map.of("PLANTED", SECRET))));
        assertThat(function.call("{}")).isEqualTo('"' + SECRET + '"');

        kms.disableKey(r -> r.keyId(key.keyId()));
        assertThat(awaitRefusal(function))
                .isInstanceOf(KmsDisabledException.class)
                .hasMessageContaining("Lambda was unable to decrypt the environment variables")
                .hasMessageContaining(key.arn() + " is disabled.");
        assertThatThrownBy(
                        () ->
                                TestFunction.python(
                                        installation, lambda, SHOW, f -> f.kmsKeyArn(key.arn())))
                .isInstanceOf(InvalidParameterValueException.class)
                .hasMessageContaining("DisabledException");
        kms.enableKey(r -> r.keyId(key.keyId()));
        awaitAnswer(function);

        byte[] sealed =
                kms.encrypt(r -> r.keyId(key.keyId()).plaintext(SdkBytes.fromUtf8String(SECRET)))
                        .ciphertextBlob()
                        .asByteArray();
        assertThat(installation.cloister("keys", "rotate-root").output())
                .contains("Another Cloister server uses");
        installation.down().checked();
        assertNothingInClear();
        assertThat(installation.cloister("keys", "rotate-root").checked())
                .contains("The root key is now");
        installation.up();
        assertThat(function.call("{}")).isEqualTo('"' + SECRET + '"');
        assertThat(
                        installation
                                .kms()
                                .decrypt(r -> r.ciphertextBlob(SdkBytes.fromByteArray(sealed)))
                                .plaintext()
                                .asUtf8String())
                .isEqualTo(SECRET);

        installation.kms().scheduleKeyDeletion(r -> r.keyId(key.keyId()).pendingWindowInDays(7));
        assertThat(awaitRefusal(function)).isInstanceOf(KmsInvalidStateException.class);
        function.close();
    }

    private void assertNothingInClear() throws IOException {
        try (var files = Files.walk(installation.data())) {
            for (Path file : files.filter(Files::isRegularFile).toList()) {
                if (!file.startsWith(installation.data().resolve("runtimes"))) {
                    assertThat(Files.readString(file, StandardCharsets.ISO_8859_1).contains(SECRET))
                            .as("%s", file)
                            .isFalse();
                }
            }
        }
    }

    /** The key's policy leaves it to the account's; the role's policy names the key. */
    private String roleThatMayDecrypt(String keyArn) {
        installation
                .aws(
                        "iam",
                        "create-role",
                        "--role-name",
                        "decrypts",
                        "--assume-role-policy-document",
                        """
                        {"Version":"2012-10-17","Statement":[{"Effect":"Allow","Principal":
                        {"Service":"lambda.amazonaws.com"},"Action":"sts:AssumeRole"}]}""")
                .checked();
        allow(keyArn, "Decrypt");
        return "arn:aws:iam::%s:role/decrypts".formatted(installation.account());
    }

    private void allow(String keyArn, String operation) {
        installation
                .aws(
                        "iam",
                        "put-role-policy",
                        "--role-name",
                        "decrypts",
                        "--policy-name",
                        "key",
                        "--policy-document",
                        """
                        {"Version":"2012-10-17","Statement":[{"Effect":"Allow",
                        "Action":"kms:%s","Resource":"%s"}]}"""
                                .formatted(operation, keyArn))
                .checked();
    }

    @Test
    void variablesEncryptedByTheClientAreDecryptedInTheFunctionIfItsRoleMay() {
        KmsClient kms = installation.kms();
        KeyMetadata key = kms.createKey(_ -> {}).keyMetadata();
        String role = roleThatMayDecrypt(key.arn());
        String name = "decrypts";
        String sealed =
                Base64.getEncoder()
                        .encodeToString(
                                kms.encrypt(
                                                r ->
                                                        r.keyId(key.keyId())
                                                                .plaintext(
                                                                        SdkBytes.fromUtf8String(
                                                                                SECRET))
                                                                .encryptionContext(
                                                                        Map.of(
                                                                                "LambdaFunctionName",
                                                                                name)))
                                        .ciphertextBlob()
                                        .asByteArray());
        try (TestFunction function =
                TestFunction.python(
                        installation,
                        installation.lambda(),
                        DECRYPT,
                        f ->
                                f.functionName(name)
                                        .role(role)
                                        .environment(e -> e.variables(Map.of("SEALED", sealed))))) {
            assertThat(function.call("{}")).isEqualTo('"' + SECRET + '"');
            allow(key.arn(), "DescribeKey");
            assertThat(function.invoke("{}").payload().asUtf8String())
                    .contains("AccessDeniedException")
                    .contains("because no identity-based policy allows the kms:Decrypt action");
        }
    }

    /** The grant that CreateFunction made is what the role decrypts by. */
    @Test
    void aRevokedGrantStopsTheFunctionAndEachUseOfTheKeyIsRecorded() {
        KmsClient kms = installation.kms();
        LambdaClient lambda = installation.lambda();
        KeyMetadata key = kms.createKey(_ -> {}).keyMetadata();
        try (TestFunction function =
                TestFunction.python(
                        installation,
                        lambda,
                        SHOW,
                        f ->
                                f.kmsKeyArn(key.arn())
                                        .environment(
                                                e -> e.variables(Map.of("PLANTED", SECRET))))) {
            awaitAnswer(function);
            GrantListEntry grant = kms.listGrants(r -> r.keyId(key.keyId())).grants().getFirst();
            assertThat(grant.granteePrincipal()).isEqualTo(installation.role());
            long revokedAt = System.nanoTime();
            kms.revokeGrant(r -> r.keyId(key.keyId()).grantId(grant.grantId()));
            assertThat(awaitRefusal(function)).isInstanceOf(KmsAccessDeniedException.class);
            assertThat(Duration.ofNanos(System.nanoTime() - revokedAt)).isLessThan(SOON);
            // The way back that AWS documents: give the function its role again.
            lambda.updateFunctionConfiguration(
                    r -> r.functionName(function.name()).role(installation.role()));
            awaitAnswer(function);
            assertThat(installation.cloister("keys", "uses", key.keyId()).checked())
                    .contains("GenerateDataKey")
                    .contains("via lambda." + installation.region() + ".amazonaws.com")
                    .contains(":function:" + function.name())
                    .doesNotContain(SECRET);
        }
        Eventually.holds(
                "the grant is retired with its function",
                SOON,
                () -> kms.listGrants(r -> r.keyId(key.keyId())).grants().isEmpty());
    }

    /**
     * Logs names itself to the key; while the key is disabled nobody reads, and nothing is lost.
     */
    @Test
    void aLogGroupIsUnderItsKey() {
        KmsClient kms = installation.kms();
        CloudWatchLogsClient logs = installation.logs();
        KeyMetadata key = kms.createKey(_ -> {}).keyMetadata();
        String group = "sealed";
        assertThatThrownBy(
                        () -> logs.createLogGroup(r -> r.logGroupName(group).kmsKeyId(key.arn())))
                .hasMessageContaining("is not allowed to be used with Arn");
        kms.putKeyPolicy(
                r ->
                        r.keyId(key.keyId())
                                .policy(
                                        """
                                        {"Version":"2012-10-17","Statement":[
                                        {"Effect":"Allow","Principal":{"AWS":"%s"},
                                         "Action":"kms:*","Resource":"*"},
                                        {"Effect":"Allow",
                                         "Principal":{"Service":"logs.%s.amazonaws.com"},
                                         "Action":["kms:Decrypt*","kms:GenerateDataKey*"],
                                         "Resource":"*"}]}"""
                                                .formatted(
                                                        installation.account(),
                                                        installation.region())));
        logs.createLogGroup(r -> r.logGroupName(group).kmsKeyId(key.arn()));
        logs.createLogStream(r -> r.logGroupName(group).logStreamName("s"));
        put(logs, group, "one");
        assertThat(logs.describeLogGroups(r -> r.logGroupNamePrefix(group)).logGroups())
                .extracting(LogGroup::kmsKeyId)
                .containsExactly(key.arn());
        kms.disableKey(r -> r.keyId(key.keyId()));
        assertThatThrownBy(() -> messages(logs, group))
                .hasMessageContaining("is not allowed to be used with Arn");
        kms.enableKey(r -> r.keyId(key.keyId()));
        Eventually.holds("the group is read again", SOON, () -> canRead(logs, group));
        logs.disassociateKmsKey(r -> r.logGroupName(group));
        put(logs, group, "two");
        assertThat(messages(logs, group)).containsExactly("one", "two");
        logs.deleteLogGroup(r -> r.logGroupName(group));
    }

    private static void put(CloudWatchLogsClient logs, String group, String message) {
        InputLogEvent event =
                InputLogEvent.builder()
                        .timestamp(System.currentTimeMillis())
                        .message(message)
                        .build();
        logs.putLogEvents(r -> r.logGroupName(group).logStreamName("s").logEvents(event));
    }

    private static List<String> messages(CloudWatchLogsClient logs, String group) {
        return logs
                .getLogEvents(r -> r.logGroupName(group).logStreamName("s").startFromHead(true))
                .events()
                .stream()
                .map(OutputLogEvent::message)
                .toList();
    }

    private static boolean canRead(CloudWatchLogsClient logs, String group) {
        try {
            return !messages(logs, group).isEmpty();
        } catch (CloudWatchLogsException refused) {
            return false;
        }
    }

    private static LambdaException awaitRefusal(TestFunction function) {
        return Eventually.get("the function is refused", SOON, () -> refusal(function));
    }

    private static Optional<LambdaException> refusal(TestFunction function) {
        try {
            function.call("{}");
            return Optional.empty();
        } catch (LambdaException refusal) {
            return Optional.of(refusal);
        }
    }

    private static void awaitAnswer(TestFunction function) {
        Eventually.holds("the function answers", SOON, () -> refusal(function).isEmpty());
        assertThat(function.call("{}")).isEqualTo('"' + SECRET + '"');
    }
}
