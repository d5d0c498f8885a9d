package dev.cloister.functions.wire;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.cloister.functions.FaultyDatabase;
import dev.cloister.functions.UrlEdits.Located;
import java.net.URI;
import java.util.Optional;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import software.amazon.awssdk.services.lambda.model.AddPermissionRequest;
import software.amazon.awssdk.services.lambda.model.AddPermissionResponse;
import software.amazon.awssdk.services.lambda.model.CreateAliasRequest;
import software.amazon.awssdk.services.lambda.model.CreateAliasResponse;
import software.amazon.awssdk.services.lambda.model.CreateFunctionUrlConfigRequest;
import software.amazon.awssdk.services.lambda.model.CreateFunctionUrlConfigResponse;
import software.amazon.awssdk.services.lambda.model.DeleteAliasRequest;
import software.amazon.awssdk.services.lambda.model.DeleteAliasResponse;
import software.amazon.awssdk.services.lambda.model.DeleteFunctionRequest;
import software.amazon.awssdk.services.lambda.model.DeleteFunctionResponse;
import software.amazon.awssdk.services.lambda.model.DeleteFunctionUrlConfigRequest;
import software.amazon.awssdk.services.lambda.model.DeleteFunctionUrlConfigResponse;
import software.amazon.awssdk.services.lambda.model.GetFunctionUrlConfigRequest;
import software.amazon.awssdk.services.lambda.model.GetFunctionUrlConfigResponse;
import software.amazon.awssdk.services.lambda.model.ListFunctionUrlConfigsRequest;
import software.amazon.awssdk.services.lambda.model.ListFunctionUrlConfigsResponse;
import software.amazon.awssdk.services.lambda.model.UpdateFunctionUrlConfigRequest;
import software.amazon.awssdk.services.lambda.model.UpdateFunctionUrlConfigResponse;

class UrlConfigsTest extends OperationsTest {
    private static final String NOT_FOUND = "ResourceNotFoundException";
    private static final String NOTHING = "The resource you requested does not exist.";

    private static CreateFunctionUrlConfigRequest.Builder creation() {
        return CreateFunctionUrlConfigRequest.builder().functionName("hello").authType("NONE");
    }

    private CreateFunctionUrlConfigResponse createUrl(
            UnaryOperator<CreateFunctionUrlConfigRequest.Builder> change) {
        return lambda.call(change.apply(creation()).build(), CreateFunctionUrlConfigResponse.class);
    }

    private static GetFunctionUrlConfigRequest get(@Nullable String qualifier) {
        return GetFunctionUrlConfigRequest.builder()
                .functionName("hello")
                .qualifier(qualifier)
                .build();
    }

    private GetFunctionUrlConfigResponse url(@Nullable String qualifier) {
        return lambda.call(get(qualifier), GetFunctionUrlConfigResponse.class);
    }

    private UpdateFunctionUrlConfigResponse update(
            UnaryOperator<UpdateFunctionUrlConfigRequest.Builder> change) {
        return lambda.call(
                change.apply(UpdateFunctionUrlConfigRequest.builder().functionName("hello"))
                        .build(),
                UpdateFunctionUrlConfigResponse.class);
    }

    private ListFunctionUrlConfigsResponse list(
            @Nullable Integer maxItems, @Nullable String marker) {
        return lambda.call(
                ListFunctionUrlConfigsRequest.builder()
                        .functionName("hello")
                        .maxItems(maxItems)
                        .marker(marker)
                        .build(),
                ListFunctionUrlConfigsResponse.class);
    }

    private void alias(String name) {
        lambda.call(
                CreateAliasRequest.builder()
                        .functionName("hello")
                        .name(name)
                        .functionVersion("$LATEST")
                        .build(),
                CreateAliasResponse.class);
    }

    private Optional<Located> located(String url) {
        return lambda.functions().urlEdits().locate(id(url));
    }

    private static String id(String url) {
        return URI.create(url).getHost().split("\\.", 2)[0];
    }

