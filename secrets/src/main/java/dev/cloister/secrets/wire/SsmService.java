package dev.cloister.secrets.wire;

import static dev.cloister.api.Operation.modeled;

import dev.cloister.api.Operation;
import dev.cloister.api.ServiceDefinition;
import dev.cloister.secrets.parameters.ParameterStore;
import java.util.List;
import software.amazon.awssdk.services.ssm.model.AddTagsToResourceRequest;
import software.amazon.awssdk.services.ssm.model.DeleteParameterRequest;
import software.amazon.awssdk.services.ssm.model.DeleteParametersRequest;
import software.amazon.awssdk.services.ssm.model.DescribeParametersRequest;
import software.amazon.awssdk.services.ssm.model.GetParameterHistoryRequest;
import software.amazon.awssdk.services.ssm.model.GetParameterRequest;
import software.amazon.awssdk.services.ssm.model.GetParametersByPathRequest;
import software.amazon.awssdk.services.ssm.model.GetParametersRequest;
import software.amazon.awssdk.services.ssm.model.LabelParameterVersionRequest;
import software.amazon.awssdk.services.ssm.model.ListTagsForResourceRequest;
import software.amazon.awssdk.services.ssm.model.PutParameterRequest;
import software.amazon.awssdk.services.ssm.model.RemoveTagsFromResourceRequest;
import software.amazon.awssdk.services.ssm.model.UnlabelParameterVersionRequest;

/** AWS Systems Manager: the operations of its Parameter Store. */
public final class SsmService {
    private SsmService() {}

    /** The service over the parameters of all accounts. */
    public static ServiceDefinition definition(ParameterStore store) {
        ParameterOperations parameters = new ParameterOperations(store);
        ParameterLists lists = new ParameterLists(store);
        ParameterNotes notes = new ParameterNotes(store);
        List<Operation> operations =
                List.of(
                        modeled("PutParameter", PutParameterRequest::builder, parameters::put),
                        modeled("GetParameter", GetParameterRequest::builder, parameters::get),
                        modeled("GetParameters", GetParametersRequest::builder, parameters::getAll),
                        modeled(
                                "DeleteParameter",
                                DeleteParameterRequest::builder,
                                parameters::delete),
                        modeled(
                                "DeleteParameters",
                                DeleteParametersRequest::builder,
                                parameters::deleteAll),
                        modeled(
                                "GetParametersByPath",
                                GetParametersByPathRequest::builder,
                                lists::byPath),
                        modeled(
                                "GetParameterHistory",
                                GetParameterHistoryRequest::builder,
                                lists::history),
                        modeled(
                                "DescribeParameters",
                                DescribeParametersRequest::builder,
                                lists::describe),
                        modeled(
                                "LabelParameterVersion",
                                LabelParameterVersionRequest::builder,
                                notes::label),
                        modeled(
                                "UnlabelParameterVersion",
                                UnlabelParameterVersionRequest::builder,
                                notes::unlabel),
                        modeled(
                                "AddTagsToResource",
                                AddTagsToResourceRequest::builder,
                                notes::addTags),
                        modeled(
                                "RemoveTagsFromResource",
                                RemoveTagsFromResourceRequest::builder,
                                notes::removeTags),
                        modeled(
                                "ListTagsForResource",
                                ListTagsForResourceRequest::builder,
                                notes::listTags));
        return new ServiceDefinition(
                "ssm", "/facts/ssm.json", operations, new SsmAccess(store).table());
    }
}
