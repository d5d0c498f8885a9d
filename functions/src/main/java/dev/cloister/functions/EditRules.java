package dev.cloister.functions;

import dev.cloister.api.AccountId;
import dev.cloister.api.Region;
import dev.cloister.functions.layers.LayerIndex;
import java.time.Instant;
import java.time.InstantSource;
import java.time.temporal.ChronoUnit;
import java.util.Optional;
import java.util.UUID;

/** What all edits of functions have in common: preconditions, times, identifiers. */
final class EditRules {
    private final FunctionIndex index;
    private final LayerIndex layers;
    private final FunctionSettings settings;
    private final InstantSource clock;

    EditRules(
            FunctionIndex index,
            LayerIndex layers,
            FunctionSettings settings,
            InstantSource clock) {
        this.index = index;
        this.layers = layers;
        this.settings = settings;
        this.clock = clock;
    }

    FunctionVersion pending(String version, VersionContent content, String sourceDescription) {
        return new FunctionVersion(
                version,
                newId(),
                now(),
                content,
                Optional.empty(),
                VersionStatus.PENDING,
                sourceDescription,
                new RuntimePolicy.Auto());
    }

    void checkStorage(FunctionKey key, long added) {
        checkStorage(key.account(), key.region(), added);
    }

    void checkStorage(AccountId account, Region region, long added) {
        long used = Usage.of(index, layers, account, region).codeSize();
        if (used + added > settings.totalCodeSize()) {
            throw new dev.cloister.api.AwsError(
                    "CodeStorageExceededException", 400, "Code storage limit exceeded.");
        }
    }

    static void checkName(String name) {
        if (name.length() > FunctionReference.MAX_NAME) {
            throw LambdaErrors.invalidParameter(
                    LambdaErrors.validationText(
                            "'" + name + "'",
                            "functionName",
                            "Member must have length less than or equal to "
                                    + FunctionReference.MAX_NAME));
        }
        if (name.indexOf('.') >= 0) {
            throw LambdaErrors.validation(
                    name,
                    "functionName",
                    "Member must satisfy regular expression pattern: [a-zA-Z0-9-_]+");
        }
    }

    static void checkRevision(FunctionVersion latest, Optional<String> expected) {
        if (expected.isPresent() && !expected.get().equals(latest.revisionId())) {
            throw LambdaErrors.staleRevision();
        }
    }

    static void checkIdle(FunctionRecord function) {
        VersionStatus status = function.latest().status();
        if (status.state() == VersionStatus.State.PENDING) {
            throw LambdaErrors.conflict(
                    "The operation cannot be performed at this time. The function is currently in"
                            + " the following state: Pending");
        }
        if (status.unfinished()) {
            throw LambdaErrors.conflict(
                    "The operation cannot be performed at this time. An update is in progress for"
                            + " resource: "
                            + function.key().arn());
        }
    }

    Instant now() {
        return clock.instant().truncatedTo(ChronoUnit.MILLIS);
    }

    static String newId() {
        return UUID.randomUUID().toString();
    }
}
