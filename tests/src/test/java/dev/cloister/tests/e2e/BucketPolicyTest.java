package dev.cloister.tests.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import dev.cloister.tests.product.Installation;
import dev.cloister.tests.product.SharedInstallation;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
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
    void aBucketIsOpenAsFarAsPoliciesSay() {
        JsonNode other =
                JsonMapper.shared()
                        .readTree(
                                installation
                                        .cloister(
                                                "accounts", "create", "buckets", "--output", "json")
                                        .checked());
        assertThat(
                        installation.boto3(
                                "buckets.py",
                                Map.of(
                                        "OTHER_KEY",
                                        other.path("AccessKeyId").asString(),
                                        "OTHER_SECRET",
                                        other.path("SecretAccessKey").asString())))
                .hasSize(5);
    }
}
