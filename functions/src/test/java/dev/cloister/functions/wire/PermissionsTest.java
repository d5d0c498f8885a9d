package dev.cloister.functions.wire;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.cloister.functions.FaultyDatabase;
import dev.cloister.functions.FunctionKey;
import dev.cloister.functions.Installation;
import java.util.concurrent.Callable;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.UnaryOperator;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import software.amazon.awssdk.services.lambda.model.AddPermissionRequest;
import software.amazon.awssdk.services.lambda.model.AddPermissionResponse;
import software.amazon.awssdk.services.lambda.model.CreateAliasRequest;
import software.amazon.awssdk.services.lambda.model.CreateAliasResponse;
import software.amazon.awssdk.services.lambda.model.DeleteAliasRequest;
import software.amazon.awssdk.services.lambda.model.DeleteAliasResponse;
import software.amazon.awssdk.services.lambda.model.DeleteFunctionRequest;
import software.amazon.awssdk.services.lambda.model.DeleteFunctionResponse;
import software.amazon.awssdk.services.lambda.model.GetAliasRequest;
import software.amazon.awssdk.services.lambda.model.GetAliasResponse;
import software.amazon.awssdk.services.lambda.model.GetFunctionConfigurationRequest;
import software.amazon.awssdk.services.lambda.model.GetFunctionConfigurationResponse;
import software.amazon.awssdk.services.lambda.model.GetPolicyRequest;
import software.amazon.awssdk.services.lambda.model.GetPolicyResponse;
import software.amazon.awssdk.services.lambda.model.PublishVersionRequest;
import software.amazon.awssdk.services.lambda.model.PublishVersionResponse;
import software.amazon.awssdk.services.lambda.model.RemovePermissionRequest;
import software.amazon.awssdk.services.lambda.model.RemovePermissionResponse;

class PermissionsTest extends OperationsTest {
    private static final String NOT_FOUND = "ResourceNotFoundException";
    private static final String IPV = "InvalidParameterValueException";

    private static AddPermissionRequest.Builder permission(String sid) {
        return AddPermissionRequest.builder()
                .functionName("hello")
                .statementId(sid)
                .action("lambda:InvokeFunction")
                .principal("s3.amazonaws.com");
    }

    private String add(String sid, UnaryOperator<AddPermissionRequest.Builder> change) {
        return lambda.call(change.apply(permission(sid)).build(), AddPermissionResponse.class)
                .statement();
    }

    private String add(String sid) {
        return add(sid, UnaryOperator.identity());
    }

    private static GetPolicyRequest get(@Nullable String qualifier) {
        return GetPolicyRequest.builder().functionName("hello").qualifier(qualifier).build();
    }

    private GetPolicyResponse policy(@Nullable String qualifier) {
        return lambda.call(get(qualifier), GetPolicyResponse.class);
    }

    private GetPolicyResponse policy() {
        return lambda.call(
                GetPolicyRequest.builder().functionName("hello").build(), GetPolicyResponse.class);
    }

    private String revision(@Nullable String qualifier) {
        return lambda.call(
                        GetFunctionConfigurationRequest.builder()
                                .functionName("hello")
                                .qualifier(qualifier)
                                .build(),
                        GetFunctionConfigurationResponse.class)
                .revisionId();
    }

    private void remove(String sid) {
        lambda.call(removal(sid).build(), RemovePermissionResponse.class);
    }

    private static RemovePermissionRequest.Builder removal(String sid) {
        return RemovePermissionRequest.builder().functionName("hello").statementId(sid);
    }

    private void publishWithAlias(String alias) {
        lambda.call(
                PublishVersionRequest.builder().functionName("hello").build(),
                PublishVersionResponse.class);
        lambda.call(
                CreateAliasRequest.builder()
                        .functionName("hello")
                        .name(alias)
                        .functionVersion("1")
                        .build(),
                CreateAliasResponse.class);
    }

