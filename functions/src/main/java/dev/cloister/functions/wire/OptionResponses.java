package dev.cloister.functions.wire;

import dev.cloister.functions.FunctionOptions;
import java.util.List;
import software.amazon.awssdk.services.lambda.model.FunctionConfiguration;

/** Shows {@link FunctionOptions} as AWS does: what was never set is left out. */
final class OptionResponses {
    private OptionResponses() {}

    static void show(FunctionOptions options, FunctionConfiguration.Builder shown) {
        shown.tracingConfig(tracing -> tracing.mode(options.tracingMode()));
        // No version has a snapshot in this version of Cloister: each starts from nothing, and
        // says so by an OptimizationStatus of Off.
        shown.snapStart(snap -> snap.applyOn(options.snapStart()).optimizationStatus("Off"));
        options.deadLetterTarget()
                .ifPresent(arn -> shown.deadLetterConfig(config -> config.targetArn(arn)));
        options.kmsKeyArn().ifPresent(shown::kmsKeyArn);
        options.emptyVpc()
                .ifPresent(
                        vpc ->
                                shown.vpcConfig(
                                        config ->
                                                config.subnetIds(List.of())
                                                        .securityGroupIds(List.of())
                                                        .vpcId("")
                                                        .ipv6AllowedForDualStack(
                                                                vpc.ipv6AllowedForDualStack())));
        options.tenantIsolationMode()
                .ifPresent(mode -> shown.tenancyConfig(config -> config.tenantIsolationMode(mode)));
    }
}
