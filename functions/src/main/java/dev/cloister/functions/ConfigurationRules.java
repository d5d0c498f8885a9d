package dev.cloister.functions;

import dev.cloister.functions.ConfigurationChange.LoggingChange;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Defaults, limits and wording of a function's configuration. Immutable. */
final class ConfigurationRules {
    private static final int DEFAULT_TIMEOUT = 3;
    private static final int MAX_TIMEOUT = 900;
    private static final int DEFAULT_MEMORY = 128;
    private static final int MIN_MEMORY = 128;
    private static final int DEFAULT_STORAGE = 512;
    private static final int MIN_STORAGE = 512;
    private static final int MAX_STORAGE = 10240;
    private static final int MAX_DESCRIPTION = 256;
    private static final int MAX_HANDLER = 128;
    private static final String DEFAULT_ARCHITECTURE = "x86_64";
    private static final String ROLE_FORM =
            "arn:(aws[a-zA-Z-]*)?:iam::(\\d{12}):role/?[a-zA-Z_0-9+=,.@\\-_/]+";
    private static final Pattern ROLE = Pattern.compile(ROLE_FORM);
    private static final Pattern HANDLER = Pattern.compile("[^\\s]+");

    private final RuntimeRules runtimes;
    private final ExecutionRoles roles;
    private final DeadLetterRules deadLetterRules;
    private final FunctionSettings settings;
    private final EnvironmentSeal seal;
    private final EnvironmentRules environmentRules = new EnvironmentRules();

    ConfigurationRules(
            RuntimeRules runtimes,
            ExecutionRoles roles,
            FunctionSettings settings,
            EnvironmentSeal seal) {
        this.runtimes = runtimes;
        this.roles = roles;
        this.deadLetterRules = new DeadLetterRules(roles);
        this.settings = settings;
        this.seal = seal;
    }

    /** The content of a new function: the request's members over AWS's defaults. */
    VersionContent create(
            FunctionKey key,
            String id,
            ConfigurationChange given,
            List<String> architectures,
            VersionContent.Code code) {
        if (given.runtime().isEmpty() || given.handler().isEmpty()) {
            throw LambdaErrors.invalidParameter(
                    "Runtime and Handler are mandatory parameters for functions created with"
                            + " deployment packages.");
        }
        given.runtime().ifPresent(runtimes::checkCreate);
        VersionContent defaults =
                new VersionContent(
                        id,
                        "",
                        "",
                        "",
                        "",
                        DEFAULT_TIMEOUT,
                        DEFAULT_MEMORY,
                        DEFAULT_STORAGE,
                        architecture(architectures).orElse(defaultArchitecture()),
                        new EnvironmentVariables.None(),
                        new VersionSnapshot.Logging(
                                "Text",
                                Optional.empty(),
                                Optional.empty(),
                                "/aws/lambda/" + key.name()),
                        FunctionOptions.DEFAULTS,
                        LayerStack.NONE,
                        code);
        return apply(key, id, defaults, given);
    }

    /** {@code base} with the request's members, as a new content. */
    VersionContent apply(
            FunctionKey key, String id, VersionContent base, ConfigurationChange change) {
        change.description().ifPresent(text -> checkLength(text, "description", MAX_DESCRIPTION));
        change.role().ifPresent(role -> checkRole(key, role));
        change.runtime().ifPresentOrElse(runtimes::checkUpdate, () -> checkKeptRuntime(base));
        change.handler().ifPresent(ConfigurationRules::checkHandler);
        change.timeoutSeconds().ifPresent(t -> checkRange(t, "timeout", 1, MAX_TIMEOUT));
        change.memoryMegabytes().ifPresent(this::checkMemory);
        change.ephemeralStorageMegabytes()
                .ifPresent(s -> checkRange(s, "ephemeralStorage.size", MIN_STORAGE, MAX_STORAGE));
        change.environment().ifPresent(environmentRules::check);
        FunctionOptions options = OptionRules.apply(key, base.options(), change.options());
        if (change.role().isPresent() || change.options().deadLetterTarget().isPresent()) {
            deadLetterRules.check(
                    key, change.role().orElse(base.role()), options.deadLetterTarget());
        }
        return OptionRules.checked(
                new VersionContent(
                        id,
                        change.description().orElse(base.description()),
                        change.role().orElse(base.role()),
                        change.runtime().orElse(base.runtime()),
                        change.handler().orElse(base.handler()),
                        change.timeoutSeconds().orElse(base.timeoutSeconds()),
                        change.memoryMegabytes().orElse(base.memoryMegabytes()),
                        change.ephemeralStorageMegabytes().orElse(base.ephemeralStorageMegabytes()),
                        base.architecture(),
                        environment(key, base, change, options),
                        change.logging()
                                .map(given -> logging(base.logging(), given))
                                .orElse(base.logging()),
                        options,
                        base.layers(),
                        base.code()));
    }

    /**
     * @throws dev.cloister.api.AwsError if a deployment package can't be under a customer's key
     */
    void checkCodeKey(FunctionKey key, String keyArn) {
        seal.requireUsableForCode(key, keyArn);
    }

    /** Sealed anew where the variables or their key change. */
    private EnvironmentVariables environment(
            FunctionKey key,
            VersionContent base,
            ConfigurationChange change,
            FunctionOptions options) {
        if (change.environment().isPresent()) {
            return seal.seal(key, change.environment().get(), options.kmsKeyArn());
        }
        return change.options().kmsKeyArn().isPresent()
                ? seal.under(key, base.environment(), options.kmsKeyArn())
                : base.environment();
    }

