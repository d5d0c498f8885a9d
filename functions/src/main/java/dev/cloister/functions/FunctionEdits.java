package dev.cloister.functions;

import dev.cloister.functions.Ledger.Edited;
import dev.cloister.functions.VersionContent.Code;
import java.time.Instant;
import java.time.InstantSource;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.UUID;

/**
 * Creating, changing, publishing and deleting functions. Thread-safe: of edits that exclude each
 * other exactly one wins. Every method throws {@link dev.cloister.api.AwsError} on a refusal, having
 * changed nothing, and returns when its change is durable.
 */
public final class FunctionEdits {
    /** CreateFunction's and PublishVersion's number before any is taken. */
    private static final int NAME_LIMIT = FunctionReference.MAX_NAME;

    private final Ledger ledger;
    private final FunctionIndex index;
    private final ConfigurationRules rules;
    private final CodeUpload upload;
    private final Preparations preparations;
    private final ArtifactShelf shelf;
    private final FunctionSettings settings;
    private final InstantSource clock;

    FunctionEdits(
            Ledger ledger,
            FunctionIndex index,
            ConfigurationRules rules,
            CodeUpload upload,
            Preparations preparations,
            ArtifactShelf shelf,
            FunctionSettings settings,
            InstantSource clock) {
        this.ledger = ledger;
        this.index = index;
        this.rules = rules;
        this.upload = upload;
        this.preparations = preparations;
        this.shelf = shelf;
        this.settings = settings;
        this.clock = clock;
    }

    /**
     * What CreateFunction gives besides the code.
     *
     * @param architectures empty for the default
     */
    public record NewFunction(
            ConfigurationChange configuration,
            List<String> architectures,
            boolean publish,
            Map<String, String> tags) {
        public NewFunction {
            architectures = List.copyOf(architectures);
            tags = Map.copyOf(tags);
        }
    }

    /** What UpdateFunctionCode gives besides the code. */
    public record CodeChange(
            List<String> architectures,
            boolean publish,
            boolean dryRun,
            Optional<String> revisionId) {
        public CodeChange {
            architectures = List.copyOf(architectures);
        }
    }

    /** What PublishVersion gives. */
    public record Publication(
            Optional<String> description,
            Optional<String> codeSha256,
            Optional<String> revisionId) {}

    /** Creates a function; the answer is version 1 if it is published at once. */
    public FunctionVersion create(FunctionKey key, NewFunction given, byte[] zip) {
        checkName(key.name());
        TagRules.check(given.tags());
        if (index.find(key).isPresent()) {
            throw LambdaErrors.conflict("Function already exist: " + key.name());
        }
        preparations.checkRoom();
        Code code = upload.check(zip);
        VersionContent content =
                rules.create(key, newId(), given.configuration(), given.architectures(), code);
        checkStorage(key, code.zipSize());
        return withStored(
                key,
                code,
                zip,
                () -> {
                    FunctionRecord made =
                            ledger.create(key, last -> newRecord(key, content, given, last));
                    preparations.submit(key);
                    return given.publish() ? made.published().firstEntry().getValue() : made.latest();
                });
    }

    private FunctionRecord newRecord(
            FunctionKey key, VersionContent content, NewFunction given, long lastVersion) {
        FunctionVersion latest = pending(FunctionVersion.LATEST, content, content.description());
        FunctionRecord function =
                new FunctionRecord(
                        key,
                        lastVersion,
                        new TreeMap<>(given.tags()),
                        latest,
                        new TreeMap<>(),
                        new TreeMap<>());
        return given.publish()
                ? function.withVersion(
                        pending(
                                Long.toString(lastVersion + 1),
                                content.withId(newId()),
                                content.description()))
                : function;
    }

    /** Replaces the code; the answer is the new version if it is published at once. */
    public FunctionVersion updateCode(FunctionKey key, CodeChange change, byte[] zip) {
        FunctionRecord function = require(key);
        checkRevision(function.latest(), change.revisionId());
        checkIdle(function);
        preparations.checkRoom();
        Optional<String> architecture = rules.architecture(change.architectures());
        Code code = upload.check(zip);
        checkStorage(key, code.zipSize());
        if (change.dryRun()) {
            FunctionVersion latest = function.latest();
            return latest.edited(
                            latest.revisionId(),
                            latest.lastModified(),
                            replaced(latest.content(), code, architecture))
                    .withStatus(latest.revisionId(), latest.status());
        }
        return withStored(
                key,
                code,
                zip,
                () -> {
                    FunctionVersion answer =
                            ledger.edit(
                                    key,
                                    () -> LambdaErrors.functionNotFound(key.arn()),
                                    now -> codeChanged(now, change, code, architecture));
                    preparations.submit(key);
                    return answer;
                });
    }

