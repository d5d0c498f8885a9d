package dev.cloister.tests.e2e;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.cloister.tests.product.Archives;
import dev.cloister.tests.product.Installation;
import dev.cloister.tests.product.Installation.CommandResult;
import dev.cloister.tests.product.SharedInstallation;
import dev.cloister.tests.product.TestFunction;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.UUID;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import software.amazon.awssdk.core.SdkBytes;
import software.amazon.awssdk.services.lambda.LambdaClient;
import software.amazon.awssdk.services.lambda.model.CodeSigningConfig;
import software.amazon.awssdk.services.lambda.model.CodeVerificationFailedException;
import software.amazon.awssdk.services.lambda.model.GetFunctionConfigurationResponse;
import software.amazon.awssdk.services.lambda.model.InvalidCodeSignatureException;
import software.amazon.awssdk.services.lambda.model.ResourceConflictException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** Code signing with the AWS CLI, the SDK and {@code cloister sign}, on the started product. */
@ExtendWith(SharedInstallation.class)
final class CodeSigningTest {
    private static final String SOURCE = "def handler(event, context): return 'signed'\n";

    private final Installation installation;

    CodeSigningTest(Installation installation) {
        this.installation = installation;
    }

    @Test
    void aFunctionTakesWhatItsProfileHasSignedAndRunsIt(@TempDir Path folder) throws Exception {
        String profile = profile();
        Path plain = folder.resolve("plain.zip");
        Path signed = folder.resolve("signed.zip");
        Files.write(plain, Archives.zip("index.py", SOURCE).asByteArray());

        JsonNode made =
                json(
                        installation.cloister(
                                "sign",
                                "--profile",
                                profile,
                                plain.toString(),
                                signed.toString(),
                                "--output",
                                "json"));
        String publisher = made.at("/SigningProfileVersionArn").asString();
        assertThat(publisher).contains(":/signing-profiles/" + profile + "/");
        CommandResult again =
                installation.cloister(
                        "sign",
                        "--profile",
                        profile,
                        signed.toString(),
                        folder.resolve("twice.zip").toString());
        assertThat(again.status()).isEqualTo(1);
        assertThat(again.output()).contains("has a signature already");
        assertThat(folder.resolve("twice.zip")).doesNotExist();

        try (LambdaClient lambda = installation.lambda()) {
            CodeSigningConfig config = config(lambda, publisher);
            try (TestFunction function =
                    function(lambda, SdkBytes.fromByteArray(Files.readAllBytes(signed)), config)) {
                assertThat(function.call("{}")).isEqualTo("\"signed\"");
                GetFunctionConfigurationResponse shown =
                        lambda.getFunctionConfiguration(r -> r.functionName(function.name()));
                assertThat(shown.signingProfileVersionArn()).isEqualTo(publisher);
                assertThat(shown.signingJobArn()).isEqualTo(made.at("/SigningJobArn").asString());

                assertThatThrownBy(() -> update(lambda, function, Files.readAllBytes(plain)))
                        .isInstanceOf(CodeVerificationFailedException.class)
                        .hasMessageContaining("a signature that the client is not configured");
                byte[] changed = changed(Files.readAllBytes(signed));
                assertThatThrownBy(() -> update(lambda, function, changed))
                        .isInstanceOf(InvalidCodeSignatureException.class);
                assertThatThrownBy(
                                () ->
                                        lambda.deleteCodeSigningConfig(
                                                r ->
                                                        r.codeSigningConfigArn(
                                                                config.codeSigningConfigArn())))
                        .isInstanceOf(ResourceConflictException.class);
                assertThat(function.call("{}")).isEqualTo("\"signed\"");

                String job = made.at("/SigningJobArn").asString();
                installation
                        .aws(
                                "signer",
                                "revoke-signature",
                                "--job-id",
                                job.substring(job.lastIndexOf('/') + 1),
                                "--reason",
                                "leaked")
                        .checked();
                assertThatThrownBy(() -> update(lambda, function, Files.readAllBytes(signed)))
                        .isInstanceOf(CodeVerificationFailedException.class)
                        .hasMessageContaining("revoked");
            }
            lambda.deleteCodeSigningConfig(
                    r -> r.codeSigningConfigArn(config.codeSigningConfigArn()));
        }
    }

    @Test
    void theCommandTellsWhatItCanNotDo(@TempDir Path folder) throws Exception {
        Path text = Files.writeString(folder.resolve("text.zip"), "no zip");
        String target = folder.resolve("out.zip").toString();
        String profile = profile();
        assertThat(installation.cloister("sign", text.toString(), target).status()).isEqualTo(2);
        CommandResult bad =
                installation.cloister("sign", "--profile", profile, text.toString(), target);
        assertThat(bad.status()).isEqualTo(1);
        assertThat(bad.output()).contains("can't be read as a zip");
        Path zip = folder.resolve("good.zip");
        Files.write(zip, Archives.zip("index.py", SOURCE).asByteArray());
        CommandResult unknown =
                installation.cloister("sign", "--profile", "nobody", zip.toString(), target);
        assertThat(unknown.status()).isEqualTo(1);
        assertThat(unknown.output()).contains("Signing profile not found");
        CommandResult version =
                installation.cloister(
                        "sign", "--profile", profile + "/AAAAAAAAAA", zip.toString(), target);
        assertThat(version.output()).contains("has no version AAAAAAAAAA");
        installation.aws("signer", "cancel-signing-profile", "--profile-name", profile).checked();
        assertThat(
                        installation
                                .cloister("sign", "--profile", profile, zip.toString(), target)
                                .output())
                .contains("CANCELED");
        assertThat(Path.of(target)).doesNotExist();
    }

    private String profile() {
        String name = "test_" + UUID.randomUUID().toString().replace('-', '_');
        JsonNode made =
                json(
                        installation.aws(
                                "signer",
                                "put-signing-profile",
                                "--profile-name",
                                name,
                                "--platform-id",
                                "AWSLambda-SHA384-ECDSA",
                                "--signature-validity-period",
                                "value=3,type=DAYS"));
        assertThat(made.at("/profileVersionArn").asString()).contains(name);
        return name;
    }

    private static CodeSigningConfig config(LambdaClient lambda, String publisher) {
        return lambda.createCodeSigningConfig(
                        r ->
                                r.allowedPublishers(p -> p.signingProfileVersionArns(publisher))
                                        .codeSigningPolicies(
                                                p -> p.untrustedArtifactOnDeployment("Enforce")))
                .codeSigningConfig();
    }

    private TestFunction function(LambdaClient lambda, SdkBytes zip, CodeSigningConfig config) {
        return new TestFunction(
                installation,
                lambda,
                "python3.13",
                "index.handler",
                zip,
                r -> r.codeSigningConfigArn(config.codeSigningConfigArn()));
    }

    private static void update(LambdaClient lambda, TestFunction function, byte[] zip) {
        lambda.updateFunctionCode(
                r -> r.functionName(function.name()).zipFile(SdkBytes.fromByteArray(zip)));
    }

    /** The same archive with another entry's name: one byte in both of its headers. */
    private static byte[] changed(byte[] signed) {
        String text = new String(signed, java.nio.charset.StandardCharsets.ISO_8859_1);
        assertThat(text).contains("index.py");
        return text.replace("index.py", "indey.py")
                .getBytes(java.nio.charset.StandardCharsets.ISO_8859_1);
    }

    private static JsonNode json(CommandResult result) {
        return JsonMapper.shared().readTree(result.checked());
    }
}
