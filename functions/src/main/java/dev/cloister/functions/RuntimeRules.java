package dev.cloister.functions;

import dev.cloister.runtimes.RuntimeCatalog;
import dev.cloister.runtimes.RuntimeCatalog.ManagedRuntime;
import dev.cloister.runtimes.RuntimeLifecycle;
import dev.cloister.runtimes.RuntimeLifecycle.Phase;
import dev.cloister.runtimes.RuntimeLifecycles;
import java.time.InstantSource;
import java.util.stream.Collectors;

/**
 * Which runtimes a function may be created with or changed to, as time goes on (AWS Lambda
 * Developer Guide, "Lambda runtimes", section "Runtime use after deprecation"). Immutable.
 */
final class RuntimeRules {
    private final RuntimeCatalog catalog;
    private final RuntimeLifecycles lifecycles;
    private final InstantSource clock;

    RuntimeRules(RuntimeCatalog catalog, RuntimeLifecycles lifecycles, InstantSource clock) {
        this.catalog = catalog;
        this.lifecycles = lifecycles;
        this.clock = clock;
    }

    /** The runtime of a new function. */
    void checkCreate(String runtime) {
        switch (phase(runtime)) {
            case CREATE_BLOCKED, UPDATE_BLOCKED -> throw noLongerSupported(runtime);
            case SUPPORTED, DEPRECATED -> checkAvailable(runtime);
        }
    }

    /** The runtime that an update gives a function. */
    void checkUpdate(String runtime) {
        checkKept(runtime);
        checkAvailable(runtime);
    }

    /** The runtime that a function has, when anything else of it is updated. */
    void checkKept(String runtime) {
        if (phase(runtime) == Phase.UPDATE_BLOCKED) {
            throw noLongerSupported(runtime);
        }
    }

    /** A pin names one version of one runtime, so another runtime needs the pin removed first. */
    static void checkPin(FunctionVersion before, String runtime) {
        if (before.runtimePolicy() instanceof RuntimePolicy.Manual
                && !before.content().runtime().equals(runtime)) {
            throw LambdaErrors.invalidParameter(
                    "The function's runtime management configuration names a version of the"
                            + " runtime "
                            + before.content().runtime()
                            + ". Set UpdateRuntimeOn to Auto or FunctionUpdate before you change"
                            + " the runtime to "
                            + runtime
                            + ".");
        }
    }

    private Phase phase(String runtime) {
        return lifecycles
                .find(runtime)
                .map((RuntimeLifecycle lifecycle) -> lifecycle.phase(clock.instant()))
                .orElse(Phase.SUPPORTED);
    }

    private void checkAvailable(String runtime) {
        if (catalog.find(runtime).isPresent()) {
            return;
        }
        if (lifecycles.find(runtime).isPresent()) {
            throw LambdaErrors.invalidParameter(
                    "The runtime "
                            + runtime
                            + " is not available in this version of Cloister. Available runtimes: "
                            + catalog.all().stream()
                                    .map(ManagedRuntime::identifier)
                                    .collect(Collectors.joining(", ", "[", "]")));
        }
        throw LambdaErrors.invalidParameter(
                "Value "
                        + runtime
                        + " at 'runtime' failed to satisfy constraint: Member must satisfy enum"
                        + " value set: ["
                        + String.join(", ", lifecycles.accepted(clock.instant()))
                        + "] or be a valid ARN");
    }

    private static dev.cloister.api.AwsError noLongerSupported(String runtime) {
        return LambdaErrors.invalidParameter(
                "The runtime parameter of "
                        + runtime
                        + " is no longer supported for creating or updating AWS Lambda functions."
                        + " We recommend you use a supported runtime while creating or updating"
                        + " functions.");
    }
}