    private Edited<FunctionVersion> codeChanged(
            FunctionRecord function, CodeChange change, Code code, Optional<String> architecture) {
        checkRevision(function.latest(), change.revisionId());
        checkIdle(function);
        VersionContent content = replaced(function.latest().content(), code, architecture);
        FunctionVersion latest = function.latest().edited(newId(), now(), content);
        FunctionRecord changed = function.withVersion(latest);
        if (!change.publish()) {
            return new Edited<>(changed, latest);
        }
        FunctionVersion published =
                pending(
                        Long.toString(function.lastVersion() + 1),
                        content.withId(newId()),
                        content.description());
        return new Edited<>(changed.withVersion(published), published);
    }

    private static VersionContent replaced(
            VersionContent old, Code code, Optional<String> architecture) {
        return old.withId(newId())
                .withArchitecture(architecture.orElse(old.architecture()))
                .withCode(code);
    }

    /** Changes the configuration of {@code $LATEST}. */
    public FunctionVersion updateConfiguration(
            FunctionKey key, ConfigurationChange change, Optional<String> revisionId) {
        preparations.checkRoom();
        // Sealing may write to the database, so it is done before the function's lock is taken.
        VersionContent checked = rules.apply(key, newId(), require(key).latest().content(), change);
        FunctionVersion answer =
                ledger.edit(
                        key,
                        () -> LambdaErrors.functionNotFound(key.arn()),
                        function -> {
                            FunctionVersion latest = function.latest();
                            checkRevision(latest, revisionId);
                            checkIdle(function);
                            VersionContent content =
                                    rules.merge(latest.content(), checked, change);
                            FunctionVersion edited = latest.edited(newId(), now(), content);
                            return new Edited<>(function.withVersion(edited), edited);
                        });
        preparations.submit(key);
        return answer;
    }

    /** Publishes {@code $LATEST}, or answers the last version if nothing has changed since. */
    public FunctionVersion publish(FunctionKey key, Publication given) {
        given.description().ifPresent(ConfigurationRules::checkDescription);
        FunctionVersion answer =
                ledger.edit(
                        key,
                        () -> LambdaErrors.functionNotFound(key.arn()),
                        function -> published(function, given));
        if (answer.status().unfinished()) {
            preparations.submit(key);
        }
        return answer;
    }

    private Edited<FunctionVersion> published(FunctionRecord function, Publication given) {
        FunctionVersion latest = function.latest();
        checkRevision(latest, given.revisionId());
        checkIdle(function);
        String sha = latest.content().code().codeSha256();
        given.codeSha256()
                .filter(expected -> !expected.equals(sha))
                .ifPresent(
                        expected -> {
                            throw LambdaErrors.invalidParameter(
                                    "CodeSHA256 ("
                                            + expected
                                            + ") is different from current CodeSHA256 in $LATEST ("
                                            + sha
                                            + "). Please try again with the CodeSHA256 in $LATEST.");
                        });
        var last = function.published().lastEntry();
        if (last != null && last.getValue().sourceContent().sameAs(latest.content())) {
            return new Edited<>(function, last.getValue());
        }
        checkStorage(function.key(), latest.content().code().zipSize());
        VersionContent content =
                latest.content()
                        .withId(newId())
                        .withDescription(
                                given.description().orElse(latest.content().description()));
        FunctionVersion version =
                pending(
                        Long.toString(function.lastVersion() + 1),
                        content,
                        latest.content().description());
        boolean prepared = latest.serving().equals(Optional.of(latest.content()));
        FunctionVersion published =
                prepared ? version.ready(version.revisionId(), content) : version;
        return new Edited<>(
                function.withVersion(latest.withStatus(newId(), latest.status()))
                        .withVersion(published),
                published);
    }

    /** Deletes a function, or one of its versions if the reference is qualified. */
    public void delete(FunctionReference reference) {
        FunctionKey key = reference.key();
        if (reference.qualifier().isEmpty()) {
            if (!ledger.delete(key)) {
                throw LambdaErrors.functionNotFound(reference.arn());
            }
            return;
        }
        String qualifier = reference.qualifier().get();
        ledger.edit(
                key,
                () -> LambdaErrors.functionNotFound(key.arn()),
                function -> new Edited<>(withoutVersion(function, qualifier), Boolean.TRUE));
    }

