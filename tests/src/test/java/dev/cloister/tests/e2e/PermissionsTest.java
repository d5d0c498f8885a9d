package dev.cloister.tests.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import dev.cloister.tests.product.Installation;
import dev.cloister.tests.product.SharedInstallation;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

/** Users, roles and sessions on the running product, by Amazon's SDK for Python. */
@ExtendWith(SharedInstallation.class)
final class PermissionsTest {
    private final Installation installation;

    PermissionsTest(Installation installation) {
        this.installation = installation;
    }

    @Test
    void everybodyMayDoWhatPoliciesSayAndNothingElse(@TempDir Path folder) throws IOException {
        assertThat(run(folder, "permissions.py")).hasSize(10);
    }

    @Test
    void everyOperationOfEveryServiceIsDeniedWithoutItsActionAndAllowedWithIt(@TempDir Path folder)
            throws IOException {
        assertThat(run(folder, "every_operation.py"))
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
    void acrossAccountsBothSidesHaveToAllow(@TempDir Path folder) throws IOException {
        String created =
                installation.cloister("accounts", "create", "guests", "--output", "json").checked();
        Map<String, String> other =
                Map.of(
                        "OTHER_ACCESS_KEY_ID", member(created, "AccessKeyId"),
                        "OTHER_SECRET_ACCESS_KEY", member(created, "SecretAccessKey"));
        assertThat(run(folder, "across_accounts.py", other))
                .containsExactly("function", "role", "layer", "function with a layer", "key");
    }

    private static String member(String json, String name) {
        Matcher matcher = Pattern.compile("\"" + name + "\":\"([^\"]+)\"").matcher(json);
        assertThat(matcher.find()).as(json).isTrue();
        return matcher.group(1);
    }

    private List<String> run(Path folder, String name) throws IOException {
        return run(folder, name, Map.of());
    }

    private List<String> run(Path folder, String name, Map<String, String> more)
            throws IOException {
        Path script = folder.resolve(name);
        try (InputStream in =
                Objects.requireNonNull(
                        PermissionsTest.class.getResourceAsStream("/boto3/" + name))) {
            Files.copy(in, script);
        }
        return installation.python(more, script).checked().lines().toList();
    }
}
