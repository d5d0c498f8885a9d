package dev.cloister.functions.wire;

import dev.cloister.api.RequestContext;
import dev.cloister.functions.LambdaErrors;
import dev.cloister.functions.layers.LayerIndex.Latest;
import dev.cloister.functions.layers.LayerKey;
import dev.cloister.functions.layers.LayerVersion;
import dev.cloister.functions.layers.Layers;
import dev.cloister.functions.layers.Layers.Publication;
import dev.cloister.functions.signing.CodeSignature;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.services.lambda.model.DeleteLayerVersionRequest;
import software.amazon.awssdk.services.lambda.model.DeleteLayerVersionResponse;
import software.amazon.awssdk.services.lambda.model.GetLayerVersionByArnRequest;
import software.amazon.awssdk.services.lambda.model.GetLayerVersionByArnResponse;
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

/** Publishing, reading, listing and deleting layer versions. */
final class LayerOperations {
    private static final DateTimeFormatter CREATED =
            DateTimeFormatter.ofPattern("yyyy-MM-dd'T'HH:mm:ss.SSSZ").withZone(ZoneOffset.UTC);

    private final Layers layers;
    private final CodeLinks links;
    private final Archives archives;

    LayerOperations(Layers layers, CodeLinks links, Archives archives) {
        this.layers = layers;
        this.links = links;
        this.archives = archives;
    }

    PublishLayerVersionResponse publish(PublishLayerVersionRequest input, RequestContext context) {
        LayerKey key = LayerRequests.own(input.layerName(), context, "lambda:PublishLayerVersion");
        LayerVersion made =
                layers.publish(
                        key,
                        new Publication(
                                Requests.given(input.description()).orElse(""),
                                Requests.given(input.licenseInfo()),
                                input.compatibleRuntimesAsStrings(),
                                input.compatibleArchitecturesAsStrings()),
                        archives.of(input.content(), context));
        return Responses.copy(shown(key, made, context), PublishLayerVersionResponse.builder())
                .build();
    }

    GetLayerVersionResponse get(GetLayerVersionRequest input, RequestContext context) {
        LayerRequests.Found found =
                LayerRequests.readable(
                        layers,
                        LayerRequests.key(input.layerName(), context),
                        input.versionNumber(),
                        context);
        return shown(found.key(), found.version(), context);
    }

    GetLayerVersionByArnResponse getByArn(
            GetLayerVersionByArnRequest input, RequestContext context) {
        LayerRequests.Found found = LayerRequests.readable(layers, input.arn(), context);
        return Responses.copy(
                        shown(found.key(), found.version(), context),
                        GetLayerVersionByArnResponse.builder())
                .build();
    }

    private GetLayerVersionResponse shown(
            LayerKey key, LayerVersion version, RequestContext context) {
        GetLayerVersionResponse.Builder shown =
                GetLayerVersionResponse.builder()
                        .content(
                                content ->
                                        content.location(
                                                        links.link(
                                                                context.endpoint(),
                                                                key.account(),
                                                                version.archive().sha256(),
                                                                version.archive().zipSize()))
                                                .codeSha256(version.archive().codeSha256())
                                                .codeSize(version.archive().zipSize())
                                                .signingProfileVersionArn(
                                                        version.archive()
                                                                .signature()
                                                                .map(
                                                                        CodeSignature
                                                                                ::profileVersionArn)
                                                                .orElse(null))
                                                .signingJobArn(
                                                        version.archive()
                                                                .signature()
                                                                .map(CodeSignature::jobArn)
                                                                .orElse(null)))
                        .layerArn(key.arn());
        return Responses.copy(listed(key, version), shown).build();
    }

    DeleteLayerVersionResponse delete(DeleteLayerVersionRequest input, RequestContext context) {
        LayerKey key =
                LayerRequests.own(
                        input.layerName(),
                        input.versionNumber(),
                        context,
                        "lambda:DeleteLayerVersion");
        layers.delete(key, input.versionNumber());
        return DeleteLayerVersionResponse.builder().build();
    }

    ListLayerVersionsResponse versions(ListLayerVersionsRequest input, RequestContext context) {
        LayerKey key = LayerRequests.own(input.layerName(), context, "lambda:ListLayerVersions");
        int size = Page.size(input.maxItems());
        Page<LayerVersion> page =
                Page.of(
                        layers.index()
                                .versions(
                                        key,
                                        before(input.marker()),
                                        filter(
                                                input.compatibleRuntimeAsString(),
                                                input.compatibleArchitectureAsString()),
                                        size + 1),
                        size,
                        version -> Long.toString(version.number()));
        ListLayerVersionsResponse.Builder shown =
                ListLayerVersionsResponse.builder()
                        .layerVersions(
                                page.items().stream()
                                        .map(version -> listed(key, version))
                                        .toList());
        page.nextMarker().ifPresent(shown::nextMarker);
        return shown.build();
    }

    ListLayersResponse layers(ListLayersRequest input, RequestContext context) {
        int size = Page.size(input.maxItems());
        List<Latest> found =
                layers.index()
                        .layersAfter(
                                context.account(),
                                context.region(),
                                Page.after(input.marker()),
                                filter(
                                        input.compatibleRuntimeAsString(),
                                        input.compatibleArchitectureAsString()),
                                size + 1);
        Page<Latest> page = Page.of(found, size, latest -> latest.key().name());
        ListLayersResponse.Builder shown =
                ListLayersResponse.builder()
                        .layers(page.items().stream().map(LayerOperations::listed).toList());
        page.nextMarker().ifPresent(shown::nextMarker);
        return shown.build();
    }

    private static LayersListItem listed(Latest latest) {
        return LayersListItem.builder()
                .layerName(latest.key().name())
                .layerArn(latest.key().arn())
                .latestMatchingVersion(listed(latest.key(), latest.version()))
                .build();
    }

    private static LayerVersionsListItem listed(LayerKey key, LayerVersion version) {
        LayerVersionsListItem.Builder shown =
                LayerVersionsListItem.builder()
                        .layerVersionArn(key.arn(version.number()))
                        .version(version.number())
                        .description(version.description())
                        .createdDate(CREATED.format(version.created()));
        version.licenseInfo().ifPresent(shown::licenseInfo);
        if (!version.runtimes().isEmpty()) {
            shown.compatibleRuntimesWithStrings(version.runtimes());
        }
        if (!version.architectures().isEmpty()) {
            shown.compatibleArchitecturesWithStrings(version.architectures());
        }
        return shown.build();
    }

    private static LayerVersion.Filter filter(
            @Nullable String runtime, @Nullable String architecture) {
        return new LayerVersion.Filter(
                Optional.ofNullable(runtime), Optional.ofNullable(architecture));
    }

    private static long before(@Nullable String marker) {
        String position = Page.after(marker);
        try {
            return position.isEmpty() ? Long.MAX_VALUE : Long.parseLong(position);
        } catch (NumberFormatException e) {
            throw LambdaErrors.invalidParameter(
                    "The marker is not valid. Use the NextMarker of the previous page.");
        }
    }
}
