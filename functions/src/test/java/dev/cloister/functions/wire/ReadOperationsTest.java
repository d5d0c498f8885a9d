package dev.cloister.functions.wire;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.cloister.api.AccountId;
import dev.cloister.api.AwsError;
import dev.cloister.api.Region;
import dev.cloister.functions.Installation;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import software.amazon.awssdk.core.SdkPojo;
import software.amazon.awssdk.services.lambda.model.AliasConfiguration;
import software.amazon.awssdk.services.lambda.model.CreateAliasRequest;
import software.amazon.awssdk.services.lambda.model.CreateFunctionResponse;
import software.amazon.awssdk.services.lambda.model.DeleteFunctionRequest;
import software.amazon.awssdk.services.lambda.model.FunctionConfiguration;
import software.amazon.awssdk.services.lambda.model.GetAccountSettingsRequest;
import software.amazon.awssdk.services.lambda.model.GetAccountSettingsResponse;
import software.amazon.awssdk.services.lambda.model.GetFunctionRequest;
import software.amazon.awssdk.services.lambda.model.GetFunctionResponse;
import software.amazon.awssdk.services.lambda.model.ListAliasesRequest;
import software.amazon.awssdk.services.lambda.model.ListAliasesResponse;
import software.amazon.awssdk.services.lambda.model.ListFunctionsRequest;
import software.amazon.awssdk.services.lambda.model.ListFunctionsResponse;
import software.amazon.awssdk.services.lambda.model.ListTagsRequest;
import software.amazon.awssdk.services.lambda.model.ListTagsResponse;
import software.amazon.awssdk.services.lambda.model.ListVersionsByFunctionRequest;
import software.amazon.awssdk.services.lambda.model.ListVersionsByFunctionResponse;
import software.amazon.awssdk.services.lambda.model.PublishVersionRequest;
import software.amazon.awssdk.services.lambda.model.TagResourceRequest;
import software.amazon.awssdk.services.lambda.model.UntagResourceRequest;

class ReadOperationsTest extends OperationsTest {
    private static final String IPV = "InvalidParameterValueException";

    private GetFunctionResponse get(String name) {
        return lambda.call(
                GetFunctionRequest.builder().functionName(name).build(), GetFunctionResponse.class);
    }

    private FakeExchange download(String location) throws java.io.IOException {
        FakeExchange exchange =
                new FakeExchange(location.substring("http://127.0.0.1:4566".length()));
        assertThat(lambda.links().takes("GET", exchange.rawPath())).isTrue();
        lambda.links().handle(exchange, exchange.response());
        return exchange;
    }

    @Test
    void theLocationDownloadsTheVeryZipForTenMinutes() throws Exception {
        active();
        GetFunctionResponse got = get("hello");
        assertThat(got.code().repositoryType()).isEqualTo("S3");
        assertThat(got.configuration().stateAsString()).isEqualTo("Active");
        assertThat(got.hasTags()).isFalse();
        String location = got.code().location();
        assertThat(location).startsWith("http://127.0.0.1:4566/_cloister/code/");
        assertThat(download(location).answer()).isEqualTo(ZIP);
        lambda.now = Installation.START.plus(Duration.ofMinutes(10)).minusSeconds(1);
        assertThat(download(location).answer()).isEqualTo(ZIP);
        lambda.now = Installation.START.plus(Duration.ofMinutes(10));
        assertDenied(location, "Request has expired");
    }

    @Test
    void alteredLinksAreRefused() {
        active();
        String location = get("hello").code().location();
        char last = location.charAt(location.length() - 1);
        assertDenied(
                location.substring(0, location.length() - 1) + (last == '0' ? '1' : '0'),
                "The link's signature does not match.");
        assertDenied(location.replace("123456789012", "999999999999"), "does not match");
        assertDenied(location + "0", "The link is malformed.");
        assertDenied("http://127.0.0.1:4566/_cloister/code/../../etc/passwd", "malformed");
        assertThat(lambda.links().takes("POST", "/_cloister/code/x")).isFalse();
        assertThat(lambda.links().takes("GET", "/2015-03-31/functions")).isFalse();
        lambda.call(DeleteFunctionRequest.builder().functionName("hello").build(), SdkPojo.class);
        assertThatThrownBy(() -> download(location))
                .isInstanceOfSatisfying(AwsError.class, e -> assertThat(e.status()).isEqualTo(404));
    }

    private void assertDenied(String location, String message) {
        assertThatThrownBy(() -> download(location))
                .isInstanceOfSatisfying(
                        AwsError.class,
                        e -> {
                            assertThat(e.status()).isEqualTo(403);
                            assertThat(e.message()).contains(message);
                        });
    }