    @Test
    void functionsOfTenantsHaveNoUrl() {
        create(f -> f.tenancyConfig(t -> t.tenantIsolationMode("PER_TENANT")));
        lambda.settled("hello");
        assertRefused(
                creation().build(),
                "InvalidParameterValueException",
                "Function URLs are not supported for functions enabled with tenancy"
                        + " configuration.");
        assertRefused(get(null), NOT_FOUND, NOTHING);
    }

    @Test
    void createsAUrlAndShowsIt() {
        active();
        CreateFunctionUrlConfigResponse created = createUrl(c -> c);
        assertThat(created.functionUrl())
                .matches("http://[a-z0-9]{32}\\.lambda-url\\.us-east-1\\.localhost:4566/");
        assertThat(created.functionArn()).isEqualTo(ARN);
        assertThat(created.authTypeAsString()).isEqualTo("NONE");
        assertThat(created.creationTime()).isEqualTo("2026-11-23T10:00:00.123Z");
        assertThat(created.invokeMode()).isNull();
        assertThat(created.cors()).isNull();
        GetFunctionUrlConfigResponse read = url(null);
        assertThat(read.functionUrl()).isEqualTo(created.functionUrl());
        assertThat(read.invokeModeAsString()).isEqualTo("BUFFERED");
        assertThat(read.lastModifiedTime()).isEqualTo(created.creationTime());
        assertRefused(
                creation().build(),
                "ResourceConflictException",
                "Failed to create function url config for [functionArn = "
                        + ARN
                        + "]. Error message:  FunctionUrlConfig exists for this Lambda function");
        lambda.restart();
        assertThat(url(null)).isEqualTo(read);
        assertThat(located(read.functionUrl())).isPresent();
    }

    @Test
    void updatesWhatIsGivenAndReplacesCors() {
        active();
        createUrl(c -> c.cors(cors -> cors.allowOrigins("*").maxAge(5).allowCredentials(true)));
        String before = url(null).functionUrl();
        lambda.now = lambda.now.plusSeconds(1);
        UpdateFunctionUrlConfigResponse updated = update(u -> u.authType("AWS_IAM"));
        assertThat(updated.authTypeAsString()).isEqualTo("AWS_IAM");
        assertThat(updated.cors().maxAge()).isEqualTo(5);
        assertThat(updated.lastModifiedTime()).isEqualTo("2026-11-23T10:00:01.123Z");
        updated = update(u -> u.cors(cors -> cors.allowMethods("GET").allowHeaders("x-a")));
        assertThat(updated.cors().maxAge()).isNull();
        assertThat(updated.cors().hasAllowOrigins()).isFalse();
        assertThat(updated.cors().allowMethods()).containsExactly("GET");
        assertThat(updated.functionUrl()).isEqualTo(before);
        lambda.restart();
        assertThat(url(null).cors()).isEqualTo(updated.cors());
        assertRefused(
                UpdateFunctionUrlConfigRequest.builder()
                        .functionName("hello")
                        .cors(cors -> cors.allowOrigins("https://a\r\nx: y"))
                        .build(),
                "InvalidParameterValueException",
                "cors.allowOrigins");
    }

    @Test
    void refusesStreamingClearly() {
        active();
        assertRefused(
                creation().invokeMode("RESPONSE_STREAM").build(),
                "InvalidParameterValueException",
                "InvokeMode RESPONSE_STREAM is not available in this version of Cloister.");
        assertThat(createUrl(c -> c.invokeMode("BUFFERED")).invokeModeAsString())
                .isEqualTo("BUFFERED");
    }

    @Test
    void saysWhatIsMissing() {
        assertRefused(creation().build(), NOT_FOUND, "Function does not exist");
        assertRefused(get(null), NOT_FOUND, NOTHING);
        assertRefused(
                ListFunctionUrlConfigsRequest.builder().functionName("hello").build(),
                NOT_FOUND,
                "Function does not exist");
        UpdateFunctionUrlConfigRequest update =
                UpdateFunctionUrlConfigRequest.builder().functionName("hello").build();
        assertRefused(update, NOT_FOUND, "Function does not exist");
        active();
        assertRefused(update, NOT_FOUND, NOTHING);
        assertRefused(
                DeleteFunctionUrlConfigRequest.builder().functionName("hello").build(),
                NOT_FOUND,
                NOTHING);
        assertRefused(creation().qualifier("gone").build(), NOT_FOUND, "Function does not exist");
    }

