package dev.cloister.functions.wire;

import dev.cloister.api.Operation;
import dev.cloister.functions.ArchiveSource;
import dev.cloister.functions.Functions;
import dev.cloister.functions.code.ArchiveLimits;
import java.util.ArrayList;
import java.util.List;
import software.amazon.awssdk.services.lambda.model.CreateAliasRequest;
import software.amazon.awssdk.services.lambda.model.CreateFunctionRequest;
import software.amazon.awssdk.services.lambda.model.DeleteAliasRequest;
import software.amazon.awssdk.services.lambda.model.DeleteFunctionRequest;
import software.amazon.awssdk.services.lambda.model.GetAccountSettingsRequest;
import software.amazon.awssdk.services.lambda.model.GetAliasRequest;
import software.amazon.awssdk.services.lambda.model.GetFunctionConfigurationRequest;
import software.amazon.awssdk.services.lambda.model.GetFunctionRequest;
import software.amazon.awssdk.services.lambda.model.ListAliasesRequest;
import software.amazon.awssdk.services.lambda.model.ListFunctionsRequest;
import software.amazon.awssdk.services.lambda.model.ListTagsRequest;
import software.amazon.awssdk.services.lambda.model.ListVersionsByFunctionRequest;
import software.amazon.awssdk.services.lambda.model.PublishVersionRequest;
import software.amazon.awssdk.services.lambda.model.TagResourceRequest;
import software.amazon.awssdk.services.lambda.model.UntagResourceRequest;
import software.amazon.awssdk.services.lambda.model.UpdateAliasRequest;
import software.amazon.awssdk.services.lambda.model.UpdateFunctionCodeRequest;
import software.amazon.awssdk.services.lambda.model.UpdateFunctionConfigurationRequest;

/** Lambda's control plane as rows of a service's table; Invoke's rows come from the data plane. */
public final class LambdaService {
    private LambdaService() {}

    /**
     * @param source of the archives that requests name
     * @param links also among the server's anonymous routes: it serves the downloads
     */
    public static List<Operation> operations(
            Functions functions, CodeLinks links, ArchiveSource source) {
        Archives archives = new Archives(source, ArchiveLimits.DEFAULTS.maxZipped());
        FunctionOperations function = new FunctionOperations(functions, links, archives);
        ListOperations list = new ListOperations(functions, links.readers());
        VersionOperations version = new VersionOperations(functions, links.readers());
        AliasOperations alias = new AliasOperations(functions);
        TagOperations tag = new TagOperations(functions);
        List<Operation> rows =
                new ArrayList<>(LayerService.operations(functions.layers(), links, archives));
        rows.addAll(
                List.of(
                        Operation.modeled(
                                "CreateFunction", CreateFunctionRequest::builder, function::create),
                        Operation.modeled(
                                "GetFunction", GetFunctionRequest::builder, function::get),
                        Operation.modeled(
                                "GetFunctionConfiguration",
                                GetFunctionConfigurationRequest::builder,
                                function::getConfiguration),
                        Operation.modeled(
                                "ListFunctions", ListFunctionsRequest::builder, list::functions),
                        Operation.modeled(
                                "UpdateFunctionCode",
                                UpdateFunctionCodeRequest::builder,
                                function::updateCode),
                        Operation.modeled(
                                "UpdateFunctionConfiguration",
                                UpdateFunctionConfigurationRequest::builder,
                                function::updateConfiguration),
                        Operation.modeled(
                                "DeleteFunction", DeleteFunctionRequest::builder, function::delete),
                        Operation.modeled(
                                "PublishVersion", PublishVersionRequest::builder, version::publish),
                        Operation.modeled(
                                "ListVersionsByFunction",
                                ListVersionsByFunctionRequest::builder,
                                list::versions),
                        Operation.modeled(
                                "CreateAlias", CreateAliasRequest::builder, alias::create),
                        Operation.modeled("GetAlias", GetAliasRequest::builder, alias::get),
                        Operation.modeled(
                                "ListAliases", ListAliasesRequest::builder, list::aliases),
                        Operation.modeled(
                                "UpdateAlias", UpdateAliasRequest::builder, alias::update),
                        Operation.modeled(
                                "DeleteAlias", DeleteAliasRequest::builder, alias::delete),
                        Operation.modeled(
                                "GetAccountSettings",
                                GetAccountSettingsRequest::builder,
                                list::account),
                        Operation.modeled("TagResource", TagResourceRequest::builder, tag::tag),
                        Operation.modeled(
                                "UntagResource", UntagResourceRequest::builder, tag::untag),
                        Operation.modeled("ListTags", ListTagsRequest::builder, tag::list)));
        rows.addAll(RuntimeOperations.rows(functions));
        rows.addAll(new RecursionOperations(functions).rows());
        rows.addAll(new ConcurrencyOperations(functions).rows());
        rows.addAll(new FunctionSigningOperations(functions).rows());
        return List.copyOf(rows);
    }
}
