package dev.cloister.tests.e2e;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.cloister.tests.product.Archives;
import dev.cloister.tests.product.Installation;
import dev.cloister.tests.product.SharedInstallation;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import software.amazon.awssdk.core.sync.RequestBody;
import software.amazon.awssdk.services.lambda.LambdaClient;
import software.amazon.awssdk.services.lambda.model.InvalidParameterValueException;
import software.amazon.awssdk.services.s3.S3Client;

/** Code from a store besides the installation: here the buckets of another one. */
@ExtendWith(SharedInstallation.class)
final class ExternalStoreTest {
    private final Installation store;

    ExternalStoreTest(Installation store) {
        this.store = store;
    }

    @Test
    void codeComesFromTheStoreAndItsErrorsAreTold(@TempDir Path folder) throws IOException {
        Path credentials =
                Files.writeString(
                        folder.resolve("store"),
                        "AWS_ACCESS_KEY_ID=%s%nAWS_SECRET_ACCESS_KEY=%s%n"
                                .formatted(
                                        store.variable("AWS_ACCESS_KEY_ID"),
                                        store.variable("AWS_SECRET_ACCESS_KEY")));
        try (S3Client s3 = store.s3();
                Installation installation = Installation.inNewFolder()) {
            s3.createBucket(r -> r.bucket("external-code"));
            s3.putObject(
                    r -> r.bucket("external-code").key("dir/a +ü.zip"),
                    RequestBody.fromBytes(
                            Archives.zip("index.py", "def handler(e, c):\n    return 'external'")
                                    .asByteArrayUnsafe()));
            installation.up(
                    "--no-sample",
                    "--set",
                    "code.store-endpoint=" + store.endpoint(),
                    "--set",
                    "code.store-credentials=" + credentials);
            try (LambdaClient lambda = installation.lambda()) {
                create(installation, lambda, "external-code", "dir/a +ü.zip");
                lambda.waiter().waitUntilFunctionActiveV2(r -> r.functionName("external"));
                assertThat(lambda.invoke(r -> r.functionName("external")).payload().asUtf8String())
                        .isEqualTo("\"external\"");
                assertThatThrownBy(() -> create(installation, lambda, "external-code", "none"))
                        .isInstanceOf(InvalidParameterValueException.class)
                        .hasMessageContaining(
                                "Error occurred while GetObject. S3 Error Code: NoSuchKey. S3 Error"
                                        + " Message: The specified key does not exist.");
            }
            assertThat(installation.cloister("logs").output())
                    .doesNotContain(store.variable("AWS_SECRET_ACCESS_KEY"));
            s3.deleteObject(r -> r.bucket("external-code").key("dir/a +ü.zip"));
            s3.deleteBucket(r -> r.bucket("external-code"));
        }
    }

    private static void create(
            Installation installation, LambdaClient lambda, String bucket, String key) {
        lambda.createFunction(
                r ->
                        r.functionName("external")
                                .runtime("python3.13")
                                .handler("index.handler")
                                .role(installation.role())
                                .code(c -> c.s3Bucket(bucket).s3Key(key)));
    }
}
