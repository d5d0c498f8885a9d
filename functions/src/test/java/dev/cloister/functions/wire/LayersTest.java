package dev.cloister.functions.wire;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.cloister.api.AccountId;
import dev.cloister.api.AwsError;
import dev.cloister.api.Region;
import dev.cloister.api.RequestContext;
import dev.cloister.functions.Installation;
import dev.cloister.functions.code.Zips;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import software.amazon.awssdk.core.SdkBytes;
import software.amazon.awssdk.core.SdkPojo;
import software.amazon.awssdk.services.lambda.model.AddLayerVersionPermissionRequest;
import software.amazon.awssdk.services.lambda.model.AddLayerVersionPermissionResponse;
import software.amazon.awssdk.services.lambda.model.DeleteLayerVersionRequest;
import software.amazon.awssdk.services.lambda.model.GetAccountSettingsRequest;
import software.amazon.awssdk.services.lambda.model.GetAccountSettingsResponse;
import software.amazon.awssdk.services.lambda.model.GetLayerVersionByArnRequest;
import software.amazon.awssdk.services.lambda.model.GetLayerVersionByArnResponse;
import software.amazon.awssdk.services.lambda.model.GetLayerVersionPolicyRequest;
import software.amazon.awssdk.services.lambda.model.GetLayerVersionPolicyResponse;
import software.amazon.awssdk.services.lambda.model.GetLayerVersionRequest;
import software.amazon.awssdk.services.lambda.model.GetLayerVersionResponse;
import software.amazon.awssdk.services.lambda.model.LayerVersionsListItem;
import software.amazon.awssdk.services.lambda.model.LayersListItem;
import software.amazon.awssdk.services.lambda.model.ListLayerVersionsRequest;
import software.amazon.awssdk.services.lambda.model.ListLayerVersionsResponse;
import software.amazon.awssdk.services.lambda.model.ListLayersRequest;
import software.amazon.awssdk.services.lambda.model.ListLayersResponse;
import software.amazon.awssdk.services.lambda.model.PublishLayerVersionRequest;
import software.amazon.awssdk.services.lambda.model.PublishLayerVersionResponse;
import software.amazon.awssdk.services.lambda.model.RemoveLayerVersionPermissionRequest;

/** Layer versions and their policies, without functions. */
final class LayersTest extends OperationsTest {
    private static final String ARN = "arn:aws:lambda:us-east-1:123456789012:layer:";
    private static final AccountId OTHER = new AccountId("210987654321");
    private static final RequestContext STRANGER = Installation.context(OTHER, Installation.REGION);
    private static final byte[] LAYER = Zips.of(Map.of("python/shared.py", "x = 1"));

    private static PublishLayerVersionRequest.Builder layer(String name) {
        return PublishLayerVersionRequest.builder()
                .layerName(name)
                .content(content -> content.zipFile(SdkBytes.fromByteArray(LAYER)));
    }

    private PublishLayerVersionResponse publish(PublishLayerVersionRequest.Builder request) {
        return lambda.call(request.build(), PublishLayerVersionResponse.class);
    }

    private void delete(String name, long version) {
        var _ =
                lambda.call(
                        DeleteLayerVersionRequest.builder()
                                .layerName(name)
                                .versionNumber(version)
                                .build(),
                        SdkPojo.class);
    }

    private static GetLayerVersionRequest get(String name, long version) {
        return GetLayerVersionRequest.builder().layerName(name).versionNumber(version).build();
    }

    private static AddLayerVersionPermissionRequest.Builder permission(String sid) {
        return AddLayerVersionPermissionRequest.builder()
                .layerName("l")
                .versionNumber(1L)
                .statementId(sid)
                .action("lambda:GetLayerVersion")
                .principal("*");
    }

    private AddLayerVersionPermissionResponse allow(
            AddLayerVersionPermissionRequest.Builder request) {
        return lambda.call(request.build(), AddLayerVersionPermissionResponse.class);
    }

    private void assertDenied(SdkPojo request, RequestContext context, String resource) {
        assertThatThrownBy(() -> lambda.call(request, SdkPojo.class, context))
                .isInstanceOfSatisfying(
                        AwsError.class,
                        e -> {
                            assertThat(e.code()).isEqualTo("AccessDeniedException");
                            assertThat(e.message())
                                    .startsWith("User: " + context.principal().arn())
                                    .contains("on resource: " + resource + " because");
                        });
    }