    /** The key alone may have changed: then variables that are still the same are sealed anew. */
    private static EnvironmentVariables merged(
            VersionContent current, VersionContent checked, ConfigurationChange change) {
        boolean sealedAnew =
                change.options().kmsKeyArn().isPresent()
                        && checked.environment().equals(current.environment());
        return change.environment().isPresent() || sealedAnew
                ? checked.environment()
                : current.environment();
    }

    /**
     * {@code current} with those members of {@code checked} that the request gives: what {@link
     * #apply} checked and sealed, put onto the content that is there under the function's lock.
     */
    VersionContent merge(
            VersionContent current, VersionContent checked, ConfigurationChange change) {
        return OptionRules.checked(
                new VersionContent(
                        checked.id(),
                        change.description().orElse(current.description()),
                        change.role().orElse(current.role()),
                        change.runtime().orElse(current.runtime()),
                        change.handler().orElse(current.handler()),
                        change.timeoutSeconds().orElse(current.timeoutSeconds()),
                        change.memoryMegabytes().orElse(current.memoryMegabytes()),
                        change.ephemeralStorageMegabytes()
                                .orElse(current.ephemeralStorageMegabytes()),
                        current.architecture(),
                        merged(current, checked, change),
                        change.logging()
                                .map(given -> logging(current.logging(), given))
                                .orElse(current.logging()),
                        OptionRules.merge(current.options(), change.options()),
                        change.layers().isPresent() ? checked.layers() : current.layers(),
                        current.code()));
    }

    /** The one architecture of a request, if it gives any. */
    Optional<String> architecture(List<String> given) {
        if (given.isEmpty()) {
            return Optional.empty();
        }
        if (given.size() > 1) {
            throw LambdaErrors.validation(
                    "[" + String.join(", ", given) + "]",
                    "architectures",
                    "Member must have length less than or equal to 1");
        }
        String architecture = given.getFirst();
        if (!settings.architectures().contains(architecture)) {
            throw LambdaErrors.invalidParameter(
                    "No worker of this installation runs the architecture "
                            + architecture
                            + ". Available: "
                            + String.join(", ", settings.architectures())
                            + ".");
        }
        return Optional.of(architecture);
    }

    private String defaultArchitecture() {
        return architecture(List.of(DEFAULT_ARCHITECTURE)).orElseThrow();
    }

    static void checkDescription(String description) {
        checkLength(description, "description", MAX_DESCRIPTION);
    }

    private void checkRole(FunctionKey key, String role) {
        Matcher matcher = ROLE.matcher(role);
        if (!matcher.matches()) {
            throw LambdaErrors.validation(
                    role, "role", "Member must satisfy regular expression pattern: " + ROLE_FORM);
        }
        if (!key.account().value().equals(matcher.group(2))) {
            throw LambdaErrors.accessDenied("Cross-account pass role is not allowed.");
        }
        if (!roles.assumable(role, key.arn())) {
            throw LambdaErrors.invalidParameter(
                    "The role defined for the function cannot be assumed by Lambda.");
        }
    }

    /** Whether a function with this content may be changed in anything but its runtime. */
    void checkKeptRuntime(VersionContent content) {
        runtimes.checkKept(content.runtime());
    }

    private static void checkHandler(String handler) {
        checkLength(handler, "handler", MAX_HANDLER);
        if (!HANDLER.matcher(handler).matches()) {
            throw LambdaErrors.validation(
                    handler, "handler", "Member must satisfy regular expression pattern: [^\\s]+");
        }
    }

    private void checkMemory(int memory) {
        checkRange(memory, "memorySize", MIN_MEMORY, Integer.MAX_VALUE);
        if (memory > settings.maxMemoryMegabytes()) {
            throw LambdaErrors.invalidParameter(
                    "'MemorySize' value failed to satisfy constraint: Member must have value less"
                            + " than or equal to "
                            + settings.maxMemoryMegabytes());
        }
    }

    private static VersionSnapshot.Logging logging(
            VersionSnapshot.Logging base, LoggingChange change) {
        String format = change.format().orElse(base.format());
        boolean levels = change.applicationLevel().isPresent() || change.systemLevel().isPresent();
        String group = change.logGroup().orElse(base.logGroup());
        if (!format.equals("JSON")) {
            if (levels) {
                throw LambdaErrors.invalidParameter(
                        "LogLevel is not supported when LogFormat is set to \"Text\". Remove"
                                + " LogLevel from your request or change the LogFormat to \"JSON\""
                                + " and try again.");
            }
            return new VersionSnapshot.Logging("Text", Optional.empty(), Optional.empty(), group);
        }
        return new VersionSnapshot.Logging(
                "JSON",
                change.applicationLevel().or(base::applicationLevel).or(() -> Optional.of("INFO")),
                change.systemLevel().or(base::systemLevel).or(() -> Optional.of("INFO")),
                group);
    }

    private static void checkLength(String value, String path, int max) {
        if (value.length() > max) {
            throw LambdaErrors.validation(
                    value, path, "Member must have length less than or equal to " + max);
        }
    }

    private static void checkRange(int value, String path, int min, int max) {
        if (value < min) {
            throw LambdaErrors.validation(
                    Integer.toString(value),
                    path,
                    "Member must have value greater than or equal to " + min);
        }
        if (value > max) {
            throw LambdaErrors.validation(
                    Integer.toString(value),
                    path,
                    "Member must have value less than or equal to " + max);
        }
    }
}
