package dev.cloister.tests.e2e;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.cloister.tests.product.Archives;
import dev.cloister.tests.product.Eventually;
import dev.cloister.tests.product.Installation;
import dev.cloister.tests.product.SharedInstallation;
import dev.cloister.tests.product.TestFunction;
import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.time.Duration;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import software.amazon.awssdk.core.SdkBytes;
import software.amazon.awssdk.services.kms.KmsClient;
import software.amazon.awssdk.services.lambda.LambdaClient;
import software.amazon.awssdk.services.lambda.model.InvalidParameterValueException;
import software.amazon.awssdk.services.lambda.model.KmsDisabledException;
import software.amazon.awssdk.services.lambda.model.LambdaException;

/** A function whose deployment package is under a customer's key. */
@ExtendWith(SharedInstallation.class)
final class CodeKeyTest {
    /** "Within a minute", with room for a busy host. */
    private static final Duration SOON = Duration.ofSeconds(60);

    private static final SdkBytes ZIP =
            Archives.zip("index.py", "def handler(event, context): return 'ran'");

    @Test
    void aFunctionRunsOnlyWhileTheKeyOfItsPackageIsUsable(Installation installation)
            throws IOException {
        KmsClient kms = installation.kms();
        String key = kms.createKey(_ -> {}).keyMetadata().arn();
        try (LambdaClient lambda = installation.lambda();
                TestFunction function =
                        new TestFunction(
                                installation,
                                lambda,
                                "python3.13",
                                "index.handler",
                                ZIP,
                                f -> f.code(c -> c.zipFile(ZIP).sourceKMSKeyArn(key)))) {
            assertThat(function.call("{}")).isEqualTo("\"ran\"");
            var code = lambda.getFunction(r -> r.functionName(function.name())).code();
            assertThat(code.sourceKMSKeyArn()).isEqualTo(key);
            try (InputStream zip = URI.create(code.location()).toURL().openStream()) {
                assertThat(zip.readAllBytes()).isEqualTo(ZIP.asByteArray());
            }

            kms.disableKey(r -> r.keyId(key));
            assertThat(Eventually.get("it is refused", SOON, () -> refusal(function)))
                    .isInstanceOf(KmsDisabledException.class)
                    .hasMessageContaining(
                            "Lambda was unable to decrypt the deployment package because the KMS")
                    .hasMessageContaining(key + " is disabled.");
            assertThatThrownBy(
                            () ->
                                    lambda.updateFunctionCode(
                                            r ->
                                                    r.functionName(function.name())
                                                            .zipFile(ZIP)
                                                            .sourceKMSKeyArn(key)))
                    .isInstanceOf(InvalidParameterValueException.class)
                    .hasMessageContaining("DisabledException");

            kms.enableKey(r -> r.keyId(key));
            Eventually.holds("it answers again", SOON, () -> refusal(function).isEmpty());
        }
    }

    private static Optional<LambdaException> refusal(TestFunction function) {
        try {
            assertThat(function.call("{}")).isEqualTo("\"ran\"");
            return Optional.empty();
        } catch (LambdaException e) {
            return Optional.of(e);
        }
    }
}