    @Test
    void publishesAndShowsVersions() {
        PublishLayerVersionResponse bare = publish(layer("l"));

        assertThat(bare.layerArn()).isEqualTo(ARN + "l");
        assertThat(bare.layerVersionArn()).isEqualTo(ARN + "l:1");
        assertThat(bare.version()).isEqualTo(1);
        assertThat(bare.description()).isEmpty();
        assertThat(bare.createdDate()).isEqualTo("2026-11-23T10:00:00.123+0000");
        assertThat(bare.licenseInfo()).isNull();
        assertThat(bare.hasCompatibleRuntimes()).isFalse();
        assertThat(bare.hasCompatibleArchitectures()).isFalse();
        assertThat(bare.content().codeSize()).isEqualTo(LAYER.length);
        assertThat(bare.content().codeSha256()).hasSize(44);
        assertThat(bare.content().location()).startsWith("http://127.0.0.1:4566/_cloister/code/");

        PublishLayerVersionResponse full =
                publish(
                        layer(ARN + "l")
                                .description("d")
                                .licenseInfo("MIT")
                                .compatibleRuntimesWithStrings("python3.13", "python3.11")
                                .compatibleArchitecturesWithStrings("x86_64"));

        assertThat(full.version()).isEqualTo(2);
        lambda.restart();
        assertThat(lambda.artifactNames()).as("both versions' archive").hasSize(1);
        GetLayerVersionResponse read = lambda.call(get("l", 2), GetLayerVersionResponse.class);
        assertThat(read.toBuilder().content(full.content()).build())
                .isEqualTo(Responses.copy(full, GetLayerVersionResponse.builder()).build());
        assertThat(
                        lambda.call(
                                        GetLayerVersionByArnRequest.builder()
                                                .arn(ARN + "l:2")
                                                .build(),
                                        GetLayerVersionByArnResponse.class)
                                .licenseInfo())
                .isEqualTo("MIT");
    }

    @Test
    void neverGivesANumberTwice() {
        var _ = publish(layer("l"));
        var _ = publish(layer("l"));
        delete("l", 2);
        delete("l", 1);
        lambda.restart();

        assertThat(publish(layer("l")).version()).isEqualTo(3);
        assertRefused(
                get("l", 1), "ResourceNotFoundException", "The resource you requested does not");
    }

    @Test
    void deletesWhatIsNotThereAndKeepsAnArchiveThatAnotherVersionHas() {
        var _ = publish(layer("l"));
        var _ = publish(layer("m"));
        assertThat(lambda.artifactNames()).hasSize(1);
        delete("none", 7);
        delete("l", 1);
        assertThat(lambda.artifactNames()).hasSize(1);
        delete("m", 1);
        assertThat(lambda.artifactNames()).isEmpty();
        assertRefused(
                DeleteLayerVersionRequest.builder().layerName("l").versionNumber(0L).build(),
                "InvalidParameterValueException",
                "Layer Version Cannot be less than 1");
        assertRefused(
                get("l", -1),
                "InvalidParameterValueException",
                "Layer Version Cannot be less than 1");
    }

    @Test
    void listsNewestFirstInPagesByWhatVersionsSay() {
        IntStream.range(0, 5)
                .forEach(
                        i -> {
                            var _ =
                                    publish(
                                            layer("l")
                                                    .compatibleRuntimesWithStrings(
                                                            i % 2 == 0
                                                                    ? "python3.13"
                                                                    : "nodejs22.x")
                                                    .compatibleArchitecturesWithStrings(
                                                            i == 0 ? "arm64" : "x86_64"));
                        });
        var _ = publish(layer("a"));

        assertThat(numbers(ListLayerVersionsRequest.builder().layerName("l").maxItems(2)))
                .containsExactly(5L, 4L, 3L, 2L, 1L);
        assertThat(publish(layer("l")).version()).isEqualTo(9);
        assertThat(
                        numbers(
                                ListLayerVersionsRequest.builder()
                                        .layerName(ARN + "l")
                                        .compatibleRuntime("python3.13")
                                        .compatibleArchitecture("x86_64")
                                        .maxItems(1)))
                .containsExactly(5L, 3L);
        assertThat(numbers(ListLayerVersionsRequest.builder().layerName("none"))).isEmpty();
        ListLayersResponse all =
                lambda.call(ListLayersRequest.builder().build(), ListLayersResponse.class);
        assertThat(all.layers()).extracting(LayersListItem::layerName).containsExactly("a", "l");
        assertThat(all.layers().getLast().latestMatchingVersion().version()).isGreaterThan(5);
        ListLayersResponse node =
                lambda.call(
                        ListLayersRequest.builder().compatibleRuntime("nodejs22.x").build(),
                        ListLayersResponse.class);
        assertThat(node.layers()).hasSize(1);
        assertThat(node.layers().getFirst().latestMatchingVersion().version()).isEqualTo(4);
        assertThat(
                        lambda.call(
                                        ListLayersRequest.builder().build(),
                                        ListLayersResponse.class,
                                        Installation.context(
                                                Installation.ACCOUNT, new Region("eu-west-1")))
                                .layers())
                .isEmpty();
        assertRefused(
                ListLayerVersionsRequest.builder().layerName("l").marker("MTp4").build(),
                "InvalidParameterValueException",
                "marker");
    }

