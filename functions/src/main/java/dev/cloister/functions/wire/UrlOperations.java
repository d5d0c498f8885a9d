package dev.cloister.functions.wire;

import dev.cloister.api.Operation;
import dev.cloister.api.RequestContext;
import dev.cloister.functions.FunctionKey;
import dev.cloister.functions.FunctionReference;
import dev.cloister.functions.Functions;
import dev.cloister.functions.LambdaErrors;
import dev.cloister.functions.UrlEdits.UrlChange;
import dev.cloister.functions.urls.Cors;
import dev.cloister.functions.urls.FunctionUrl;
import dev.cloister.functions.urls.UrlNames;
import java.time.format.DateTimeFormatter;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.services.lambda.model.CreateFunctionUrlConfigRequest;
import software.amazon.awssdk.services.lambda.model.CreateFunctionUrlConfigResponse;
import software.amazon.awssdk.services.lambda.model.DeleteFunctionUrlConfigRequest;
import software.amazon.awssdk.services.lambda.model.DeleteFunctionUrlConfigResponse;
import software.amazon.awssdk.services.lambda.model.FunctionUrlConfig;
import software.amazon.awssdk.services.lambda.model.GetFunctionUrlConfigRequest;
import software.amazon.awssdk.services.lambda.model.GetFunctionUrlConfigResponse;
import software.amazon.awssdk.services.lambda.model.InvokeMode;
import software.amazon.awssdk.services.lambda.model.ListFunctionUrlConfigsRequest;
import software.amazon.awssdk.services.lambda.model.ListFunctionUrlConfigsResponse;
import software.amazon.awssdk.services.lambda.model.UpdateFunctionUrlConfigRequest;
import software.amazon.awssdk.services.lambda.model.UpdateFunctionUrlConfigResponse;

/** The operations on function URLs. */
public final class UrlOperations {
    private final Functions functions;
    private final UrlNames names;

    private UrlOperations(Functions functions, UrlNames names) {
        this.functions = functions;
        this.names = names;
    }

    /**
     * Their rows in Lambda's table.
     *
     * @param names the host names in answers
     */
    public static List<Operation> rows(Functions functions, UrlNames names) {
        UrlOperations url = new UrlOperations(functions, names);
        return List.of(
                Operation.modeled(
                        "CreateFunctionUrlConfig",
                        CreateFunctionUrlConfigRequest::builder,
                        url::create),
                Operation.modeled(
                        "GetFunctionUrlConfig", GetFunctionUrlConfigRequest::builder, url::get),
                Operation.modeled(
                        "UpdateFunctionUrlConfig",
                        UpdateFunctionUrlConfigRequest::builder,
                        url::update),
                Operation.modeled(
                        "DeleteFunctionUrlConfig",
                        DeleteFunctionUrlConfigRequest::builder,
                        url::delete),
                Operation.modeled(
                        "ListFunctionUrlConfigs",
                        ListFunctionUrlConfigsRequest::builder,
                        url::list));
    }

    private CreateFunctionUrlConfigResponse create(
            CreateFunctionUrlConfigRequest input, RequestContext context) {
        FunctionReference reference =
                reference(
                        input.functionName(),
                        input.qualifier(),
                        context,
                        "lambda:CreateFunctionUrlConfig");
        refuseStreaming(input.invokeMode());
        FunctionUrl url =
                functions
                        .urlEdits()
                        .create(
                                reference,
                                FunctionUrl.AuthType.valueOf(input.authTypeAsString()),
                                cors(input.cors()));
        // Recorded: this one answer shows the mode only if it was given.
        return Responses.copy(
                        shown(url, reference.key(), reference.qualifier()),
                        CreateFunctionUrlConfigResponse.builder())
                .invokeMode(input.invokeMode())
                .build();
    }

    private GetFunctionUrlConfigResponse get(
            GetFunctionUrlConfigRequest input, RequestContext context) {
        FunctionReference reference =
                reference(
                        input.functionName(),
                        input.qualifier(),
                        context,
                        "lambda:GetFunctionUrlConfig");
        return Responses.copy(
                        shown(
                                functions.urlEdits().get(reference),
                                reference.key(),
                                reference.qualifier()),
                        GetFunctionUrlConfigResponse.builder())
                .build();
    }

    private UpdateFunctionUrlConfigResponse update(
            UpdateFunctionUrlConfigRequest input, RequestContext context) {
        FunctionReference reference =
                reference(
                        input.functionName(),
                        input.qualifier(),
                        context,
                        "lambda:UpdateFunctionUrlConfig");
        refuseStreaming(input.invokeMode());
        UrlChange change =
                new UrlChange(
                        Requests.given(input.authTypeAsString()).map(FunctionUrl.AuthType::valueOf),
                        cors(input.cors()));
        return Responses.copy(
                        shown(
                                functions.urlEdits().update(reference, change),
                                reference.key(),
                                reference.qualifier()),
                        UpdateFunctionUrlConfigResponse.builder())
                .build();
    }

