package dev.cloister.functions.wire;

import static org.assertj.core.api.Assertions.assertThat;

import dev.cloister.functions.Installation;
import java.util.Map;
import java.util.Optional;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.Test;
import software.amazon.awssdk.core.SdkPojo;
import software.amazon.awssdk.services.lambda.model.CreateAliasRequest;
import software.amazon.awssdk.services.lambda.model.CreateAliasResponse;
import software.amazon.awssdk.services.lambda.model.DeleteAliasRequest;
import software.amazon.awssdk.services.lambda.model.DeleteFunctionRequest;
import software.amazon.awssdk.services.lambda.model.DeleteFunctionResponse;
import software.amazon.awssdk.services.lambda.model.GetAliasRequest;
import software.amazon.awssdk.services.lambda.model.GetAliasResponse;
import software.amazon.awssdk.services.lambda.model.GetFunctionConfigurationRequest;
import software.amazon.awssdk.services.lambda.model.GetFunctionConfigurationResponse;
import software.amazon.awssdk.services.lambda.model.PublishVersionRequest;
import software.amazon.awssdk.services.lambda.model.PublishVersionResponse;
import software.amazon.awssdk.services.lambda.model.UpdateAliasRequest;
import software.amazon.awssdk.services.lambda.model.UpdateAliasResponse;

class VersionsAndAliasesTest extends OperationsTest {
    private static final String IPV = "InvalidParameterValueException";
    private static final String NOT_FOUND = "ResourceNotFoundException";

    private PublishVersionResponse publish(UnaryOperator<PublishVersionRequest.Builder> change) {
        return lambda.call(
                change.apply(PublishVersionRequest.builder().functionName("hello")).build(),
                PublishVersionResponse.class);
    }

    private PublishVersionResponse publish() {
        return publish(UnaryOperator.identity());
    }

    private CreateAliasResponse alias(String name, String version) {
        return lambda.call(
                CreateAliasRequest.builder()
                        .functionName("hello")
                        .name(name)
                        .functionVersion(version)
                        .build(),
                CreateAliasResponse.class);
    }

    private GetFunctionConfigurationResponse configuration(String qualifier) {
        return lambda.call(
                GetFunctionConfigurationRequest.builder()
                        .functionName("hello")
                        .qualifier(qualifier)
                        .build(),
                GetFunctionConfigurationResponse.class);
    }

    private void change(int timeout) {
        configure(c -> c.timeout(timeout));
        lambda.settled("hello");
    }

    private void delete(String qualifier) {
        lambda.call(
                DeleteFunctionRequest.builder().functionName("hello").qualifier(qualifier).build(),
                DeleteFunctionResponse.class);
    }

    @Test
    void publishesActiveVersionsThatNeverChange() {
        active();
        String latest = lambda.settled("hello").revisionId();
        PublishVersionResponse one = publish(p -> p.description("first"));
        assertThat(one.version()).isEqualTo("1");
        assertThat(one.functionArn()).isEqualTo(ARN + ":1");
        assertThat(one.stateAsString()).isEqualTo("Active");
        assertThat(one.description()).isEqualTo("first");
        assertThat(lambda.settled("hello").revisionId()).isNotEqualTo(latest);
        change(9);
        GetFunctionConfigurationResponse now = configuration("1");
        assertThat(now.timeout()).isEqualTo(3);
        assertThat(now.revisionId()).isEqualTo(one.revisionId());
        assertThat(configuration("$LATEST").timeout()).isEqualTo(9);
        assertThat(configuration("$LATEST").functionArn()).isEqualTo(ARN + ":$LATEST");
    }

    @Test
    void answersTheSameVersionIfNothingHasChanged() {
        active();
        PublishVersionResponse one = publish(p -> p.description("mine"));
        PublishVersionResponse again = publish();
        assertThat(again).isEqualTo(one);
        change(3);
        assertThat(publish().version()).isEqualTo("1");
        change(4);
        assertThat(publish().version()).isEqualTo("2");
        change(3);
        assertThat(publish().version()).isEqualTo("3");
    }

    @Test
    void neverUsesANumberAgain() {
        active();
        publish();
        delete("1");
        assertThat(publish().version()).isEqualTo("2");
        lambda.call(DeleteFunctionRequest.builder().functionName("hello").build(), SdkPojo.class);
        active();
        assertThat(publish().version()).isEqualTo("3");
        lambda.restart();
        change(20);
        assertThat(publish().version()).isEqualTo("4");
    }

