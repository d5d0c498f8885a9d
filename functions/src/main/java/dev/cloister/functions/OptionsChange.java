package dev.cloister.functions;

import java.util.List;
import java.util.Optional;

/**
 * The members of {@link FunctionOptions} that a request gives; what is empty keeps its value. Of
 * the ARNs empty text removes the setting.
 *
 * @param fileSystems access points' ARNs
 * @param tenantIsolationMode at creation only
 */
public record OptionsChange(
        Optional<String> tracingMode,
        Optional<String> snapStart,
        Optional<String> deadLetterTarget,
        Optional<String> kmsKeyArn,
        Optional<String> sourceKmsKeyArn,
        Optional<Vpc> vpc,
        List<String> fileSystems,
        Optional<String> tenantIsolationMode) {
    public OptionsChange {
        fileSystems = List.copyOf(fileSystems);
    }

    /** The customer's key for the deployment package; empty text is none. */
    Optional<String> sourceKey() {
        return sourceKmsKeyArn.filter(arn -> !arn.isEmpty());
    }

    /** A VpcConfig, which replaces the whole. */
    public record Vpc(
            List<String> subnets, List<String> securityGroups, boolean ipv6AllowedForDualStack) {
        public Vpc {
            subnets = List.copyOf(subnets);
            securityGroups = List.copyOf(securityGroups);
        }
    }
}