    private List<Long> numbers(ListLayerVersionsRequest.Builder request) {
        List<Long> numbers = new ArrayList<>();
        Optional<String> marker = Optional.empty();
        do {
            marker.ifPresent(request::marker);
            ListLayerVersionsResponse page =
                    lambda.call(request.build(), ListLayerVersionsResponse.class);
            page.layerVersions().stream().map(LayerVersionsListItem::version).forEach(numbers::add);
            // A version that comes meanwhile does not shift the pages.
            var _ = publish(layer("l").compatibleRuntimesWithStrings("ruby3.3"));
            marker = Optional.ofNullable(page.nextMarker());
        } while (marker.isPresent());
        return numbers;
    }

    @Test
    void pagesLayersByName() {
        for (String name : List.of("c", "a", "b")) {
            var _ = publish(layer(name));
        }
        ListLayersResponse first =
                lambda.call(
                        ListLayersRequest.builder().maxItems(2).build(), ListLayersResponse.class);
        ListLayersResponse second =
                lambda.call(
                        ListLayersRequest.builder().maxItems(2).marker(first.nextMarker()).build(),
                        ListLayersResponse.class);

        assertThat(first.layers()).extracting(LayersListItem::layerName).containsExactly("a", "b");
        assertThat(second.layers()).extracting(LayersListItem::layerName).containsExactly("c");
        assertThat(second.nextMarker()).isNull();
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "not a zip", "PK\u0003\u0004broken"})
    void refusesWhatIsNoArchive(String content) {
        assertRefused(
                layer("l").content(c -> c.zipFile(SdkBytes.fromUtf8String(content))).build(),
                "InvalidParameterValueException",
                content.isEmpty() ? "Uploaded file must be a non-empty zip" : "Could not unzip");
        assertThat(lambda.artifactNames()).isEmpty();
        assertThat(publish(layer("l")).version()).isEqualTo(1);
    }

    @Test
    void refusesContentFromNowhereAndHostileLinks() {
        assertRefused(
                layer("l").content(_ -> {}).build(),
                "InvalidParameterValueException",
                "Please provide a source for layer content.");
        for (String target : List.of("/etc/shadow", "../../x", "/var/task/index.py")) {
            byte[] zip = new Zips().link("python/link", target).bytes();
            assertRefused(
                    layer("l").content(c -> c.zipFile(SdkBytes.fromByteArray(zip))).build(),
                    "InvalidParameterValueException",
                    "Could not unzip");
        }
        byte[] own = new Zips().link("python/link", "/opt/lib/x").bytes();
        assertThat(
                        publish(layer("l").content(c -> c.zipFile(SdkBytes.fromByteArray(own))))
                                .version())
                .isEqualTo(1);
    }

    @Test
    void countsEveryVersionInTheAccountsCodeSize() {
        var _ = publish(layer("l"));
        var _ = publish(layer("l"));

        assertThat(
                        lambda.call(
                                        GetAccountSettingsRequest.builder().build(),
                                        GetAccountSettingsResponse.class)
                                .accountUsage()
                                .totalCodeSize())
                .isEqualTo(2L * LAYER.length);
    }

    @Test
    void keepsOtherAccountsOutUntilThePolicyLetsThemIn() {
        var _ = publish(layer("l"));
        assertDenied(get(ARN + "l", 1), STRANGER, ARN + "l:1");
        assertDenied(get(ARN + "none", 1), STRANGER, ARN + "none:1");
        assertDenied(layer(ARN + "l").build(), STRANGER, ARN + "l");
        assertDenied(
                DeleteLayerVersionRequest.builder().layerName(ARN + "l").versionNumber(1L).build(),
                STRANGER,
                ARN + "l:1");
        assertDenied(permission("s").layerName(ARN + "l").build(), STRANGER, ARN + "l:1");

        var _ = allow(permission("one").principal("111111111111"));
        var _ = allow(permission("org").organizationId("o-a1b2c3d4e5"));
        assertDenied(get(ARN + "l", 1), STRANGER, ARN + "l:1");

        var _ = allow(permission("two").principal("arn:aws:iam::" + OTHER + ":root"));
        assertThat(
                        lambda.call(get(ARN + "l", 1), GetLayerVersionResponse.class, STRANGER)
                                .layerVersionArn())
                .isEqualTo(ARN + "l:1");
        // Reading is all that a policy can allow.
        assertDenied(
                ListLayerVersionsRequest.builder().layerName(ARN + "l").build(),
                STRANGER,
                ARN + "l");
    }

    @Test
    void writesPoliciesAsAwsDoes() {
        var _ = publish(layer("l"));
        assertRefused(
                GetLayerVersionPolicyRequest.builder().layerName("l").versionNumber(1L).build(),
                "ResourceNotFoundException",
                "No policy is associated with the given resource.");
        AddLayerVersionPermissionResponse first =
                allow(permission("acc").principal("210987654321"));
        assertThat(first.statement())
                .isEqualTo(
                        "{\"Sid\":\"acc\",\"Effect\":\"Allow\",\"Principal\":{\"AWS\":"
                                + "\"arn:aws:iam::210987654321:root\"},\"Action\":"
                                + "\"lambda:GetLayerVersion\",\"Resource\":\""
                                + ARN
                                + "l:1\"}");
        AddLayerVersionPermissionResponse second =
                allow(
                        permission("org")
                                .organizationId("o-a1b2c3d4e5")
                                .revisionId(first.revisionId()));
        assertThat(second.statement())
                .contains("\"Principal\":\"*\"")
                .endsWith(
                        ",\"Condition\":{\"StringEquals\":"
                                + "{\"aws:PrincipalOrgID\":\"o-a1b2c3d4e5\"}}}");

        lambda.restart();
        GetLayerVersionPolicyResponse policy =
                lambda.call(
                        GetLayerVersionPolicyRequest.builder()
                                .layerName("l")
                                .versionNumber(1L)
                                .build(),
                        GetLayerVersionPolicyResponse.class);
        assertThat(policy.policy())
                .isEqualTo(
                        "{\"Version\":\"2012-10-17\",\"Id\":\"default\",\"Statement\":["
                                + first.statement()
                                + ","
                                + second.statement()
                                + "]}");
        assertThat(policy.revisionId()).isEqualTo(second.revisionId());
    }

    @Test
    void refusesPermissionsThatDoNotFit() {
        var _ = publish(layer("l"));
        AddLayerVersionPermissionResponse first = allow(permission("s"));
        assertRefused(
                permission("s").build(),
                "ResourceConflictException",
                "The statement id (s) provided already exists.");
        assertRefused(
                permission("t").revisionId("stale").build(),
                "PreconditionFailedException",
                "Call the GetLayerPolicy API to retrieve the latest Revision Id");
        assertRefused(
                permission("t").versionNumber(9L).build(),
                "ResourceNotFoundException",
                "Layer version " + ARN + "l:9 does not exist.");
        assertRefused(
                remove("t").build(),
                "ResourceNotFoundException",
                "Statement t is not found in resource policy.");
        assertRefused(
                remove("s").revisionId("stale").build(),
                "PreconditionFailedException",
                "The Revision Id provided does not match");

        var _ = lambda.call(remove("s").revisionId(first.revisionId()).build(), SdkPojo.class);
        assertRefused(
                remove("s").build(),
                "ResourceNotFoundException",
                "No policy is associated with the given resource.");
    }

    private static RemoveLayerVersionPermissionRequest.Builder remove(String sid) {
        return RemoveLayerVersionPermissionRequest.builder()
                .layerName("l")
                .versionNumber(1L)
                .statementId(sid);
    }

    @Test
    void keepsAPolicyBelowItsLimit() {
        var _ = publish(layer("l"));
        String sid = "s".repeat(90);
        int added = 0;
        Optional<AwsError> refusal = Optional.empty();
        while (refusal.isEmpty()) {
            try {
                var _ = allow(permission(sid + added));
                added++;
            } catch (AwsError e) {
                refusal = Optional.of(e);
            }
        }
        assertThat(refusal.get().code()).isEqualTo("PolicyLengthExceededException");
        assertThat(refusal.get().message()).endsWith("is bigger than the limit (20480).");
        GetLayerVersionPolicyResponse policy =
                lambda.call(
                        GetLayerVersionPolicyRequest.builder()
                                .layerName("l")
                                .versionNumber(1L)
                                .build(),
                        GetLayerVersionPolicyResponse.class);
        assertThat(policy.policy().length()).isBetween(20_200, 20_480);
        assertThat(policy.policy()).contains(sid + (added - 1)).doesNotContain(sid + added);
    }
}