    @Test
    void publishingChecksItsPreconditions() {
        active();
        String sha = lambda.settled("hello").codeSha256();
        assertRefused(
                PublishVersionRequest.builder().functionName("hello").codeSha256("x").build(),
                IPV,
                "CodeSHA256 (x) is different from current CodeSHA256 in $LATEST ("
                        + sha
                        + "). Please try again with the CodeSHA256 in $LATEST.");
        assertRefused(
                PublishVersionRequest.builder().functionName("hello").revisionId("x").build(),
                "PreconditionFailedException",
                "The Revision Id provided");
        assertRefused(
                PublishVersionRequest.builder()
                        .functionName("hello")
                        .publishTo("LATEST_PUBLISHED")
                        .build(),
                IPV,
                "PublishTo is not available");
        assertRefused(
                PublishVersionRequest.builder().functionName("absent").build(),
                NOT_FOUND,
                "Function not found: arn:aws:lambda:us-east-1:123456789012:function:absent");
        String revision = lambda.settled("hello").revisionId();
        assertThat(publish(p -> p.codeSha256(sha).revisionId(revision)).version()).isEqualTo("1");
    }

    @Test
    void deletesVersionsButNotWhatIsNeeded() {
        active();
        publish();
        change(5);
        publish();
        alias("live", "1");
        assertRefused(
                DeleteFunctionRequest.builder().functionName("hello").qualifier("1").build(),
                "ResourceConflictException",
                "Version 1 is referenced by aliases [live]");
        assertRefused(
                DeleteFunctionRequest.builder().functionName("hello:$LATEST").build(),
                IPV,
                "$LATEST version cannot be deleted without deleting the function.");
        assertRefused(
                DeleteFunctionRequest.builder().functionName("hello").qualifier("live").build(),
                IPV,
                "Deletion of aliases is not currently supported.");
        delete("2");
        delete("77");
        assertRefused(
                GetFunctionConfigurationRequest.builder().functionName("hello:2").build(),
                NOT_FOUND,
                "Function not found: " + ARN + ":2");
        assertRefused(
                DeleteFunctionRequest.builder().functionName("absent").qualifier("1").build(),
                NOT_FOUND,
                "Function not found: arn:aws:lambda:us-east-1:123456789012:function:absent");
        assertThat(lambda.retired()).anyMatch(gone -> gone.version().equals("2"));
    }

    @Test
    void deletingAFunctionTakesEverythingOfIt() {
        active();
        publish();
        alias("live", "1");
        lambda.call(DeleteFunctionRequest.builder().functionName("hello").build(), SdkPojo.class);
        assertThat(lambda.functions().versions()).isEmpty();
        assertThat(lambda.artifactNames()).isEmpty();
        assertRefused(
                GetAliasRequest.builder().functionName("hello").name("live").build(),
                NOT_FOUND,
                "Function not found: " + ARN);
        assertRefused(
                DeleteFunctionRequest.builder().functionName("hello").build(),
                NOT_FOUND,
                "Function not found: " + ARN);
        lambda.restart();
        assertThat(lambda.functions().versions()).isEmpty();
        active();
        assertThat(configuration("$LATEST").version()).isEqualTo("$LATEST");
    }

    @Test
    void aliasesPointAtVersions() {
        active();
        publish();
        String latest = lambda.settled("hello").revisionId();
        CreateAliasResponse made = alias("live", "1");
        assertThat(made.aliasArn()).isEqualTo(ARN + ":live");
        assertThat(made.functionVersion()).isEqualTo("1");
        assertThat(made.description()).isEmpty();
        assertThat(made.routingConfig()).isNull();
        assertThat(lambda.settled("hello").revisionId()).isEqualTo(latest);
        GetFunctionConfigurationResponse through = configuration("live");
        assertThat(through.functionArn()).isEqualTo(ARN + ":live");
        assertThat(through.version()).isEqualTo("1");
        UpdateAliasResponse moved =
                lambda.call(
                        UpdateAliasRequest.builder()
                                .functionName("hello")
                                .name("live")
                                .functionVersion("$LATEST")
                                .description("now latest")
                                .revisionId(made.revisionId())
                                .build(),
                        UpdateAliasResponse.class);
        assertThat(moved.functionVersion()).isEqualTo("$LATEST");
        assertThat(moved.revisionId()).isNotEqualTo(made.revisionId());
        lambda.restart();
        GetAliasResponse kept =
                lambda.call(
                        GetAliasRequest.builder().functionName("hello").name("live").build(),
                        GetAliasResponse.class);
        assertThat(kept.description()).isEqualTo("now latest");
        assertThat(kept.revisionId()).isEqualTo(moved.revisionId());
        DeleteAliasRequest delete =
                DeleteAliasRequest.builder().functionName("hello").name("live").build();
        lambda.call(delete, SdkPojo.class);
        lambda.call(delete, SdkPojo.class);
        assertRefused(
                GetAliasRequest.builder().functionName("hello").name("live").build(),
                NOT_FOUND,
                "Cannot find alias arn: " + ARN + ":live");
        assertRefused(
                GetFunctionConfigurationRequest.builder().functionName("hello:live").build(),
                NOT_FOUND,
                "Function not found: " + ARN + ":live");
    }

