package dev.cloister.tests.e2e;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.cloister.tests.product.Installation;
import dev.cloister.tests.product.Installation.CommandResult;
import dev.cloister.tests.product.SharedInstallation;
import dev.cloister.tests.product.TestFunction;
import java.util.HashMap;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import software.amazon.awssdk.core.SdkBytes;
import software.amazon.awssdk.services.lambda.LambdaClient;
import software.amazon.awssdk.services.lambda.model.InvalidParameterValueException;
import software.amazon.awssdk.services.lambda.model.TenantIsolationMode;

/** Who is kept apart: the accounts of an installation, and the tenants of a function. */
@ExtendWith(SharedInstallation.class)
final class AccountsAndTenantsTest {
    /** Remembers who came before in this environment. */
    private static final String COUNTER =
            """
            seen = []

            def handler(event, context):
                seen.append(context.tenant_id)
                return seen
            """;

    private final Installation installation;

    AccountsAndTenantsTest(Installation installation) {
        this.installation = installation;
    }

    @Test
    void anotherAccountSeesAndTouchesNothing() {
        CommandResult created =
                installation.cloister("accounts", "create", "second", "--output", "json");
        assertThat(created.status()).as(created.output()).isZero();
        String id = member(created.output(), "AccountId");
        assertThat(id).matches("[0-9]{12}");
        assertThat(installation.cloister("accounts", "list").output())
                .contains(id)
                .contains(installation.account())
                .doesNotContain(member(created.output(), "SecretAccessKey"));
        assertThat(installation.cloister("env", "--account", id).output())
                .contains("AWS_ACCESS_KEY_ID=" + member(created.output(), "AccessKeyId"));
        assertThat(installation.cloister("env", "--account", "999999999999").status()).isEqualTo(1);

        try (LambdaClient lambda = installation.lambda();
                TestFunction function = TestFunction.python(installation, lambda, COUNTER)) {
            Map<String, String> other = new HashMap<>();
            other.put("AWS_ACCESS_KEY_ID", member(created.output(), "AccessKeyId"));
            other.put("AWS_SECRET_ACCESS_KEY", member(created.output(), "SecretAccessKey"));
            String arn =
                    "arn:aws:lambda:%s:%s:function:%s"
                            .formatted(
                                    installation.region(), installation.account(), function.name());
            assertThat(installation.aws(other, "lambda", "list-functions").output())
                    .doesNotContain(function.name());
            assertThat(
                            installation
                                    .aws(
                                            other,
                                            "lambda",
                                            "get-function",
                                            "--function-name",
                                            function.name())
                                    .output())
                    .contains("ResourceNotFoundException");
            for (String operation : new String[] {"get-function", "delete-function"}) {
                assertThat(
                                installation
                                        .aws(other, "lambda", operation, "--function-name", arn)
                                        .output())
                        .contains("AccessDeniedException");
            }
            assertThat(
                            installation
                                    .aws(
                                            other,
                                            "lambda",
                                            "invoke",
                                            "--function-name",
                                            arn,
                                            "/dev/null")
                                    .output())
                    .contains("AccessDeniedException");
            assertThat(function.call("{}")).isEqualTo("[null]");
        }
    }

    private static String member(String json, String name) {
        Matcher matcher = Pattern.compile("\"" + name + "\":\"([^\"]+)\"").matcher(json);
        assertThat(matcher.find()).as(json).isTrue();
        return matcher.group(1);
    }

    @Test
    void tenantsNeverShareAnEnvironment() {
        try (LambdaClient lambda = installation.lambda();
                TestFunction function =
                        TestFunction.python(
                                installation,
                                lambda,
                                COUNTER,
                                f ->
                                        f.tenancyConfig(
                                                t ->
                                                        t.tenantIsolationMode(
                                                                TenantIsolationMode.PER_TENANT)))) {
            assertThat(call(lambda, function, "blue")).isEqualTo("[\"blue\"]");
            assertThat(call(lambda, function, "green")).isEqualTo("[\"green\"]");
            assertThat(call(lambda, function, "blue")).isEqualTo("[\"blue\", \"blue\"]");
            assertThatThrownBy(() -> function.invoke("{}"))
                    .isInstanceOf(InvalidParameterValueException.class)
                    .hasMessageContaining("Add a valid tenant ID in your request and try again.");
        }
    }

    private static String call(LambdaClient lambda, TestFunction function, String tenant) {
        return lambda.invoke(
                        r ->
                                r.functionName(function.name())
                                        .tenantId(tenant)
                                        .payload(SdkBytes.fromUtf8String("{}")))
                .payload()
                .asUtf8String();
    }
}