    @Test
    void writesAStatementAsAwsDoes() {
        active();
        String statement =
                add("s3", p -> p.sourceArn("arn:aws:s3:::bucket").sourceAccount("123456789012"));
        assertThat(statement)
                .isEqualTo(
                        "{\"Sid\":\"s3\",\"Effect\":\"Allow\",\"Principal\":{\"Service\":\"s3.amazonaws.com\"},"
                                + "\"Action\":\"lambda:InvokeFunction\",\"Resource\":\""
                                + ARN
                                + "\",\"Condition\":{\"StringEquals\":{\"AWS:SourceAccount\":\"123456789012\"},"
                                + "\"ArnLike\":{\"AWS:SourceArn\":\"arn:aws:s3:::bucket\"}}}");
        assertThat(policy().policy())
                .isEqualTo(
                        "{\"Version\":\"2012-10-17\",\"Id\":\"default\",\"Statement\":["
                                + statement
                                + "]}");
        String second = add("second", p -> p.principal("*"));
        assertThat(second).contains("\"Principal\":\"*\"").doesNotContain("Condition");
        assertThat(policy().policy()).endsWith("[" + statement + "," + second + "]}");
        lambda.restart();
        assertThat(policy().policy()).endsWith("[" + statement + "," + second + "]}");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "123456789012 | {\"AWS\":\"arn:aws:iam::123456789012:root\"}",
                "arn:aws:iam::123456789012:role/a/b | {\"AWS\":\"arn:aws:iam::123456789012:role/a/b\"}",
                "arn:aws:iam::123456789012:root | {\"AWS\":\"arn:aws:iam::123456789012:root\"}",
                "arn:aws:sts::123456789012:assumed-role/r/s | {\"AWS\":\"arn:aws:sts::123456789012:assumed-role/r/s\"}",
                "events.amazonaws.com | {\"Service\":\"events.amazonaws.com\"}",
                "alexa-appkit.amazon.com | {\"Service\":\"alexa-appkit.amazon.com\"}",
            })
    void writesEachKindOfPrincipal(String principal, String written) {
        active();
        assertThat(add("a", p -> p.principal(principal)))
                .contains("\"Principal\":" + written + ",");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "nobody",
                "12345678901",
                "arn:aws:s3:::bucket",
                "arn:aws:iam::1:root",
                "evil.example.com",
                "arn:aws:iam::123456789012:role/",
                "s3.amazonaws.com.evil.example"
            })
    void refusesWhatIsNoPrincipal(String principal) {
        active();
        assertRefused(
                permission("a").principal(principal).build(),
                IPV,
                "The provided principal was invalid. Please check the principal and try again.");
        assertRefused(get(null), NOT_FOUND, "The resource you requested does not exist.");
    }

    @Test
    void writesEveryCondition() {
        active();
        assertThat(add("a", p -> p.eventSourceToken("t").principalOrgID("o-1234567890")))
                .endsWith(
                        "\"Condition\":{\"StringEquals\":{\"lambda:EventSourceToken\":\"t\",\"aws:PrincipalOrgID\":\"o-1234567890\"}}}");
        assertThat(
                        add(
                                "b",
                                p ->
                                        p.action("lambda:InvokeFunctionUrl")
                                                .principal("*")
                                                .functionUrlAuthType("NONE")))
                .endsWith(
                        "\"Condition\":{\"StringEquals\":{\"lambda:FunctionUrlAuthType\":\"NONE\"}}}");
        assertThat(add("c", p -> p.principal("*").invokedViaFunctionUrl(true)))
                .endsWith("\"Condition\":{\"Bool\":{\"lambda:InvokedViaFunctionUrl\":\"true\"}}}");
        assertRefused(
                permission("d").functionUrlAuthType("NONE").build(),
                IPV,
                "FunctionUrlAuthType is only supported for lambda:InvokeFunctionUrl action");
        assertRefused(
                permission("d")
                        .action("lambda:InvokeFunctionUrl")
                        .invokedViaFunctionUrl(true)
                        .build(),
                IPV,
                "InvokedViaFunctionUrl is only supported for lambda:InvokeFunction action");
    }

    @Test
    void keepsThePoliciesOfFunctionVersionAndAliasApart() {
        active();
        publishWithAlias("live");
        assertThat(add("v", p -> p.qualifier("1"))).contains("\"Resource\":\"" + ARN + ":1\"");
        assertThat(add("a", p -> p.functionName("hello:live")))
                .contains("\"Resource\":\"" + ARN + ":live\"");
        assertRefused(get(null), NOT_FOUND, "The resource you requested does not exist.");
        assertThat(policy("1").policy()).contains("\"Sid\":\"v\"").doesNotContain("\"Sid\":\"a\"");
        assertThat(policy("live").policy()).contains("\"Sid\":\"a\"");
        assertRefused(
                permission("x").qualifier("$LATEST").build(),
                IPV,
                "We currently do not support adding policies for $LATEST.");
        assertRefused(
                permission("x").qualifier("7").build(), NOT_FOUND, "Function not found: " + ARN);
        assertRefused(
                permission("x").qualifier("gone").build(),
                NOT_FOUND,
                "Cannot find alias arn: " + ARN + ":gone");
        assertRefused(
                permission("x").functionName("other").build(), NOT_FOUND, "Function not found: ");
    }

    @Test
    void givesTheChangedObjectANewRevisionAndChecksIt() {
        active();
        publishWithAlias("live");
        String latest = revision(null);
        String one = revision("1");
        add("a");
        assertThat(revision(null)).isNotEqualTo(latest).isEqualTo(policy().revisionId());
        assertThat(revision("1")).isEqualTo(one);
        add("a", p -> p.qualifier("1").revisionId(one));
        assertThat(revision("1")).isNotEqualTo(one).isEqualTo(policy("1").revisionId());
        add("a", p -> p.qualifier("live"));
        assertThat(
                        lambda.call(
                                        GetAliasRequest.builder()
                                                .functionName("hello")
                                                .name("live")
                                                .build(),
                                        GetAliasResponse.class)
                                .revisionId())
                .isEqualTo(policy("live").revisionId());
        assertRefused(
                permission("b").revisionId(latest).build(),
                "PreconditionFailedException",
                "The Revision Id provided does not match the latest Revision Id. Call the GetPolicy"
                        + " API to retrieve the latest Revision Id");
        assertRefused(
                removal("a").revisionId(latest).build(),
                "PreconditionFailedException",
                "Call the GetFunction/GetAlias API");
        String before = policy().revisionId();
        add("c", p -> p.revisionId(before));
        assertThat(lambda.retired()).isEmpty();
    }

    @Test
    void removesStatementsAndSaysWhatIsMissing() {
        assertRefused(removal("a").build(), NOT_FOUND, "No policy found for: " + ARN);
        active();
        assertRefused(
                removal("a").build(),
                NOT_FOUND,
                "No policy is associated with the given resource.");
        add("a");
        add("b");
        assertRefused(
                permission("a").build(),
                "ResourceConflictException",
                "The statement id (a) provided already exists. Please provide a new statement id,"
                        + " or remove the existing statement.");
        assertRefused(
                removal("c").build(), NOT_FOUND, "Statement c is not found in resource policy.");
        remove("a");
        assertThat(policy().policy()).contains("\"Sid\":\"b\"").doesNotContain("\"Sid\":\"a\"");
        remove("b");
        assertRefused(get(null), NOT_FOUND, "The resource you requested does not exist.");
        lambda.restart();
        assertRefused(get(null), NOT_FOUND, "The resource you requested does not exist.");
    }

    @Test
    void keepsTheDocumentWithinItsLimit() {
        active();
        int added = 0;
        String filler = "arn:aws:s3:::" + "b".repeat(900);
        while (policySize() + 2_600 < 20_480) {
            String sid = "s" + added++;
            add(sid, p -> p.sourceArn(filler));
        }
        String before = policy().policy();
        String exact = "arn:aws:s3:::";
        int room = 20_480 - before.length() - 1 - add("probe", p -> p.sourceArn(exact)).length();
        remove("probe");
        add("probe", p -> p.sourceArn(exact + "x".repeat(room)));
        assertThat(policy().policy()).hasSize(20_480);
        remove("probe");
        assertRefused(
                permission("probe").sourceArn(exact + "x".repeat(room + 1)).build(),
                "PolicyLengthExceededException",
                "The final policy size (20481) is bigger than the limit (20480).");
        assertThat(policy().policy()).isEqualTo(before);
    }

    private int policySize() {
        return lambda.functions()
                .find(new FunctionKey(Installation.ACCOUNT, Installation.REGION, "hello"))
                .flatMap(f -> f.access().policy(java.util.Optional.empty()))
                .map(p -> p.size())
                .orElse(0);
    }

    @Test
    void policiesGoWithWhatTheyBelongTo() {
        active();
        publishWithAlias("live");
        add("a", p -> p.qualifier("live"));
        add("v", p -> p.qualifier("1"));
        add("f");
        lambda.call(
                DeleteAliasRequest.builder().functionName("hello").name("live").build(),
                DeleteAliasResponse.class);
        delete("1");
        lambda.call(
                CreateAliasRequest.builder()
                        .functionName("hello")
                        .name("live")
                        .functionVersion("$LATEST")
                        .build(),
                CreateAliasResponse.class);
        assertRefused(get("live"), NOT_FOUND, "The resource you requested does not exist.");
        assertThat(rows()).isOne();
        delete(null);
        assertThat(rows()).isZero();
        create(UnaryOperator.identity());
        assertRefused(get(null), NOT_FOUND, "The resource you requested does not exist.");
    }

    private void delete(@Nullable String qualifier) {
        lambda.call(
                DeleteFunctionRequest.builder().functionName("hello").qualifier(qualifier).build(),
                DeleteFunctionResponse.class);
    }

    private int rows() {
        return lambda.database()
                .read(
                        handle ->
                                handle.createQuery("SELECT count(*) FROM function_access_policy")
                                        .mapTo(Integer.class)
                                        .one());
    }

    @Test
    void aWriteThatFailsChangesNothing() {
        active();
        add("a");
        GetPolicyResponse before = policy();
        lambda.database().failNext(1);
        assertThatThrownBy(() -> add("b")).isInstanceOf(FaultyDatabase.FaultException.class);
        assertThat(policy()).isEqualTo(before);
        add("b");
    }

    @Test
    void ofConcurrentEditsWithOneRevisionExactlyOneWins() throws Exception {
        active();
        add("first");
        String revision = policy().revisionId();
        AtomicInteger won = new AtomicInteger();
        try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
            threads.invokeAll(
                    IntStream.range(0, 16)
                            .mapToObj(
                                    n ->
                                            (Callable<Integer>)
                                                    () -> {
                                                        add("n" + n, p -> p.revisionId(revision));
                                                        return won.incrementAndGet();
                                                    })
                            .toList());
        }
        assertThat(won).hasValue(1);
    }
}
