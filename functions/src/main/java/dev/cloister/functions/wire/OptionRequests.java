package dev.cloister.functions.wire;

import dev.cloister.functions.LambdaErrors;
import dev.cloister.functions.OptionsChange;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.services.lambda.model.CapacityProviderConfig;
import software.amazon.awssdk.services.lambda.model.CreateFunctionRequest;
import software.amazon.awssdk.services.lambda.model.DeadLetterConfig;
import software.amazon.awssdk.services.lambda.model.FileSystemConfig;
import software.amazon.awssdk.services.lambda.model.ImageConfig;
import software.amazon.awssdk.services.lambda.model.SnapStart;
import software.amazon.awssdk.services.lambda.model.TenancyConfig;
import software.amazon.awssdk.services.lambda.model.TracingConfig;
import software.amazon.awssdk.services.lambda.model.UpdateFunctionConfigurationRequest;
import software.amazon.awssdk.services.lambda.model.VpcConfig;

/** The settings of a function beyond its code and its environment, out of Amazon's requests. */
final class OptionRequests {
    /** Developer Guide, "Lambda Managed Instances", supported runtimes. */
    private static final Set<String> MANAGED_INSTANCES =
            Set.of(
                    "java21",
                    "java25",
                    "python3.13",
                    "python3.14",
                    "python3.15",
                    "nodejs22.x",
                    "nodejs24.x",
                    "nodejs26.x",
                    "dotnet8",
                    "dotnet10");

    private OptionRequests() {}

    static OptionsChange of(CreateFunctionRequest input) {
        checkPackageType(input);
        if (says(input.capacityProviderConfig())) {
            String runtime = Requests.given(input.runtimeAsString()).orElse("");
            if (!MANAGED_INSTANCES.contains(runtime)) {
                throw LambdaErrors.invalidParameter(
                        "Runtime Enum "
                                + runtime
                                + " does not support specified feature: Lambda Managed Instances");
            }
            throw LambdaErrors.notAvailable("CapacityProviderConfig");
        }
        return new OptionsChange(
                tracing(input.tracingConfig()),
                snapStart(input.snapStart()),
                deadLetter(input.deadLetterConfig()),
                Requests.given(input.kmsKeyArn()),
                Requests.given(input.code().sourceKMSKeyArn()),
                vpc(input.vpcConfig()),
                accessPoints(input.hasFileSystemConfigs() ? input.fileSystemConfigs() : List.of()),
                tenancy(input.tenancyConfig()));
    }

    static OptionsChange of(UpdateFunctionConfigurationRequest input) {
        if (isGiven(input.imageConfig())) {
            throw LambdaErrors.invalidParameter(
                    "Please don't provide ImageConfig when updating a function with packageType"
                            + " Zip.");
        }
        if (says(input.capacityProviderConfig())) {
            throw LambdaErrors.invalidParameter(
                    "CapacityProviderConfig isn't supported for Lambda Default functions.");
        }
        return new OptionsChange(
                tracing(input.tracingConfig()),
                snapStart(input.snapStart()),
                deadLetter(input.deadLetterConfig()),
                Requests.given(input.kmsKeyArn()),
                Optional.empty(),
                vpc(input.vpcConfig()),
                accessPoints(input.hasFileSystemConfigs() ? input.fileSystemConfigs() : List.of()),
                Optional.empty());
    }

    /** What AWS asks of a package's type before it looks at the code. */
    private static void checkPackageType(CreateFunctionRequest input) {
        if (input.packageType() != null && input.packageTypeAsString().equals("Image")) {
            if (input.runtime() != null || input.handler() != null || input.hasLayers()) {
                throw LambdaErrors.invalidParameter(
                        "Please don't provide Handler or Runtime or Layer when the intended"
                                + " function PackageType is Image.");
            }
            if (input.code().imageUri() == null) {
                throw LambdaErrors.invalidParameter(
                        "Please provide ImageUri when the intended function PackageType is"
                                + " Image.");
            }
            throw LambdaErrors.notAvailable("PackageType Image");
        }
        if (input.code().imageUri() != null) {
            throw LambdaErrors.invalidParameter(
                    "Please don't provide ImageUri when the intended function PackageType is Zip.");
        }
        if (isGiven(input.imageConfig())) {
            throw LambdaErrors.invalidParameter(
                    "Please don't provide ImageConfig when the intended function PackageType is"
                            + " Zip.");
        }
    }

    private static boolean isGiven(@Nullable ImageConfig image) {
        return image != null
                && (image.hasEntryPoint()
                        || image.hasCommand()
                        || image.workingDirectory() != null);
    }

    private static boolean says(@Nullable CapacityProviderConfig config) {
        return config != null;
    }

    private static Optional<String> tracing(@Nullable TracingConfig given) {
        return Requests.given(given).map(TracingConfig::modeAsString);
    }

    private static Optional<String> snapStart(@Nullable SnapStart given) {
        return Requests.given(given).map(SnapStart::applyOnAsString);
    }

    /** A structure without target removes the setting as empty text does. */
    private static Optional<String> deadLetter(@Nullable DeadLetterConfig given) {
        return Requests.given(given).map(config -> Requests.given(config.targetArn()).orElse(""));
    }

    private static Optional<OptionsChange.Vpc> vpc(@Nullable VpcConfig given) {
        return Requests.given(given)
                .map(
                        vpc ->
                                new OptionsChange.Vpc(
                                        vpc.subnetIds(),
                                        vpc.securityGroupIds(),
                                        Requests.isTrue(vpc.ipv6AllowedForDualStack())));
    }

    private static List<String> accessPoints(List<FileSystemConfig> given) {
        return given.stream().map(FileSystemConfig::arn).toList();
    }

    private static Optional<String> tenancy(@Nullable TenancyConfig given) {
        return Requests.given(given).map(TenancyConfig::tenantIsolationModeAsString);
    }
}
