package dev.cloister.functions.wire;

import dev.cloister.api.RequestContext;
import dev.cloister.functions.layers.LayerKey;
import dev.cloister.functions.layers.LayerPolicy;
import dev.cloister.functions.layers.Layers;
import software.amazon.awssdk.services.lambda.model.AddLayerVersionPermissionRequest;
import software.amazon.awssdk.services.lambda.model.AddLayerVersionPermissionResponse;
import software.amazon.awssdk.services.lambda.model.GetLayerVersionPolicyRequest;
import software.amazon.awssdk.services.lambda.model.GetLayerVersionPolicyResponse;
import software.amazon.awssdk.services.lambda.model.RemoveLayerVersionPermissionRequest;
import software.amazon.awssdk.services.lambda.model.RemoveLayerVersionPermissionResponse;

/** Who else may use a layer version. */
final class LayerPermissionOperations {
    private final Layers layers;

    LayerPermissionOperations(Layers layers) {
        this.layers = layers;
    }

    AddLayerVersionPermissionResponse add(
            AddLayerVersionPermissionRequest input, RequestContext context) {
        LayerKey key =
                LayerRequests.own(
                        input.layerName(),
                        input.versionNumber(),
                        context,
                        "lambda:AddLayerVersionPermission");
        // The action needs no reading: the model's pattern allows the one that there is.
        LayerPolicy.Statement statement =
                new LayerPolicy.Statement(
                        input.statementId(),
                        input.principal(),
                        Requests.given(input.organizationId()).filter(id -> !id.isEmpty()));
        LayerPolicy policy =
                layers.addPermission(
                        key, input.versionNumber(), statement, Requests.given(input.revisionId()));
        return AddLayerVersionPermissionResponse.builder()
                .statement(statement.document(key.arn(input.versionNumber())))
                .revisionId(policy.revisionId())
                .build();
    }

    RemoveLayerVersionPermissionResponse remove(
            RemoveLayerVersionPermissionRequest input, RequestContext context) {
        LayerKey key =
                LayerRequests.own(
                        input.layerName(),
                        input.versionNumber(),
                        context,
                        "lambda:RemoveLayerVersionPermission");
        layers.removePermission(
                key,
                input.versionNumber(),
                input.statementId(),
                Requests.given(input.revisionId()));
        return RemoveLayerVersionPermissionResponse.builder().build();
    }

    GetLayerVersionPolicyResponse get(GetLayerVersionPolicyRequest input, RequestContext context) {
        LayerKey key =
                LayerRequests.own(
                        input.layerName(),
                        input.versionNumber(),
                        context,
                        "lambda:GetLayerVersionPolicy");
        LayerPolicy policy = layers.policy(key, input.versionNumber());
        return GetLayerVersionPolicyResponse.builder()
                .policy(policy.document(key.arn(input.versionNumber())))
                .revisionId(policy.revisionId())
                .build();
    }
}
