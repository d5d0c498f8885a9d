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
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;
import software.amazon.awssdk.core.SdkBytes;
import software.amazon.awssdk.services.kms.KmsClient;
import software.amazon.awssdk.services.kms.model.DecryptResponse;
import software.amazon.awssdk.services.kms.model.InvalidCiphertextException;
import software.amazon.awssdk.services.kms.model.KeyMetadata;
import software.amazon.awssdk.services.lambda.LambdaClient;
import software.amazon.awssdk.services.lambda.model.InvalidParameterValueException;
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
