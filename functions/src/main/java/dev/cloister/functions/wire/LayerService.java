package dev.cloister.functions.wire;

import dev.cloister.api.Operation;
import dev.cloister.functions.layers.Layers;
import java.util.List;
import software.amazon.awssdk.services.lambda.model.AddLayerVersionPermissionRequest;
import software.amazon.awssdk.services.lambda.model.DeleteLayerVersionRequest;
import software.amazon.awssdk.services.lambda.model.GetLayerVersionByArnRequest;
import software.amazon.awssdk.services.lambda.model.GetLayerVersionPolicyRequest;
import software.amazon.awssdk.services.lambda.model.GetLayerVersionRequest;
import software.amazon.awssdk.services.lambda.model.ListLayerVersionsRequest;
import software.amazon.awssdk.services.lambda.model.ListLayersRequest;
import software.amazon.awssdk.services.lambda.model.PublishLayerVersionRequest;
import software.amazon.awssdk.services.lambda.model.RemoveLayerVersionPermissionRequest;

/** The rows of Lambda's table that are about layers. */
final class LayerService {
    private LayerService() {}

    static List<Operation> operations(Layers layers, CodeLinks links, Archives archives) {
        LayerOperations layer = new LayerOperations(layers, links, archives);
        LayerPermissionOperations permission = new LayerPermissionOperations(layers);
        return List.of(
                Operation.modeled(
                        "PublishLayerVersion", PublishLayerVersionRequest::builder, layer::publish),
                Operation.modeled("GetLayerVersion", GetLayerVersionRequest::builder, layer::get),
                Operation.modeled(
                        "GetLayerVersionByArn",
                        GetLayerVersionByArnRequest::builder,
                        layer::getByArn),
                Operation.modeled(
                        "ListLayerVersions", ListLayerVersionsRequest::builder, layer::versions),
                Operation.modeled("ListLayers", ListLayersRequest::builder, layer::layers),
                Operation.modeled(
                        "DeleteLayerVersion", DeleteLayerVersionRequest::builder, layer::delete),
                Operation.modeled(
                        "AddLayerVersionPermission",
                        AddLayerVersionPermissionRequest::builder,
                        permission::add),
                Operation.modeled(
                        "RemoveLayerVersionPermission",
                        RemoveLayerVersionPermissionRequest::builder,
                        permission::remove),
                Operation.modeled(
                        "GetLayerVersionPolicy",
                        GetLayerVersionPolicyRequest::builder,
                        permission::get));
    }
}
