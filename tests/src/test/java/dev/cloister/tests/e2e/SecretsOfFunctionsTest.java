package dev.cloister.tests.e2e;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.cloister.tests.product.Installation;
import dev.cloister.tests.product.SharedInstallation;
import dev.cloister.tests.product.Terraform;
import dev.cloister.tests.product.TestFunction;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.UUID;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import software.amazon.awssdk.services.kms.KmsClient;
import software.amazon.awssdk.services.secretsmanager.SecretsManagerClient;
import software.amazon.awssdk.services.secretsmanager.model.DecryptionFailureException;
import software.amazon.awssdk.services.secretsmanager.model.ResourceNotFoundException;
import software.amazon.awssdk.services.ssm.SsmClient;
import software.amazon.awssdk.services.ssm.model.InvalidKeyIdException;
import software.amazon.awssdk.services.ssm.model.ParameterType;

/** Secrets and parameters as functions, SDKs, the command line and Terraform use them. */
@ExtendWith(SharedInstallation.class)
final class SecretsOfFunctionsTest {
    private static final String PLANTED = "planted-K4m2-" + UUID.randomUUID();

    private static final String READ =
            """
            import boto3
            def handler(event, context):
                secret = boto3.client("secretsmanager").get_secret_value(SecretId=event["secret"])
                parameter = boto3.client("ssm").get_parameter(
                    Name=event["parameter"], WithDecryption=True)
                return secret["SecretString"] + "|" + parameter["Parameter"]["Value"]
            """;

    private final Installation installation;

    SecretsOfFunctionsTest(Installation installation) {
        this.installation = installation;
    }

    @Test
    void aFunctionReadsWhatItsRoleMayReadUntilTheKeyIsGone() throws IOException {
        KmsClient kms = installation.kms();
        SecretsManagerClient secrets = installation.secrets();
        SsmClient ssm = installation.ssm();
        String key = kms.createKey(_ -> {}).keyMetadata().arn();
        String secret =
                secrets.createSecret(
                                r -> r.name("e2e/db").kmsKeyId(key).secretString(PLANTED + "-s"))
                        .arn();
        ssm.putParameter(
                r ->
                        r.name("/e2e/db")
                                .type(ParameterType.SECURE_STRING)
                                .keyId(key)
                                .value(PLANTED + "-p"));
        String role = role();
        allow(
                """
                {"Effect":"Allow","Action":["secretsmanager:GetSecretValue","ssm:GetParameter"],
                "Resource":["%s","arn:aws:ssm:*:*:parameter/e2e/*"]}"""
                        .formatted(secret));
        try (TestFunction function =
                TestFunction.python(installation, installation.lambda(), READ, f -> f.role(role))) {
            String event = "{\"secret\":\"e2e/db\",\"parameter\":\"/e2e/db\"}";
            assertThat(function.invoke(event).payload().asUtf8String())
                    .contains("Access to KMS is not allowed");
            allow(
                    """
                    {"Effect":"Allow","Action":["secretsmanager:GetSecretValue",
                    "ssm:GetParameter"],"Resource":["%s","arn:aws:ssm:*:*:parameter/e2e/*"]},
                    {"Effect":"Allow","Action":"kms:Decrypt","Resource":"%s"}"""
                            .formatted(secret, key));
            assertThat(function.call(event)).isEqualTo("\"%s-s|%s-p\"".formatted(PLANTED, PLANTED));
            assertThat(
                            function.invoke("{\"secret\":\"e2e/other\",\"parameter\":\"x\"}")
                                    .payload()
                                    .asUtf8String())
                    .contains("AccessDeniedException")
                    .contains("secretsmanager:GetSecretValue");

            kms.disableKey(r -> r.keyId(key));
            assertThat(function.invoke(event).payload().asUtf8String())
                    .contains("DecryptionFailure")
                    .contains("is disabled");
            assertThatThrownBy(() -> secrets.getSecretValue(r -> r.secretId(secret)))
                    .isInstanceOf(DecryptionFailureException.class);
            assertThatThrownBy(() -> ssm.getParameter(r -> r.name("/e2e/db").withDecryption(true)))
                    .isInstanceOf(InvalidKeyIdException.class)
                    .hasMessageContaining("Error Code: DisabledException");
            kms.enableKey(r -> r.keyId(key));
            assertThat(function.call(event)).contains("-s|");
            kms.scheduleKeyDeletion(r -> r.keyId(key).pendingWindowInDays(7));
            assertThat(function.invoke(event).payload().asUtf8String())
                    .contains("KMSInvalidStateException");
        }
        assertNothingInClear();
        commandLine();
    }

