package dev.cloister.functions.wire;

import dev.cloister.api.AccountId;
import dev.cloister.api.Region;
import dev.cloister.api.RequestContext;
import dev.cloister.functions.CodeSigningEdits;
import dev.cloister.functions.FunctionKey;
import dev.cloister.functions.Functions;
import dev.cloister.functions.signing.CodeSigningConfig.Policy;
import dev.cloister.functions.signing.CodeSigningConfigs;
import dev.cloister.functions.signing.ConfigKey;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.services.lambda.model.AllowedPublishers;
import software.amazon.awssdk.services.lambda.model.CodeSigningConfig;
import software.amazon.awssdk.services.lambda.model.CodeSigningPolicies;
import software.amazon.awssdk.services.lambda.model.CreateCodeSigningConfigRequest;
import software.amazon.awssdk.services.lambda.model.CreateCodeSigningConfigResponse;
import software.amazon.awssdk.services.lambda.model.DeleteCodeSigningConfigRequest;
import software.amazon.awssdk.services.lambda.model.DeleteCodeSigningConfigResponse;
import software.amazon.awssdk.services.lambda.model.GetCodeSigningConfigRequest;
import software.amazon.awssdk.services.lambda.model.GetCodeSigningConfigResponse;
import software.amazon.awssdk.services.lambda.model.ListCodeSigningConfigsRequest;
import software.amazon.awssdk.services.lambda.model.ListCodeSigningConfigsResponse;
import software.amazon.awssdk.services.lambda.model.ListFunctionsByCodeSigningConfigRequest;
import software.amazon.awssdk.services.lambda.model.ListFunctionsByCodeSigningConfigResponse;
import software.amazon.awssdk.services.lambda.model.UpdateCodeSigningConfigRequest;
import software.amazon.awssdk.services.lambda.model.UpdateCodeSigningConfigResponse;

/** The operations on code signing configurations. */
final class CodeSigningOperations {
    private final CodeSigningEdits edits;

    CodeSigningOperations(Functions functions) {
        this.edits = functions.codeSigningEdits();
    }

    CreateCodeSigningConfigResponse create(
            CreateCodeSigningConfigRequest input, RequestContext context) {
        return CreateCodeSigningConfigResponse.builder()
                .codeSigningConfig(
                        shown(
                                edits.create(
                                        context.account(),
                                        context.region(),
                                        change(
                                                input.description(),
                                                input.allowedPublishers(),
                                                input.codeSigningPolicies()),
                                        input.tags())))
                .build();
    }

    GetCodeSigningConfigResponse get(GetCodeSigningConfigRequest input, RequestContext context) {
        return GetCodeSigningConfigResponse.builder()
                .codeSigningConfig(
                        shown(edits.configs().require(key(input.codeSigningConfigArn(), context))))
                .build();
    }

    UpdateCodeSigningConfigResponse update(
            UpdateCodeSigningConfigRequest input, RequestContext context) {
        return UpdateCodeSigningConfigResponse.builder()
                .codeSigningConfig(
                        shown(
                                edits.configs()
                                        .update(
                                                key(input.codeSigningConfigArn(), context),
                                                change(
                                                        input.description(),
                                                        input.allowedPublishers(),
                                                        input.codeSigningPolicies()))))
                .build();
    }

    DeleteCodeSigningConfigResponse delete(
            DeleteCodeSigningConfigRequest input, RequestContext context) {
        edits.delete(key(input.codeSigningConfigArn(), context));
        return DeleteCodeSigningConfigResponse.builder().build();
    }

    ListCodeSigningConfigsResponse list(
            ListCodeSigningConfigsRequest input, RequestContext context) {
        int size = Page.size(input.maxItems());
        var page =
                Page.of(
                        edits.configs()
                                .listAfter(
                                        context.account(),
                                        context.region(),
                                        Page.after(input.marker()),
                                        size + 1),
                        size,
                        config -> config.key().id());
        ListCodeSigningConfigsResponse.Builder shown =
                ListCodeSigningConfigsResponse.builder()
                        .codeSigningConfigs(
                                page.items().stream().map(CodeSigningOperations::shown).toList());
        page.nextMarker().ifPresent(shown::nextMarker);
        return shown.build();
    }

    ListFunctionsByCodeSigningConfigResponse listFunctions(
            ListFunctionsByCodeSigningConfigRequest input, RequestContext context) {
        ConfigKey key = key(input.codeSigningConfigArn(), context);
        ConfigKey found = edits.configs().require(key).key();
        int size = Page.size(input.maxItems());
        Page<String> page =
                Page.of(
                        edits.functionsAfter(found, Page.after(input.marker()), size + 1),
                        size,
                        name -> name);
        AccountId account = key.account();
        Region region = key.region();
        ListFunctionsByCodeSigningConfigResponse.Builder shown =
                ListFunctionsByCodeSigningConfigResponse.builder()
                        .functionArns(
                                page.items().stream()
                                        .map(name -> new FunctionKey(account, region, name).arn())
                                        .toList());
        page.nextMarker().ifPresent(shown::nextMarker);
        return shown.build();
    }

    /**
     * The configuration that an ARN names.
     *
     * @throws dev.cloister.api.AwsError if it is none, or not of the caller's account and region
     */
    static ConfigKey key(String arn, RequestContext context) {
        return ConfigKey.parse(arn)
                .filter(key -> key.account().equals(context.account()))
                .filter(key -> key.region().equals(context.region()))
                .orElseThrow(CodeSigningConfigs::notFound);
    }

    private static CodeSigningConfigs.Change change(
            @Nullable String description,
            @Nullable AllowedPublishers publishers,
            @Nullable CodeSigningPolicies policies) {
        return new CodeSigningConfigs.Change(
                Optional.ofNullable(description),
                Optional.ofNullable(publishers).map(AllowedPublishers::signingProfileVersionArns),
                Optional.ofNullable(policies)
                        .flatMap(
                                given ->
                                        Optional.ofNullable(
                                                given.untrustedArtifactOnDeploymentAsString()))
                        .map(Policy::of));
    }

    private static CodeSigningConfig shown(
            dev.cloister.functions.signing.CodeSigningConfig config) {
        CodeSigningConfig.Builder shown =
                CodeSigningConfig.builder()
                        .codeSigningConfigId(config.key().id())
                        .codeSigningConfigArn(config.key().arn())
                        .allowedPublishers(
                                allowed -> allowed.signingProfileVersionArns(config.publishers()))
                        .codeSigningPolicies(
                                policies ->
                                        policies.untrustedArtifactOnDeployment(
                                                config.policy().shown()))
                        .lastModified(Responses.LAST_MODIFIED.format(config.lastModified()));
        if (!config.description().isEmpty()) {
            shown.description(config.description());
        }
        return shown.build();
    }
}
