package dev.cloister.tests.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import dev.cloister.tests.product.Installation;
import dev.cloister.tests.product.SharedInstallation;
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
    void everyOperationOfEveryServiceIsDeniedWithoutItsActionAndAllowedWithIt() {
        assertThat(installation.boto3("every_operation.py", Map.of()))
                .extracting(line -> line.split(" ", -1)[0])
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