    private DeleteFunctionUrlConfigResponse delete(
            DeleteFunctionUrlConfigRequest input, RequestContext context) {
        functions
                .urlEdits()
                .delete(
                        reference(
                                input.functionName(),
                                input.qualifier(),
                                context,
                                "lambda:DeleteFunctionUrlConfig"));
        return DeleteFunctionUrlConfigResponse.builder().build();
    }

    private ListFunctionUrlConfigsResponse list(
            ListFunctionUrlConfigsRequest input, RequestContext context) {
        FunctionKey key =
                Requests.unqualified(
                        input.functionName(), context, "lambda:ListFunctionUrlConfigs");
        int size = Page.size(input.maxItems());
        // The function's own URL is under empty text, which no marker can stand before.
        boolean first = input.marker() == null || input.marker().isEmpty();
        Map<String, FunctionUrl> all = functions.urlEdits().list(key);
        String after = Page.after(input.marker());
        Page<Map.Entry<String, FunctionUrl>> page =
                Page.of(
                        all.entrySet().stream()
                                .filter(url -> first || url.getKey().compareTo(after) > 0)
                                .limit(size + 1L)
                                .toList(),
                        size,
                        Map.Entry::getKey);
        ListFunctionUrlConfigsResponse.Builder shown =
                ListFunctionUrlConfigsResponse.builder()
                        .functionUrlConfigs(
                                page.items().stream()
                                        .map(
                                                url ->
                                                        shown(
                                                                url.getValue(),
                                                                key,
                                                                Optional.of(url.getKey())
                                                                        .filter(
                                                                                alias ->
                                                                                        !alias
                                                                                                .isEmpty())))
                                        .toList());
        page.nextMarker().ifPresent(shown::nextMarker);
        return shown.build();
    }

    private FunctionUrlConfig shown(FunctionUrl url, FunctionKey key, Optional<String> qualifier) {
        FunctionUrlConfig.Builder shown =
                FunctionUrlConfig.builder()
                        .functionUrl(names.url(url, key.region()))
                        .functionArn(qualifier.map(key::arn).orElseGet(key::arn))
                        .authType(url.authType().name())
                        .invokeMode(InvokeMode.BUFFERED)
                        .creationTime(DateTimeFormatter.ISO_INSTANT.format(url.created()))
                        .lastModifiedTime(DateTimeFormatter.ISO_INSTANT.format(url.modified()));
        url.cors().ifPresent(cors -> shown.cors(shown(cors)));
        return shown.build();
    }

    private static software.amazon.awssdk.services.lambda.model.Cors shown(Cors cors) {
        var shown = software.amazon.awssdk.services.lambda.model.Cors.builder();
        cors.allowCredentials().ifPresent(shown::allowCredentials);
        cors.allowHeaders().ifPresent(shown::allowHeaders);
        cors.allowMethods().ifPresent(shown::allowMethods);
        cors.allowOrigins().ifPresent(shown::allowOrigins);
        cors.exposeHeaders().ifPresent(shown::exposeHeaders);
        cors.maxAgeSeconds().ifPresent(shown::maxAge);
        return shown.build();
    }

    private static Optional<Cors> cors(
            software.amazon.awssdk.services.lambda.model.@Nullable Cors given) {
        return Requests.given(given)
                .map(
                        cors ->
                                new Cors(
                                        Requests.given(cors.allowCredentials()),
                                        values(cors.hasAllowHeaders(), cors.allowHeaders()),
                                        values(cors.hasAllowMethods(), cors.allowMethods()),
                                        values(cors.hasAllowOrigins(), cors.allowOrigins()),
                                        values(cors.hasExposeHeaders(), cors.exposeHeaders()),
                                        Requests.given(cors.maxAge())));
    }

    private static Optional<List<String>> values(boolean given, List<String> values) {
        return given ? Optional.of(List.copyOf(values)) : Optional.empty();
    }

    private static void refuseStreaming(@Nullable InvokeMode mode) {
        if (mode == InvokeMode.RESPONSE_STREAM) {
            throw LambdaErrors.notAvailable("InvokeMode RESPONSE_STREAM");
        }
    }

    private static FunctionReference reference(
            String name, @Nullable String qualifier, RequestContext context, String action) {
        return FunctionReference.of(name, Requests.given(qualifier), context, action);
    }
}