    @Test
    void notFoundPrintsTheArnAsGiven() {
        String base = "Function not found: arn:aws:lambda:us-east-1:123456789012:function:no";
        assertRefused(
                GetFunctionRequest.builder().functionName("no").build(),
                "ResourceNotFoundException",
                base);
        assertRefused(
                GetFunctionRequest.builder().functionName("no").qualifier("3").build(),
                "ResourceNotFoundException",
                base + ":3");
    }

    @Test
    void listsFunctionsInPages() {
        for (String name : List.of("c", "a", "b")) {
            lambda.call(named(name).build(), CreateFunctionResponse.class);
            lambda.settled(name);
        }
        ListFunctionsResponse all = list(null, null, 10);
        assertThat(all.functions())
                .extracting(FunctionConfiguration::functionName)
                .containsExactly("a", "b", "c");
        assertThat(all.nextMarker()).isNull();
        FunctionConfiguration first = all.functions().getFirst();
        assertThat(first.functionArn())
                .isEqualTo("arn:aws:lambda:us-east-1:123456789012:function:a");
        assertThat(first.state()).isNull();
        assertThat(first.lastUpdateStatus()).isNull();
        assertThat(first.runtimeVersionConfig()).isNull();
        ListFunctionsResponse page = list(null, null, 2);
        assertThat(page.functions()).hasSize(2);
        assertThat(list(null, page.nextMarker(), 2).functions())
                .extracting(FunctionConfiguration::functionName)
                .containsExactly("c");
        assertRefused(
                ListFunctionsRequest.builder().marker("!!").build(),
                IPV,
                "The marker is not valid");
        assertRefused(
                ListFunctionsRequest.builder().masterRegion("ALL").build(),
                IPV,
                "FunctionVersion must be ALL if MasterRegion is specified.");
        assertThat(
                        lambda.call(
                                        ListFunctionsRequest.builder()
                                                .masterRegion("us-east-1")
                                                .functionVersion("ALL")
                                                .build(),
                                        ListFunctionsResponse.class)
                                .functions())
                .isEmpty();
        assertThat(
                        lambda.call(
                                        ListFunctionsRequest.builder()
                                                .masterRegion("ALL")
                                                .functionVersion("ALL")
                                                .build(),
                                        ListFunctionsResponse.class)
                                .functions())
                .hasSize(3);
    }

    @Test
    void listsAllVersionsInPagesOfAnySize() {
        active();
        for (int timeout = 4; timeout < 9; timeout++) {
            int seconds = timeout;
            configure(c -> c.timeout(seconds));
            lambda.settled("hello");
            lambda.call(
                    PublishVersionRequest.builder().functionName("hello").build(), SdkPojo.class);
        }
        lambda.call(named("zebra").build(), CreateFunctionResponse.class);
        for (int size = 1; size < 9; size++) {
            List<String> found = new ArrayList<>();
            String marker = null;
            do {
                ListFunctionsResponse page = list("ALL", marker, size);
                page.functions()
                        .forEach(
                                f ->
                                        found.add(
                                                f.functionArn()
                                                        .substring(
                                                                "arn:aws:lambda:us-east-1:123456789012:function:"
                                                                        .length())));
                marker = page.nextMarker();
            } while (marker != null);
            assertThat(found)
                    .as("pages of %d", size)
                    .containsExactly(
                            "hello:$LATEST",
                            "hello:1",
                            "hello:2",
                            "hello:3",
                            "hello:4",
                            "hello:5",
                            "zebra:$LATEST");
        }
        ListVersionsByFunctionResponse versions =
                lambda.call(
                        ListVersionsByFunctionRequest.builder()
                                .functionName("hello")
                                .maxItems(4)
                                .build(),
                        ListVersionsByFunctionResponse.class);
        assertThat(versions.versions())
                .extracting(FunctionConfiguration::version)
                .containsExactly("$LATEST", "1", "2", "3");
        assertThat(
                        lambda.call(
                                        ListVersionsByFunctionRequest.builder()
                                                .functionName("hello")
                                                .marker(versions.nextMarker())
                                                .build(),
                                        ListVersionsByFunctionResponse.class)
                                .versions())
                .extracting(FunctionConfiguration::version)
                .containsExactly("4", "5");
    }

    private ListFunctionsResponse list(
            @Nullable String versions, @Nullable String marker, int size) {
        return lambda.call(
                ListFunctionsRequest.builder()
                        .functionVersion(versions)
                        .marker(marker)
                        .maxItems(size)
                        .build(),
                ListFunctionsResponse.class);
    }

