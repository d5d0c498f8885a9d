package dev.cloister.functions;

import dev.cloister.api.Region;
import dev.cloister.functions.Ledger.Edited;
import dev.cloister.runtimes.RuntimeImage;
import dev.cloister.runtimes.RuntimeImages;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Which version of its runtime each version of a function runs. Thread-safe; throws and returns as
 * {@link FunctionEdits} does.
 */
public final class RuntimeManagement {
    private static final Pattern ARN =
            Pattern.compile("arn:aws[a-zA-Z-]*:lambda:([a-z0-9-]+)::runtime:([0-9a-f]{64})");

    private final Ledger ledger;
    private final FunctionIndex index;
    private final RuntimeImages images;

    RuntimeManagement(Ledger ledger, FunctionIndex index, RuntimeImages images) {
        this.ledger = ledger;
        this.index = index;
        this.images = images;
    }

    /**
     * One version of a function and the runtime version that it runs.
     *
     * @param runtime the runtime's identifier
     * @param image empty while it is not there
     */
    public record Use(
            FunctionKey key,
            String version,
            String runtime,
            RuntimePolicy policy,
            Optional<RuntimeImage> image) {}

    /** What RuntimeVersionConfig tells. */
    public sealed interface Shown {
        record Runs(String sha) implements Shown {}

        /** The version that was asked for is gone from this host. */
        record Gone(String sha) implements Shown {}

        /** None has been built yet. */
        record Unknown() implements Shown {}
    }

    /** The ARN of a runtime version. */
    public static String arn(Region region, String sha) {
        return "arn:aws:lambda:" + region + "::runtime:" + sha;
    }

    /**
     * The version that a request names by its qualifier, {@code $LATEST} if it has none.
     *
     * @throws dev.cloister.api.AwsError if there is none, or if it is an alias
     */
    public FunctionVersion find(FunctionReference reference) {
        return version(
                index.find(reference.key())
                        .map(FunctionIndex.Entry::function)
                        .orElseThrow(() -> LambdaErrors.functionNotFound(reference.arn())),
                reference);
    }

    /**
     * Sets a version's policy.
     *
     * @param updateOn as in UpdateRuntimeOn
     * @param arn of the runtime version, for {@code Manual}
     */
    public FunctionVersion put(FunctionReference reference, String updateOn, Optional<String> arn) {
        return ledger.edit(
                reference.key(),
                () -> LambdaErrors.functionNotFound(reference.arn()),
                function -> {
                    FunctionVersion version = version(function, reference);
                    EditRules.checkIdle(function);
                    FunctionVersion changed =
                            version.withStatus(EditRules.newId(), version.status())
                                    .withRuntimePolicy(policy(reference, version, updateOn, arn));
                    return new Edited<>(function.withVersion(changed), changed);
                });
    }

    private RuntimePolicy policy(
            FunctionReference reference,
            FunctionVersion version,
            String updateOn,
            Optional<String> arn) {
        if (updateOn.equals("Manual")) {
            return manual(reference, version.content().runtime(), arn);
        }
        if (arn.isPresent()) {
            throw LambdaErrors.invalidParameter(
                    "RuntimeVersionArn can only be set when UpdateRuntimeOn is Manual.");
        }
        return switch (updateOn) {
            case "Auto" -> new RuntimePolicy.Auto();
            case "FunctionUpdate" ->
                    new RuntimePolicy.FunctionUpdate(
                            running(reference.key(), version).map(RuntimeImage::versionSha));
            default ->
                    throw LambdaErrors.validation(
                            updateOn,
                            "updateRuntimeOn",
                            "Member must satisfy enum value set: [Auto, FunctionUpdate, Manual]");
        };
    }

    private RuntimePolicy manual(
            FunctionReference reference, String runtime, Optional<String> arn) {
        String given =
                arn.orElseThrow(
                        () ->
                                LambdaErrors.invalidParameter(
                                        "RuntimeVersionArn is required when UpdateRuntimeOn is"
                                                + " Manual."));
        Matcher matcher = ARN.matcher(given);
        Optional<RuntimeImage> named =
                matcher.matches() && matcher.group(1).equals(reference.region().value())
                        ? images.built().stream()
                                .filter(image -> image.versionSha().equals(matcher.group(2)))
                                .findFirst()
                        : Optional.empty();
        String actual =
                named.map(image -> image.runtime().identifier())
                        .orElseThrow(
                                () ->
                                        LambdaErrors.invalidParameter(
                                                "The runtime version ARN "
                                                        + given
                                                        + " is invalid: there is no such runtime"
                                                        + " version."));
        if (!actual.equals(runtime)) {
            throw LambdaErrors.invalidParameter(
                    "The runtime version ARN "
                            + given
                            + " is of the runtime "
                            + actual
                            + ", but the function's runtime is "
                            + runtime
                            + ".");
        }
        return new RuntimePolicy.Manual(named.orElseThrow().versionSha());
    }

    private static FunctionVersion version(FunctionRecord function, FunctionReference reference) {
        String qualifier = reference.qualifier().orElse(FunctionVersion.LATEST);
        if (function.aliases().containsKey(qualifier)) {
            throw LambdaErrors.invalidParameter(
                    "Aliases have no runtime management configuration. Specify $LATEST or a"
                            + " published version.");
        }
        return function.version(qualifier)
                .orElseThrow(() -> LambdaErrors.functionNotFound(reference.arn()));
    }

    /** What a version runs, or will run once it is ready. */
    public Shown shown(FunctionKey key, FunctionVersion version) {
        Optional<RuntimeImage> image =
                running(key, version)
                        .filter(i -> i.runtime().identifier().equals(version.content().runtime()))
                        .or(
                                () ->
                                        new RuntimeChoices(images)
                                                .choose(
                                                        version.runtimePolicy(),
                                                        version.content().runtime()));
        if (image.isPresent()) {
            return new Shown.Runs(image.get().versionSha());
        }
        return version.runtimePolicy() instanceof RuntimePolicy.Manual(String sha)
                ? new Shown.Gone(sha)
                : new Shown.Unknown();
    }

    private Optional<RuntimeImage> running(FunctionKey key, FunctionVersion version) {
        return index.find(key)
                .flatMap(e -> Optional.ofNullable(e.snapshots().get(version.version())))
                .flatMap(VersionSnapshot::runtime);
    }

    /** Every version of every function. */
    public List<Use> uses() {
        return index.all().stream()
                .flatMap(entry -> entry.function().versions().stream().map(v -> use(entry, v)))
                .toList();
    }

    private static Use use(FunctionIndex.Entry entry, FunctionVersion version) {
        return new Use(
                entry.function().key(),
                version.version(),
                version.serving().orElse(version.content()).runtime(),
                version.runtimePolicy(),
                Optional.ofNullable(entry.snapshots().get(version.version()))
                        .flatMap(VersionSnapshot::runtime));
    }

    /**
     * Lets every version that follows its runtime run the newest one from now on; invocations under
     * way end where they are.
     *
     * @return how many versions of functions have moved
     */
    public int rollOut(String runtime) {
        return index.all().stream()
                .filter(
                        entry ->
                                entry.function().versions().stream()
                                        .anyMatch(
                                                v ->
                                                        v.content().runtime().equals(runtime)
                                                                || v.serving()
                                                                        .map(
                                                                                VersionContent
                                                                                        ::runtime)
                                                                        .equals(
                                                                                Optional.of(
                                                                                        runtime))))
                .mapToInt(entry -> ledger.refresh(entry.function().key()))
                .sum();
    }
}
