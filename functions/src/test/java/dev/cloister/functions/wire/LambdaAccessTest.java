package dev.cloister.functions.wire;

import static org.assertj.core.api.Assertions.assertThat;

import dev.cloister.api.AccessCheck;
import dev.cloister.api.AccessInput;
import dev.cloister.api.AccessRule;
import dev.cloister.api.AccountId;
import dev.cloister.api.AwsError;
import dev.cloister.api.Principal;
import dev.cloister.api.Region;
import dev.cloister.api.RequestContext;
import dev.cloister.api.facts.ServiceFacts;
import java.net.InetAddress;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import org.junit.jupiter.api.Test;
import software.amazon.awssdk.core.SdkPojo;
import software.amazon.awssdk.services.lambda.model.AddPermissionRequest;
import software.amazon.awssdk.services.lambda.model.CreateFunctionRequest;
import software.amazon.awssdk.services.lambda.model.GetFunctionRequest;
import software.amazon.awssdk.services.lambda.model.GetLayerVersionRequest;
import software.amazon.awssdk.services.lambda.model.TagResourceRequest;
import software.amazon.awssdk.utils.builder.Buildable;

final class LambdaAccessTest {
    private static final String FUNCTION = "arn:aws:lambda:us-east-1:123456789012:function:f";
    private static final RequestContext CONTEXT =
            new RequestContext(
                    UUID.randomUUID(),
                    new Principal(
                            new AccountId("123456789012"),
                            "arn:aws:iam::123456789012:root",
                            "123456789012",
                            "AKIAEXAMPLE"),
                    new Region("us-east-1"),
                    Instant.EPOCH,
                    InetAddress.getLoopbackAddress(),
                    "http://127.0.0.1:4566");

    /** Of one that is deprecated and of ones that are newer than it, the SDK has no types. */
    private static final Set<String> WITHOUT_TYPES =
            Set.of("InvokeAsync", "PutResourcePolicy", "GetResourcePolicy", "DeleteResourcePolicy");

    private static List<AccessCheck> checks(String operation, SdkPojo input) {
        return LambdaAccess.table()
                .rule(operation)
                .orElseThrow()
                .checks(AccessInput.of(input), CONTEXT);
    }

    @Test
    void everyOperationOfTheModelHasARule() {
        assertThat(ServiceFacts.load("/facts/lambda.json").operations().keySet())
                .allMatch(name -> LambdaAccess.table().rule(name).isPresent());
    }

    /** A rule that asks for a member that its request doesn't have would fail every call. */
    @Test
    void everyRuleReadsMembersThatThereAre() throws ReflectiveOperationException {
        for (String name : ServiceFacts.load("/facts/lambda.json").operations().keySet()) {
            if (WITHOUT_TYPES.contains(name)) {
                continue;
            }
            AccessRule rule = LambdaAccess.table().rule(name).orElseThrow();
            Object builder =
                    Class.forName(
                                    "software.amazon.awssdk.services.lambda.model."
                                            + name
                                            + "Request")
                            .getMethod("builder")
                            .invoke(null);
            SdkPojo empty = (SdkPojo) ((Buildable) builder).build();
            try {
                assertThat(rule.checks(AccessInput.of(empty), CONTEXT)).as(name).isNotEmpty();
            } catch (AwsError e) {
                assertThat(e.status()).as(name).isLessThan(500);
            }
        }
    }

    @Test
    void aFunctionsSpellingsAreOneResource() {
        for (String name :
                List.of("f", "function:f", "123456789012:function:f", "123456789012:f", FUNCTION)) {
            assertThat(
                            checks(
                                    "GetFunction",
                                    GetFunctionRequest.builder().functionName(name).build()))
                    .as(name)
                    .containsExactly(AccessCheck.of("lambda:GetFunction", FUNCTION));
        }
        assertThat(
                        checks(
                                "GetFunction",
                                GetFunctionRequest.builder()
                                        .functionName("f")
                                        .qualifier("live")
                                        .build()))
                .extracting(AccessCheck::resource)
                .containsExactly(FUNCTION + ":live");
        assertThat(
                        checks(
                                "TagResource",
                                TagResourceRequest.builder()
                                        .resource(FUNCTION.replace("arn:aws:", "arn::"))
                                        .build()))
                .extracting(AccessCheck::resource)
                .containsExactly(FUNCTION);
    }

    @Test
    void creatingNeedsTheRoleTheLayersAndTheTags() {
        List<AccessCheck> checks =
                checks(
                        "CreateFunction",
                        CreateFunctionRequest.builder()
                                .functionName("f")
                                .role("arn:aws:iam::123456789012:role/r")
                                .layers("arn:aws:lambda:us-east-1:210987654321:layer:l:1")
                                .tags(Map.of("team", "red"))
                                .build());
        assertThat(checks)
                .extracting(AccessCheck::action)
                .containsExactly(
                        "lambda:CreateFunction",
                        "lambda:TagResource",
                        "iam:PassRole",
                        "lambda:GetLayerVersion");
        assertThat(checks.getFirst().keys())
                .containsEntry("aws:RequestTag/team", List.of("red"))
                .containsEntry("aws:TagKeys", List.of("team"))
                .containsEntry(
                        "lambda:Layer", List.of("arn:aws:lambda:us-east-1:210987654321:layer:l:1"));
        assertThat(checks.get(2).keys())
                .containsEntry("iam:PassedToService", List.of("lambda.amazonaws.com"));
        assertThat(checks.get(3).owner()).isEmpty();
    }

    @Test
    void conditionsSeeWhoIsLetIn() {
        assertThat(
                        checks(
                                        "AddPermission",
                                        AddPermissionRequest.builder()
                                                .functionName("f")
                                                .principal("s3.amazonaws.com")
                                                .functionUrlAuthType("NONE")
                                                .build())
                                .getFirst()
                                .keys())
                .containsEntry("lambda:Principal", List.of("s3.amazonaws.com"))
                .containsEntry("lambda:FunctionUrlAuthType", List.of("NONE"));
    }

    @Test
    void aLayersVersionIsNamedByItsNumber() {
        assertThat(
                        checks(
                                "GetLayerVersion",
                                GetLayerVersionRequest.builder()
                                        .layerName("l")
                                        .versionNumber(3L)
                                        .build()))
                .extracting(AccessCheck::resource)
                .containsExactly("arn:aws:lambda:us-east-1:123456789012:layer:l:3");
    }
}