    private void commandLine() {
        String arn = aws("create-secret --name e2e/cli --secret-string one --query ARN");
        String first = aws("put-secret-value --secret-id e2e/cli --secret-string two");
        assertThat(first).contains("AWSCURRENT");
        assertThat(
                        aws(
                                "get-secret-value --secret-id %s --version-stage AWSPREVIOUS --query SecretString"
                                        .formatted(arn)))
                .isEqualTo("one");
        assertThat(aws("delete-secret --secret-id e2e/cli --recovery-window-in-days 7"))
                .contains("e2e/cli");
        aws("restore-secret --secret-id e2e/cli");
        aws("delete-secret --secret-id e2e/cli --force-delete-without-recovery");
        try (SecretsManagerClient secrets = installation.secrets()) {
            assertThatThrownBy(() -> secrets.describeSecret(r -> r.secretId(arn)))
                    .isInstanceOf(ResourceNotFoundException.class);
        }
    }

    private String aws(String arguments) {
        return installation
                .aws(("secretsmanager " + arguments + " --output text").split(" ", -1))
                .checked()
                .strip();
    }

    private String role() {
        installation
                .aws(
                        "iam",
                        "create-role",
                        "--role-name",
                        "reads-secrets",
                        "--assume-role-policy-document",
                        """
                        {"Version":"2012-10-17","Statement":[{"Effect":"Allow","Principal":
                        {"Service":"lambda.amazonaws.com"},"Action":"sts:AssumeRole"}]}""")
                .checked();
        return "arn:aws:iam::%s:role/reads-secrets".formatted(installation.account());
    }

    private void allow(String statements) {
        installation
                .aws(
                        "iam",
                        "put-role-policy",
                        "--role-name",
                        "reads-secrets",
                        "--policy-name",
                        "secrets",
                        "--policy-document",
                        "{\"Version\":\"2012-10-17\",\"Statement\":[%s]}".formatted(statements))
                .checked();
    }

    private void assertNothingInClear() throws IOException {
        try (Stream<Path> files = Files.walk(installation.data())) {
            for (Path file : files.filter(Files::isRegularFile).toList()) {
                if (!file.startsWith(installation.data().resolve("runtimes"))) {
                    assertThat(
                                    Files.readString(file, StandardCharsets.ISO_8859_1)
                                            .contains(PLANTED))
                            .as("%s", file)
                            .isFalse();
                }
            }
        }
    }

    @Test
    void everyOperationIsDeniedWithoutAPolicyAndAllowedByOne() {
        assertThat(installation.boto3("secret_permissions.py", Map.of())).hasSize(5);
    }

    private static Path copy(String resource, Path to) throws IOException {
        try (InputStream in =
                Objects.requireNonNull(
                        SecretsOfFunctionsTest.class.getResourceAsStream(resource))) {
            Files.copy(in, to);
        }
        return to;
    }

    @Test
    void terraformSeesNoDrift(@TempDir Path folder) throws IOException {
        Optional<Terraform> found = Terraform.find(installation, folder);
        assumeTrue(found.isPresent(), "skipped: this machine has no terraform or no provider");
        Terraform terraform = found.orElseThrow();
        copy("/terraform-secrets/main.tf", folder.resolve("main.tf"));
        terraform.init();
        terraform.apply();
        assertThat(terraform.planSeesChanges()).as("drift after apply").isFalse();
        terraform.apply("-var=value=two");
        assertThat(terraform.planSeesChanges("-var=value=two")).as("drift").isFalse();
        try (SsmClient ssm = installation.ssm()) {
            assertThat(
                            ssm.getParameter(r -> r.name("/terraform/secure").withDecryption(true))
                                    .parameter()
                                    .value())
                    .isEqualTo("two");
        }
        terraform.destroy();
    }
}
