package dev.cloister.secrets.wire;

import dev.cloister.api.RequestContext;
import dev.cloister.secrets.parameters.ParameterErrors;
import dev.cloister.secrets.parameters.ParameterLabels;
import dev.cloister.secrets.parameters.ParameterLabels.Outcome;
import dev.cloister.secrets.parameters.ParameterStore;
import dev.cloister.secrets.parameters.ParameterTags;
import java.util.Optional;
import software.amazon.awssdk.services.ssm.model.AddTagsToResourceRequest;
import software.amazon.awssdk.services.ssm.model.AddTagsToResourceResponse;
import software.amazon.awssdk.services.ssm.model.LabelParameterVersionRequest;
import software.amazon.awssdk.services.ssm.model.LabelParameterVersionResponse;
import software.amazon.awssdk.services.ssm.model.ListTagsForResourceRequest;
import software.amazon.awssdk.services.ssm.model.ListTagsForResourceResponse;
import software.amazon.awssdk.services.ssm.model.RemoveTagsFromResourceRequest;
import software.amazon.awssdk.services.ssm.model.RemoveTagsFromResourceResponse;
import software.amazon.awssdk.services.ssm.model.Tag;
import software.amazon.awssdk.services.ssm.model.UnlabelParameterVersionRequest;
import software.amazon.awssdk.services.ssm.model.UnlabelParameterVersionResponse;

/** The operations on labels and tags of parameters. */
final class ParameterNotes {
    private final ParameterLabels labels;
    private final ParameterTags tags;

    ParameterNotes(ParameterStore store) {
        this.labels = store.labels();
        this.tags = store.tags();
    }

    LabelParameterVersionResponse label(
            LabelParameterVersionRequest request, RequestContext context) {
        Outcome outcome =
                labels.put(
                        ParameterInputs.caller(context),
                        request.name(),
                        Optional.ofNullable(request.parameterVersion()),
                        request.labels());
        return LabelParameterVersionResponse.builder()
                .parameterVersion(outcome.version())
                .invalidLabels(outcome.invalid())
                .build();
    }

    UnlabelParameterVersionResponse unlabel(
            UnlabelParameterVersionRequest request, RequestContext context) {
        Outcome outcome =
                labels.remove(
                        ParameterInputs.caller(context),
                        request.name(),
                        request.parameterVersion(),
                        request.labels());
        return UnlabelParameterVersionResponse.builder()
                .removedLabels(outcome.done())
                .invalidLabels(outcome.invalid())
                .build();
    }

    AddTagsToResourceResponse addTags(AddTagsToResourceRequest request, RequestContext context) {
        requireParameter(request.resourceTypeAsString());
        tags.put(
                ParameterInputs.caller(context),
                request.resourceId(),
                ParameterInputs.tags(request.tags()));
        return AddTagsToResourceResponse.builder().build();
    }

    RemoveTagsFromResourceResponse removeTags(
            RemoveTagsFromResourceRequest request, RequestContext context) {
        requireParameter(request.resourceTypeAsString());
        tags.remove(ParameterInputs.caller(context), request.resourceId(), request.tagKeys());
        return RemoveTagsFromResourceResponse.builder().build();
    }

    ListTagsForResourceResponse listTags(
            ListTagsForResourceRequest request, RequestContext context) {
        requireParameter(request.resourceTypeAsString());
        return ListTagsForResourceResponse.builder()
                .tagList(
                        tags
                                .list(ParameterInputs.caller(context), request.resourceId())
                                .entrySet()
                                .stream()
                                .map(
                                        tag ->
                                                Tag.builder()
                                                        .key(tag.getKey())
                                                        .value(tag.getValue())
                                                        .build())
                                .toList())
                .build();
    }

    private static void requireParameter(String type) {
        if (!type.equals("Parameter")) {
            throw ParameterErrors.notAvailable("Resources of the type " + type + " are");
        }
    }
}
