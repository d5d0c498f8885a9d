package dev.cloister.functions.wire;

import dev.cloister.api.RequestContext;
import dev.cloister.functions.CodeReaders;
import dev.cloister.functions.FunctionAlias;
import dev.cloister.functions.FunctionKey;
import dev.cloister.functions.FunctionVersion;
import dev.cloister.functions.Functions;
import dev.cloister.functions.LayerStack;
import dev.cloister.functions.VersionContent;
import dev.cloister.functions.VersionSnapshot;
import dev.cloister.functions.VersionStatus;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.HashMap;
import java.util.Map;
import software.amazon.awssdk.core.SdkField;
import software.amazon.awssdk.core.SdkPojo;
import software.amazon.awssdk.services.lambda.model.AliasConfiguration;
import software.amazon.awssdk.services.lambda.model.FunctionConfiguration;
import software.amazon.awssdk.services.lambda.model.Layer;
import software.amazon.awssdk.services.lambda.model.LoggingConfig;

/** Turns the domain's values into Amazon's. */
final class Responses {
    static final DateTimeFormatter LAST_MODIFIED =
            DateTimeFormatter.ofPattern("yyyy-MM-dd'T'HH:mm:ss.SSSZ").withZone(ZoneOffset.UTC);

    private final Functions functions;
    private final EnvironmentResponses environments;

    /**
     * @param readers says who sees environment variables under a customer's key
     */
    Responses(Functions functions, CodeReaders readers) {
        this.functions = functions;
        this.environments = new EnvironmentResponses(readers);
    }

    /** A version with its state, as every operation on one function shows it. */
    FunctionConfiguration full(
            RequestContext context, FunctionKey key, FunctionVersion version, String arn) {
        FunctionConfiguration.Builder shown = configuration(context, key, version, arn);
        VersionStatus status = version.status();
        shown.state(status.state().shown());
        status.stateReason()
                .ifPresent(why -> shown.stateReason(why.message()).stateReasonCode(why.code()));
        status.update().ifPresent(update -> shown.lastUpdateStatus(update.shown()));
        status.updateReason()
                .ifPresent(
                        why ->
                                shown.lastUpdateStatusReason(why.message())
                                        .lastUpdateStatusReasonCode(why.code()));
        RuntimeOperations.show(functions.runtimeManagement().shown(key, version), key, shown);
        return shown.build();
    }

    /** A version as lists show it: without state. */
    FunctionConfiguration listed(
            RequestContext context, FunctionKey key, FunctionVersion version, String arn) {
        return configuration(context, key, version, arn).build();
    }

    private FunctionConfiguration.Builder configuration(
            RequestContext context, FunctionKey key, FunctionVersion version, String arn) {
        VersionContent content = version.content();
        FunctionConfiguration.Builder shown =
                FunctionConfiguration.builder()
                        .functionName(key.name())
                        .functionArn(arn)
                        .runtime(content.runtime())
                        .role(content.role())
                        .handler(content.handler())
                        .codeSize(content.code().zipSize())
                        .description(content.description())
                        .timeout(content.timeoutSeconds())
                        .memorySize(content.memoryMegabytes())
                        .lastModified(LAST_MODIFIED.format(version.lastModified()))
                        .codeSha256(content.code().codeSha256())
                        .version(version.version())
                        .revisionId(version.revisionId())
                        .packageType("Zip")
                        .architecturesWithStrings(content.architecture())
                        .ephemeralStorage(
                                storage -> storage.size(content.ephemeralStorageMegabytes()))
                        .loggingConfig(logging(content.logging()));
        OptionResponses.show(content.options(), shown);
        if (!content.layers().layers().isEmpty()) {
            shown.layers(content.layers().layers().stream().map(Responses::layer).toList());
        }
        content.code()
                .signature()
                .ifPresent(
                        signature ->
                                shown.signingProfileVersionArn(signature.profileVersionArn())
                                        .signingJobArn(signature.jobArn()));
        environments.of(context, key, content).ifPresent(shown::environment);
        return shown;
    }

    private static Layer layer(LayerStack.Layer layer) {
        Layer.Builder shown = Layer.builder().arn(layer.arn()).codeSize(layer.zipSize());
        layer.signature()
                .ifPresent(
                        signature ->
                                shown.signingProfileVersionArn(signature.profileVersionArn())
                                        .signingJobArn(signature.jobArn()));
        return shown.build();
    }

    private static LoggingConfig logging(VersionSnapshot.Logging logging) {
        LoggingConfig.Builder shown =
                LoggingConfig.builder().logFormat(logging.format()).logGroup(logging.logGroup());
        logging.applicationLevel().ifPresent(shown::applicationLogLevel);
        logging.systemLevel().ifPresent(shown::systemLogLevel);
        return shown.build();
    }

    static AliasConfiguration alias(FunctionKey key, FunctionAlias alias) {
        AliasConfiguration.Builder shown =
                AliasConfiguration.builder()
                        .aliasArn(key.arn(alias.name()))
                        .name(alias.name())
                        .functionVersion(alias.version())
                        .description(alias.description())
                        .revisionId(alias.revisionId());
        alias.routing()
                .ifPresent(
                        route ->
                                shown.routingConfig(
                                        routing ->
                                                routing.additionalVersionWeights(
                                                        Map.of(route.version(), route.weight()))));
        return shown.build();
    }

    /**
     * Amazon has a response type of its own for each operation, with the members of one structure:
     * copies them by name.
     */
    static <B extends SdkPojo> B copy(SdkPojo from, B to) {
        Map<String, SdkField<?>> targets = new HashMap<>();
        to.sdkFields().forEach(field -> targets.put(field.memberName(), field));
        for (SdkField<?> field : from.sdkFields()) {
            Object value = field.getValueOrDefault(from);
            SdkField<?> target = targets.get(field.memberName());
            if (value != null && target != null) {
                target.set(to, value);
            }
        }
        return to;
    }
}