    @Test
    void aliasesRefuseWhatAwsRefuses() {
        active();
        publish();
        change(8);
        publish();
        alias("live", "1");
        CreateAliasRequest.Builder create = CreateAliasRequest.builder().functionName("hello");
        assertRefused(
                create.name("live").functionVersion("1").build(),
                "ResourceConflictException",
                "Alias already exists: " + ARN + ":live");
        assertRefused(
                create.name("other").functionVersion("10").build(),
                NOT_FOUND,
                "Function not found: " + ARN + ":10");
        assertRefused(
                create.name("12").functionVersion("1").build(),
                "ValidationException",
                "Value '12' at 'name' failed to satisfy constraint: Member must satisfy regular"
                        + " expression pattern: (?!^[0-9]+$)([a-zA-Z0-9-_]+)");
        assertRefused(
                create.name("n".repeat(129)).functionVersion("1").build(),
                "ValidationException",
                "Member must have length less than or equal to 128");
        assertRefused(
                UpdateAliasRequest.builder().functionName("hello").name("absent").build(),
                NOT_FOUND,
                "Alias not found: " + ARN + ":absent");
        assertRefused(
                UpdateAliasRequest.builder()
                        .functionName("hello")
                        .name("live")
                        .revisionId("x")
                        .build(),
                "PreconditionFailedException",
                "The Revision Id provided");
        assertRouting(
                "1",
                Map.of("1", 0.5),
                IPV,
                "Invalid function version 1. Function version 1 is already included in routing configuration.");
        assertRouting(
                "1",
                Map.of("1", 0.5, "2", 0.1),
                IPV,
                "Number of items in AdditionalVersionWeights cannot be greater than 1");
        assertRouting(
                "1",
                Map.of("$LATEST", 0.5),
                "ValidationException",
                "Map keys must satisfy constraint");
        assertRouting(
                "1", Map.of("2", 1.5), "ValidationException", "Map value must satisfy constraint");
        assertRouting("1", Map.of("9", 0.5), NOT_FOUND, "Function not found: " + ARN + ":9");
        assertRouting(
                "$LATEST",
                Map.of("1", 0.5),
                IPV,
                "$LATEST is not supported for an alias pointing to more than 1 version");
    }

    private void assertRouting(
            String version, Map<String, Double> weights, String code, String message) {
        assertRefused(
                UpdateAliasRequest.builder()
                        .functionName("hello")
                        .name("live")
                        .functionVersion(version)
                        .routingConfig(r -> r.additionalVersionWeights(weights))
                        .build(),
                code,
                message);
    }

    @Test
    void weightedAliasesChooseByChance() {
        active();
        publish();
        change(8);
        publish();
        alias("live", "1");
        UpdateAliasRequest.Builder update =
                UpdateAliasRequest.builder().functionName("hello").name("live");
        UpdateAliasResponse split =
                lambda.call(
                        update.routingConfig(r -> r.additionalVersionWeights(Map.of("2", 0.3)))
                                .build(),
                        UpdateAliasResponse.class);
        assertThat(split.routingConfig().additionalVersionWeights())
                .containsExactly(Map.entry("2", 0.3));
        lambda.chance = 0.29;
        assertThat(resolved()).isEqualTo("2");
        lambda.chance = 0.3;
        assertThat(resolved()).isEqualTo("1");
        assertRefused(
                DeleteFunctionRequest.builder().functionName("hello").qualifier("2").build(),
                "ResourceConflictException",
                "Version 2 is referenced");
        UpdateAliasResponse whole =
                lambda.call(
                        update.routingConfig(r -> r.additionalVersionWeights(Map.of())).build(),
                        UpdateAliasResponse.class);
        assertThat(whole.routingConfig()).isNull();
        lambda.chance = 0.0;
        assertThat(resolved()).isEqualTo("1");
    }

    private String resolved() {
        var resolved =
                lambda.functions()
                        .resolve(
                                Installation.ACCOUNT,
                                Installation.REGION,
                                "hello",
                                Optional.of("live"))
                        .orElseThrow();
        assertThat(resolved.invokedArn()).isEqualTo(ARN + ":live");
        return resolved.version().version();
    }
}
