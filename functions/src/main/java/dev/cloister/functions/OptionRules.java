package dev.cloister.functions;

import dev.cloister.functions.FunctionOptions.EmptyVpc;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Limits and wording of {@link FunctionOptions}. Immutable. */
final class OptionRules {
    /** Developer Guide, "Improving startup performance with Lambda SnapStart". */
    private static final Set<String> SNAP_START_RUNTIMES =
            Set.of(
                    "java11",
                    "java17",
                    "java21",
                    "java25",
                    "python3.12",
                    "python3.13",
                    "python3.14",
                    "python3.15",
                    "dotnet8",
                    "dotnet10");

    private static final int SNAP_START_STORAGE = 512;

    private static final Pattern DEAD_LETTER =
            Pattern.compile("arn:aws[a-zA-Z-]*:(sqs|sns):[a-z0-9-]+:[0-9]{12}:[a-zA-Z0-9_.-]+");
    private static final Pattern KMS_KEY =
            Pattern.compile(
                    "arn:aws[a-zA-Z-]*:kms:([a-z0-9-]+):[0-9]{12}:(key/[a-zA-Z0-9-]+"
                            + "|alias/[a-zA-Z0-9/_-]+)");

    private static final String INVALID_ARN = "KMS Exception: InvalidArnException KMS Message: ";

    private OptionRules() {}

    /** {@code base} with the request's members. */
    static FunctionOptions apply(FunctionKey key, FunctionOptions base, OptionsChange change) {
        change.deadLetterTarget()
                .filter(arn -> !arn.isEmpty())
                .ifPresent(OptionRules::checkDeadLetter);
        change.kmsKeyArn()
                .filter(arn -> !arn.isEmpty())
                .flatMap(arn -> keyProblem(key, arn))
                .ifPresent(
                        why -> {
                            throw unusableKey(why);
                        });
        checkSourceKey(key, change.sourceKmsKeyArn());
        change.vpc().ifPresent(OptionRules::checkVpc);
        checkFileSystems(change.fileSystems());
        return merge(base, change);
    }

    /** As {@link #apply}, of a change that has been checked. */
    static FunctionOptions merge(FunctionOptions base, OptionsChange change) {
        return new FunctionOptions(
                change.tracingMode().orElse(base.tracingMode()),
                change.snapStart().orElse(base.snapStart()),
                replaced(base.deadLetterTarget(), change.deadLetterTarget()),
                replaced(base.kmsKeyArn(), change.kmsKeyArn()),
                replaced(base.sourceKmsKeyArn(), change.sourceKmsKeyArn()),
                change.vpc()
                        .map(vpc -> new EmptyVpc(vpc.ipv6AllowedForDualStack()))
                        .or(base::emptyVpc),
                change.tenantIsolationMode().or(base::tenantIsolationMode));
    }

    private static Optional<String> replaced(Optional<String> old, Optional<String> given) {
        return given.or(() -> old).filter(arn -> !arn.isEmpty());
    }

    /** What holds between members, of the content as it would be. */
    static VersionContent checked(VersionContent content) {
        if (content.options().snapStart().equals(FunctionOptions.SNAP_START_OFF)) {
            return content;
        }
        if (!SNAP_START_RUNTIMES.contains(content.runtime())) {
            throw noSnapStart(content.runtime());
        }
        if (content.ephemeralStorageMegabytes() > SNAP_START_STORAGE) {
            throw noSnapStart("EphemeralStorage greater than " + SNAP_START_STORAGE + " MB");
        }
        if (content.options().isolatesTenants()) {
            throw noSnapStart("TenancyConfig");
        }
        return content;
    }

    private static dev.cloister.api.AwsError noSnapStart(String what) {
        return LambdaErrors.invalidParameter(
                what + " is not supported for SnapStart enabled functions.");
    }

    private static void checkDeadLetter(String arn) {
        if (!DEAD_LETTER.matcher(arn).matches()) {
            throw LambdaErrors.invalidParameter(
                    "Invalid dead letter ARN: "
                            + arn
                            + " is neither an Amazon SQS queue nor an Amazon SNS topic.");
        }
    }

    /** The key of a deployment package; empty text is no key. */
    static void checkSourceKey(FunctionKey key, Optional<String> arn) {
        arn.filter(text -> !text.isEmpty())
                .flatMap(given -> keyProblem(key, given))
                .ifPresent(
                        why -> {
                            throw LambdaErrors.unusableCodeKey(INVALID_ARN + why);
                        });
    }

    private static Optional<String> keyProblem(FunctionKey key, String arn) {
        Matcher matcher = KMS_KEY.matcher(arn);
        if (!matcher.matches()) {
            return Optional.of("ARN does not refer to a key");
        }
        return matcher.group(1).equals(key.region().value())
                ? Optional.empty()
                : Optional.of("Invalid arn " + matcher.group(1));
    }

    private static dev.cloister.api.AwsError unusableKey(String why) {
        return LambdaErrors.invalidParameter(
                "Lambda was unable to configure access to your environment variables because the"
                        + " KMS key is invalid for CreateGrant. Please check your KMS key settings. "
                        + INVALID_ARN
                        + why);
    }

    // An installation has no subnets, security groups and access points yet: none can be found.

    private static void checkVpc(OptionsChange.Vpc vpc) {
        if (!vpc.subnets().isEmpty()) {
            throw notFound(
                    "DescribeSubnets",
                    "InvalidSubnetID.NotFound",
                    "The subnet ID '" + vpc.subnets().getFirst() + "' does not exist");
        }
        if (!vpc.securityGroups().isEmpty()) {
            throw notFound(
                    "DescribeSecurityGroups",
                    "InvalidGroup.NotFound",
                    "The security group '" + vpc.securityGroups().getFirst() + "' does not exist");
        }
    }

    private static dev.cloister.api.AwsError notFound(String call, String code, String message) {
        return LambdaErrors.invalidParameter(
                "Error occurred while "
                        + call
                        + ". EC2 Error Code: "
                        + code
                        + ". EC2 Error Message: "
                        + message);
    }

    private static void checkFileSystems(List<String> accessPoints) {
        if (!accessPoints.isEmpty()) {
            throw LambdaErrors.invalidParameter(
                    "Function must be configured to execute in a VPC to reference access point "
                            + accessPoints.getFirst()
                            + ". Please update the function configuration to include VPC subnets"
                            + " and security groups.");
        }
    }
}
