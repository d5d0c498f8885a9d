package dev.cloister.functions;

import java.util.Optional;

/**
 * The settings of a version beyond what its environments need to start. Immutable, and stored as it
 * is: a new member must be an Optional.
 *
 * @param tracingMode {@code PassThrough} or {@code Active}
 * @param snapStart ApplyOn: {@code None} or {@code PublishedVersions}
 * @param deadLetterTarget the queue or topic for asynchronous events that failed
 * @param kmsKeyArn the customer's key for environment variables
 * @param sourceKmsKeyArn the customer's key for the deployment package
 * @param emptyVpc what is shown of a VpcConfig that names neither subnets nor security groups
 * @param tenantIsolationMode {@code PER_TENANT} if environments belong to one tenant each
 */
public record FunctionOptions(
        String tracingMode,
        String snapStart,
        Optional<String> deadLetterTarget,
        Optional<String> kmsKeyArn,
        Optional<String> sourceKmsKeyArn,
        Optional<EmptyVpc> emptyVpc,
        Optional<String> tenantIsolationMode) {
    static final String TRACING_ACTIVE = "Active";
    static final String SNAP_START_OFF = "None";

    /** AWS's defaults, which a function has that says nothing. */
    public static final FunctionOptions DEFAULTS =
            new FunctionOptions(
                    "PassThrough",
                    SNAP_START_OFF,
                    Optional.empty(),
                    Optional.empty(),
                    Optional.empty(),
                    Optional.empty(),
                    Optional.empty());

    /** A VpcConfig with empty lists: the function is in no VPC, and AWS shows it all the same. */
    public record EmptyVpc(boolean ipv6AllowedForDualStack) {}

    /** Whether this function samples invocations that come without a decision. */
    public boolean tracesActively() {
        return tracingMode.equals(TRACING_ACTIVE);
    }

    /** Whether each environment serves one tenant only. */
    public boolean isolatesTenants() {
        return tenantIsolationMode.isPresent();
    }

    FunctionOptions withSourceKey(Optional<String> newSourceKmsKeyArn) {
        return new FunctionOptions(
                tracingMode,
                snapStart,
                deadLetterTarget,
                kmsKeyArn,
                newSourceKmsKeyArn,
                emptyVpc,
                tenantIsolationMode);
    }
}
