package dev.cloister.tests.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import dev.cloister.tests.product.Installation;
import dev.cloister.tests.product.SharedInstallation;
import java.io.IOException;
import java.nio.file.Files;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** Users, roles and sessions on the running product, by Amazon's SDK for Python. */
@ExtendWith(SharedInstallation.class)
final class PermissionsTest {
    private final Installation installation;

    PermissionsTest(Installation installation) {
        this.installation = installation;
    }

    @Test
    void everybodyMayDoWhatPoliciesSayAndNothingElse() {
        assertThat(installation.boto3("permissions.py", Map.of())).hasSize(10);
    }

    @Test
    void everyOperationOfEveryServiceIsDeniedWithoutItsActionAndAllowedWithIt() throws IOException {
        List<String> services = installation.boto3("every_operation.py", Map.of());
        assertThat(services)
                .extracting(line -> line.substring(0, line.indexOf(' ')))
                .containsExactly(
                        "lambda",
                        "iam",
                        "sts",
                        "kms",
                        "logs",
                        "s3",
                        "signer",
                        "secretsmanager",
                        "ssm");
        int operations =
                services.stream()
                        .mapToInt(line -> Integer.parseInt(line.substring(line.indexOf(' ') + 1)))
                        .sum();
        // Each denial is in the server's log; three operations are open to whoever signs.
        assertThat(
                        Files.readAllLines(installation.data().resolve("log/server.log")).stream()
                                .filter(line -> line.contains("event=AccessDenied")))
                .hasSizeGreaterThanOrEqualTo(operations - 3);
    }

    @Test
    void acrossAccountsBothSidesHaveToAllow() {
        String created =
                installation.cloister("accounts", "create", "guests", "--output", "json").checked();
        Map<String, String> other =
                Map.of(
                        "OTHER_ACCESS_KEY_ID", member(created, "AccessKeyId"),
                        "OTHER_SECRET_ACCESS_KEY", member(created, "SecretAccessKey"));
        assertThat(installation.boto3("across_accounts.py", other))
                .containsExactly(
                        "function", "role", "layer", "function with a layer", "key", "secret");
    }

    private static String member(String json, String name) {
        Matcher matcher = Pattern.compile("\"" + name + "\":\"([^\"]+)\"").matcher(json);
        assertThat(matcher.find()).as(json).isTrue();
        return matcher.group(1);
    }
}
