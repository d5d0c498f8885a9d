package dev.cloister.tests.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import dev.cloister.tests.product.Installation;
import dev.cloister.tests.product.SharedInstallation;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Objects;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** Who may use a bucket, by Amazon's SDK for Python: other accounts, users, links, everybody. */
@ExtendWith(SharedInstallation.class)
final class BucketPolicyTest {
    private final Installation installation;

    BucketPolicyTest(Installation installation) {
        this.installation = installation;
    }

    @Test
    void aBucketIsOpenAsFarAsPoliciesSay(@TempDir Path folder) throws IOException {
        Path script = folder.resolve("buckets.py");
        try (InputStream in =
                Objects.requireNonNull(
                        BucketPolicyTest.class.getResourceAsStream("/boto3/buckets.py"))) {
            Files.copy(in, script);
        }
        JsonNode other =
                JsonMapper.shared()
                        .readTree(
                                installation
                                        .cloister(
                                                "accounts", "create", "buckets", "--output", "json")
                                        .checked());
        assertThat(
                        installation
                                .python(
                                        Map.of(
                                                "OTHER_KEY",
                                                other.path("AccessKeyId").asString(),
                                                "OTHER_SECRET",
                                                other.path("SecretAccessKey").asString()),
                                        script)
                                .checked()
                                .lines())
                .hasSize(5);
    }
}