    @Test
    void listsAliasesByVersion() {
        create(f -> f.publish(true));
        lambda.settled("hello");
        Map.of("a", "1", "b", "$LATEST", "c", "1")
                .forEach(
                        (name, version) ->
                                lambda.call(
                                        CreateAliasRequest.builder()
                                                .functionName("hello")
                                                .name(name)
                                                .functionVersion(version)
                                                .build(),
                                        SdkPojo.class));
        ListAliasesResponse ofOne =
                lambda.call(
                        ListAliasesRequest.builder()
                                .functionName("hello")
                                .functionVersion("1")
                                .build(),
                        ListAliasesResponse.class);
        assertThat(ofOne.aliases()).extracting(AliasConfiguration::name).containsExactly("a", "c");
        ListAliasesResponse first =
                lambda.call(
                        ListAliasesRequest.builder().functionName("hello").maxItems(2).build(),
                        ListAliasesResponse.class);
        assertThat(first.aliases()).extracting(AliasConfiguration::name).containsExactly("a", "b");
        assertThat(
                        lambda.call(
                                        ListAliasesRequest.builder()
                                                .functionName("hello")
                                                .marker(first.nextMarker())
                                                .build(),
                                        ListAliasesResponse.class)
                                .aliases())
                .extracting(AliasConfiguration::name)
                .containsExactly("c");
    }

    @Test
    void accountsAndRegionsSeeOnlyTheirOwn() {
        active();
        for (var other :
                List.of(
                        Installation.context(new AccountId("999999999999"), Installation.REGION),
                        Installation.context(Installation.ACCOUNT, new Region("eu-west-1")))) {
            assertThat(
                            lambda.call(
                                            ListFunctionsRequest.builder().build(),
                                            ListFunctionsResponse.class,
                                            other)
                                    .functions())
                    .isEmpty();
            assertThatThrownBy(
                            () ->
                                    lambda.call(
                                            GetFunctionRequest.builder()
                                                    .functionName("hello")
                                                    .build(),
                                            SdkPojo.class,
                                            other))
                    .isInstanceOf(AwsError.class);
            assertThatThrownBy(
                            () ->
                                    lambda.call(
                                            GetFunctionRequest.builder().functionName(ARN).build(),
                                            SdkPojo.class,
                                            other))
                    .isInstanceOf(AwsError.class);
        }
    }

    @Test
    void countsWhatTheAccountUses() {
        create(f -> f.publish(true));
        lambda.settled("hello");
        GetAccountSettingsResponse settings =
                lambda.call(
                        GetAccountSettingsRequest.builder().build(),
                        GetAccountSettingsResponse.class);
        assertThat(settings.accountUsage().functionCount()).isEqualTo(1);
        assertThat(settings.accountUsage().totalCodeSize()).isEqualTo(2L * ZIP.length);
        assertThat(settings.accountLimit().totalCodeSize()).isEqualTo(80_530_636_800L);
        assertThat(settings.accountLimit().codeSizeUnzipped()).isEqualTo(262_144_000L);
        assertThat(settings.accountLimit().codeSizeZipped()).isEqualTo(52_428_800L);
        assertThat(settings.accountLimit().concurrentExecutions()).isEqualTo(1000);
    }

    @Test
    void tagsFunctions() {
        create(f -> f.tags(Map.of("team", "a")));
        lambda.settled("hello");
        lambda.call(
                TagResourceRequest.builder().resource(ARN).tags(Map.of("cost", "1")).build(),
                SdkPojo.class);
        lambda.call(
                UntagResourceRequest.builder().resource(ARN).tagKeys("team", "unknown").build(),
                SdkPojo.class);
        lambda.restart();
        assertThat(
                        lambda.call(
                                        ListTagsRequest.builder().resource(ARN).build(),
                                        ListTagsResponse.class)
                                .tags())
                .containsExactly(Map.entry("cost", "1"));
        assertThat(get("hello").tags()).containsKey("cost");
        assertThat(get("hello:$LATEST").hasTags()).isFalse();
        assertRefused(
                TagResourceRequest.builder().resource(ARN).tags(Map.of()).build(),
                IPV,
                "An error occurred and the request cannot be processed.");
        assertRefused(
                ListTagsRequest.builder().resource(ARN + ":1").build(),
                IPV,
                "Tags on function aliases and versions are not supported. Please specify a"
                        + " function ARN.");
        assertRefused(
                ListTagsRequest.builder().resource(ARN + "x").build(),
                "ResourceNotFoundException",
                "Function not found: " + ARN + "x");
    }

    @Test
    void onlyLatestCountsAsUnqualified() {
        active();
        assertRefused(
                ListAliasesRequest.builder().functionName("hello:live").build(),
                IPV,
                "This operation is permitted on Lambda functions only.");
    }
}