    private static FunctionRecord withoutVersion(FunctionRecord function, String qualifier) {
        if (qualifier.equals(FunctionVersion.LATEST)) {
            throw LambdaErrors.invalidParameter(
                    "$LATEST version cannot be deleted without deleting the function.");
        }
        if (!FunctionRecord.isNumber(qualifier)) {
            throw LambdaErrors.invalidParameter("Deletion of aliases is not currently supported.");
        }
        List<String> aliases =
                function.aliases().values().stream()
                        .filter(alias -> alias.refersTo(qualifier))
                        .map(FunctionAlias::name)
                        .toList();
        if (!aliases.isEmpty()) {
            throw LambdaErrors.conflict(
                    "Version " + qualifier + " is referenced by aliases " + aliases + ".");
        }
        return function.version(qualifier).isPresent()
                ? function.withoutVersion(qualifier)
                : function;
    }

    /** Adds tags, replacing those of the same keys. */
    public void tag(FunctionKey key, Map<String, String> tags) {
        if (tags.isEmpty()) {
            throw LambdaErrors.invalidParameter(
                    "An error occurred and the request cannot be processed.");
        }
        ledger.edit(
                key,
                () -> LambdaErrors.functionNotFound(key.arn()),
                function -> {
                    Map<String, String> all = new TreeMap<>(function.tags());
                    all.putAll(tags);
                    TagRules.check(all);
                    return new Edited<>(function.withTags(all), Boolean.TRUE);
                });
    }

    /** Removes tags; unknown keys are no error. */
    public void untag(FunctionKey key, List<String> tagKeys) {
        ledger.edit(
                key,
                () -> LambdaErrors.functionNotFound(key.arn()),
                function -> {
                    Map<String, String> rest = new TreeMap<>(function.tags());
                    tagKeys.forEach(rest::remove);
                    return new Edited<>(function.withTags(rest), Boolean.TRUE);
                });
    }

    private <T> T withStored(
            FunctionKey key, Code code, byte[] zip, java.util.function.Supplier<T> edit) {
        boolean done = false;
        try (var _ = upload.store(key, code, zip)) {
            T answer = edit.get();
            done = true;
            return answer;
        } finally {
            if (!done) {
                shelf.collect(
                        List.of(ArtifactShelf.zipId(key.account(), code.zipSha256())),
                        index::refersTo);
            }
        }
    }

    private FunctionRecord require(FunctionKey key) {
        return index.find(key)
                .map(FunctionIndex.Entry::function)
                .orElseThrow(() -> LambdaErrors.functionNotFound(key.arn()));
    }

    private FunctionVersion pending(
            String version, VersionContent content, String sourceDescription) {
        return new FunctionVersion(
                version,
                newId(),
                now(),
                content,
                Optional.empty(),
                VersionStatus.PENDING,
                sourceDescription);
    }

    private void checkStorage(FunctionKey key, long added) {
        long used = Usage.of(index.of(key.account(), key.region()).values()).codeSize();
        if (used + added > settings.totalCodeSize()) {
            throw new dev.cloister.api.AwsError(
                    "CodeStorageExceededException", 400, "Code storage limit exceeded.");
        }
    }

    private static void checkName(String name) {
        if (name.length() > NAME_LIMIT) {
            throw LambdaErrors.invalidParameter(
                    LambdaErrors.validationText(
                            "'" + name + "'",
                            "functionName",
                            "Member must have length less than or equal to " + NAME_LIMIT));
        }
        if (name.indexOf('.') >= 0) {
            throw LambdaErrors.validation(
                    name,
                    "functionName",
                    "Member must satisfy regular expression pattern: [a-zA-Z0-9-_]+");
        }
    }

    private static void checkRevision(FunctionVersion latest, Optional<String> expected) {
        if (expected.isPresent() && !expected.get().equals(latest.revisionId())) {
            throw LambdaErrors.staleRevision();
        }
    }

    private static void checkIdle(FunctionRecord function) {
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

    private Instant now() {
        return clock.instant().truncatedTo(ChronoUnit.MILLIS);
    }

    private static String newId() {
        return UUID.randomUUID().toString();
    }
}