    @ParameterizedTest
    @ValueSource(strings = {"hello:1", "hello:$LATEST"})
    void takesAliasesOnly(String name) {
        active();
        assertRefused(
                creation().functionName(name).build(),
                "ValidationException",
                "at 'qualifier' failed to satisfy constraint");
    }

    @Test
    void aUrlOutlivesItsAliasButItsPermissionsDoNot() {
        active();
        alias("live");
        String created = createUrl(c -> c.qualifier("live")).functionUrl();
        assertThat(url("live").functionArn()).isEqualTo(ARN + ":live");
        lambda.call(
                AddPermissionRequest.builder()
                        .functionName("hello")
                        .qualifier("live")
                        .statementId("all")
                        .action("lambda:InvokeFunctionUrl")
                        .principal("*")
                        .build(),
                AddPermissionResponse.class);
        assertThat(located(created).orElseThrow().policy()).isPresent();
        lambda.call(
                DeleteAliasRequest.builder().functionName("hello").name("live").build(),
                DeleteAliasResponse.class);
        assertThat(url("live").functionUrl()).isEqualTo(created);
        assertThat(located(created).orElseThrow().policy()).isEmpty();
        lambda.restart();
        assertThat(url("live").functionUrl()).isEqualTo(created);
        alias("live");
        assertThat(located(created).orElseThrow().policy()).isEmpty();
    }

    @Test
    void listsEveryUrlOfAFunctionInPages() {
        active();
        assertThat(list(null, null).functionUrlConfigs()).isEmpty();
        createUrl(c -> c);
        for (String name : new String[] {"a", "b", "c"}) {
            alias(name);
            createUrl(c -> c.qualifier(name));
        }
        assertThat(list(null, null).functionUrlConfigs()).hasSize(4);
        ListFunctionUrlConfigsResponse first = list(1, null);
        assertThat(first.functionUrlConfigs().getFirst().functionArn()).isEqualTo(ARN);
        ListFunctionUrlConfigsResponse second = list(2, first.nextMarker());
        assertThat(second.functionUrlConfigs())
                .extracting(c -> c.functionArn())
                .containsExactly(ARN + ":a", ARN + ":b");
        ListFunctionUrlConfigsResponse last = list(2, second.nextMarker());
        assertThat(last.functionUrlConfigs()).hasSize(1);
        assertThat(last.nextMarker()).isNull();
    }

    @Test
    void aDeletedUrlLeadsNowhere() {
        active();
        String created = createUrl(c -> c).functionUrl();
        lambda.call(
                DeleteFunctionUrlConfigRequest.builder().functionName("hello").build(),
                DeleteFunctionUrlConfigResponse.class);
        assertThat(located(created)).isEmpty();
        assertRefused(get(null), NOT_FOUND, NOTHING);
        String again = createUrl(c -> c).functionUrl();
        assertThat(again).isNotEqualTo(created);
        lambda.call(
                DeleteFunctionRequest.builder().functionName("hello").build(),
                DeleteFunctionResponse.class);
        assertThat(located(again)).isEmpty();
        create(UnaryOperator.identity());
        assertRefused(get(null), NOT_FOUND, NOTHING);
        lambda.restart();
        assertThat(located(again)).isEmpty();
    }

    @Test
    void aWriteThatFailsChangesNothing() {
        active();
        lambda.database().failNext(1);
        assertThatThrownBy(() -> createUrl(c -> c))
                .isInstanceOf(FaultyDatabase.FaultException.class);
        assertRefused(get(null), NOT_FOUND, NOTHING);
        String created = createUrl(c -> c).functionUrl();
        lambda.database().failNext(1);
        assertThatThrownBy(() -> update(u -> u.authType("AWS_IAM")))
                .isInstanceOf(FaultyDatabase.FaultException.class);
        assertThat(url(null).authTypeAsString()).isEqualTo("NONE");
        assertThat(located(created).orElseThrow().url().authType().name()).isEqualTo("NONE");
    }
}
