package dev.cloister.tests.e2e;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.cloister.tests.product.Archives;
import dev.cloister.tests.product.Installation;
import dev.cloister.tests.product.SharedInstallation;
import dev.cloister.tests.product.Terraform;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Objects;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import software.amazon.awssdk.core.SdkBytes;
import software.amazon.awssdk.services.lambda.LambdaClient;
import software.amazon.awssdk.services.lambda.model.FunctionConfiguration;

/** Terraform's AWS provider, unchanged: it applies, sees no drift, updates in place, destroys. */
@ExtendWith(SharedInstallation.class)
final class TerraformTest {
    private final Installation installation;

    TerraformTest(Installation installation) {
        this.installation = installation;
    }

    @Test
    void aStackLivesAndEndsAsOnAmazons(@TempDir Path folder) throws IOException {
        Optional<Terraform> found = Terraform.find(installation, folder);
        assumeTrue(
                found.isPresent(),
                "skipped: this machine has no terraform on its path, or no provider hashicorp/aws"
                        + " in a folder where terraform looks for providers");
        Terraform terraform = found.orElseThrow();
        write(folder);
        terraform.init();
        terraform.apply();
        assertThat(terraform.planSeesChanges()).as("drift after apply").isFalse();
        try (LambdaClient lambda = installation.lambda()) {
            assertThat(answer(lambda, "terraform-file:live")).isEqualTo("\"one from the layer\"");
            assertThat(answer(lambda, "terraform-bucket")).isEqualTo("\"none without a layer\"");

            assertThat(answer(lambda, "terraform-signed")).isEqualTo("\"signed without a layer\"");

            String before = configuration(lambda).version();
            terraform.apply("-var=memory=256", "-var=level=two");
            assertThat(terraform.planSeesChanges("-var=memory=256", "-var=level=two")).isFalse();
            assertThat(configuration(lambda).version()).isNotEqualTo(before);
            assertThat(configuration(lambda).memorySize()).isEqualTo(256);
            assertThat(answer(lambda, "terraform-file:live")).isEqualTo("\"two from the layer\"");

            terraform.destroy();
            assertThat(
                            lambda.listFunctionsPaginator().functions().stream()
                                    .map(FunctionConfiguration::functionName))
                    .doesNotContain("terraform-file", "terraform-bucket", "terraform-signed");
            assertThat(lambda.listLayers().layers())
                    .noneMatch(layer -> layer.layerName().equals("terraform-library"));
        }
    }

    private static FunctionConfiguration configuration(LambdaClient lambda) {
        return lambda.getFunction(r -> r.functionName("terraform-file").qualifier("live"))
                .configuration();
    }

    private static String answer(LambdaClient lambda, String function) {
        return lambda.invoke(r -> r.functionName(function).payload(SdkBytes.fromUtf8String("{}")))
                .payload()
                .asUtf8String();
    }

    private static void write(Path folder) throws IOException {
        try (InputStream stack =
                Objects.requireNonNull(
                        TerraformTest.class.getResourceAsStream("/terraform/main.tf"))) {
            Files.copy(stack, folder.resolve("main.tf"));
        }
        SdkBytes function =
                Archives.zip(
                        "index.py",
                        """
                        import os
                        try:
                            import library
                            SOURCE = library.NAME
                        except ImportError:
                            SOURCE = "without a layer"
                        def handler(event, context):
                            return os.environ.get("LEVEL", "none") + " " + SOURCE
                        """);
        SdkBytes layer = Archives.zip("python/library.py", "NAME = 'from the layer'\n");
        Files.write(folder.resolve("function.zip"), function.asByteArrayUnsafe());
        Files.write(folder.resolve("layer.zip"), layer.asByteArrayUnsafe());
    }
}
