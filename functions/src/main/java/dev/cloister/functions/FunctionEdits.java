package dev.cloister.functions;

import dev.cloister.functions.Ledger.Edited;
import dev.cloister.functions.VersionContent.Code;
import dev.cloister.functions.signing.DeploymentCheck;
import dev.cloister.signer.Finding;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.Function;

/**
 * Creating and changing functions. Thread-safe: of edits that exclude each other exactly one wins.
 * Every method throws {@link dev.cloister.api.AwsError} on a refusal, having changed nothing, and
 * returns when its change is durable.
 */
public final class FunctionEdits {
    private final Ledger ledger;
    private final FunctionIndex index;
    private final ConfigurationRules rules;
    private final CodeUpload upload;
    private final LayerRules layerRules;
    private final Preparations preparations;
    private final ArtifactShelf shelf;
    private final EditRules editRules;
    private final SignedDeployments signing;

    FunctionEdits(
            Ledger ledger,
            FunctionIndex index,
            ConfigurationRules rules,
            CodeUpload upload,
            LayerRules layerRules,
            Preparations preparations,
            ArtifactShelf shelf,
            EditRules editRules,
            SignedDeployments signing) {
        this.ledger = ledger;
        this.index = index;
        this.rules = rules;
        this.upload = upload;
        this.layerRules = layerRules;
        this.preparations = preparations;
        this.shelf = shelf;
        this.editRules = editRules;
        this.signing = signing;
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
            Map<String, String> tags,
            Optional<String> codeSigningConfigArn) {
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
            Optional<String> revisionId,
            Optional<String> sourceKmsKeyArn) {
        public CodeChange {
            architectures = List.copyOf(architectures);
        }

        Optional<String> sourceKey() {
            return sourceKmsKeyArn.filter(arn -> !arn.isEmpty());
        }
    }

    /** Creates a function; the answer is version 1 if it is published at once. */
    public FunctionVersion create(FunctionKey key, NewFunction given, byte[] zip) {
        EditRules.checkName(key.name());
        TagRules.check(given.tags());
        if (index.find(key).isPresent()) {
            throw LambdaErrors.conflict("Function already exist: " + key.name());
        }
        preparations.checkRoom();
        Code checked = upload.check(zip);
        Finding finding = signing.examine(zip);
        Code code =
                checked.withSignature(DeploymentCheck.shown(finding))
                        .under(given.configuration().options().sourceKey());
        return withLayers(
                key,
                given.configuration(),
                found -> {
                    LayerStack stack = found.orElse(LayerStack.NONE);
                    layerRules.checkSize(key, code, stack);
                    VersionContent content =
                            rules.create(
                                            key,
                                            EditRules.newId(),
                                            given.configuration(),
                                            given.architectures(),
                                            code)
                                    .withLayers(stack);
                    editRules.checkStorage(key, code.zipSize());
                    return signing.deploy(
                            key,
                            given.codeSigningConfigArn(),
                            () -> signing.archives(key, finding, stack),
                            () -> withStored(key, code, zip, () -> created(key, content, given)));
                });
    }

    private FunctionVersion created(FunctionKey key, VersionContent content, NewFunction given) {
        FunctionRecord made = ledger.create(key, last -> newRecord(key, content, given, last));
        preparations.submit(key);
        return given.publish() ? made.published().firstEntry().getValue() : made.latest();
    }

    private FunctionRecord newRecord(
            FunctionKey key, VersionContent content, NewFunction given, long lastVersion) {
        FunctionVersion latest =
                editRules.pending(FunctionVersion.LATEST, content, content.description());
        FunctionRecord function =
                new FunctionRecord(
                                key,
                                lastVersion,
                                new TreeMap<>(given.tags()),
                                latest,
                                new TreeMap<>(),
                                new TreeMap<>())
                        .withTraits(
                                FunctionTraits.NONE.withCodeSigningConfig(
                                        given.codeSigningConfigArn()));
        return given.publish()
                ? function.withVersion(
                        editRules.pending(
                                Long.toString(lastVersion + 1),
                                content.withId(EditRules.newId()),
                                content.description()))
                : function;
    }

    /** Replaces the code; the answer is the new version if it is published at once. */
    public FunctionVersion updateCode(FunctionKey key, CodeChange change, byte[] zip) {
        FunctionRecord function = require(key);
        EditRules.checkRevision(function.latest(), change.revisionId());
        EditRules.checkIdle(function);
        preparations.checkRoom();
        rules.checkKeptRuntime(function.latest().content());
        Optional<String> architecture = rules.architecture(change.architectures());
        OptionRules.checkSourceKey(key, change.sourceKmsKeyArn());
        Code checked = upload.check(zip);
        Finding finding = signing.examine(zip);
        Code code = checked.withSignature(DeploymentCheck.shown(finding)).under(change.sourceKey());
        layerRules.checkSize(key, code, function.latest().content().layers());
        editRules.checkStorage(key, code.zipSize());
        return signing.deploy(
                key,
                function.traits().codeSigningConfigArn(),
                () -> signing.archives(key, finding, LayerStack.NONE),
                () -> codeUpdated(function, change, code, architecture, zip));
    }

    private FunctionVersion codeUpdated(
            FunctionRecord function,
            CodeChange change,
            Code code,
            Optional<String> architecture,
            byte[] zip) {
        FunctionKey key = function.key();
        // Not left to storing: the very archive may be stored under the key already.
        change.sourceKey().ifPresent(arn -> rules.checkCodeKey(key, arn));
        if (change.dryRun()) {
            FunctionVersion latest = function.latest();
            return latest.edited(
                            latest.revisionId(),
                            latest.lastModified(),
                            replaced(latest.content(), change, code, architecture))
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
                                    now -> {
                                        SignedDeployments.checkSame(function, now);
                                        return codeChanged(now, change, code, architecture);
                                    });
                    preparations.submit(key);
                    return answer;
                });
    }

    private Edited<FunctionVersion> codeChanged(
            FunctionRecord function, CodeChange change, Code code, Optional<String> architecture) {
        EditRules.checkRevision(function.latest(), change.revisionId());
        EditRules.checkIdle(function);
        layerRules.checkSize(function.key(), code, function.latest().content().layers());
        VersionContent content = replaced(function.latest().content(), change, code, architecture);
        FunctionVersion latest =
                function.latest().edited(EditRules.newId(), editRules.now(), content);
        FunctionRecord changed = function.withVersion(latest);
        if (!change.publish()) {
            return new Edited<>(changed, latest);
        }
        Optional<FunctionVersion> same = function.publishedAs(content);
        if (same.isPresent()) {
            return new Edited<>(changed, same.get());
        }
        FunctionVersion published =
                editRules
                        .pending(
                                Long.toString(function.lastVersion() + 1),
                                content.withId(EditRules.newId()),
                                content.description())
                        .withRuntimePolicy(latest.runtimePolicy());
        return new Edited<>(changed.withVersion(published), published);
    }

    private static VersionContent replaced(
            VersionContent old, CodeChange change, Code code, Optional<String> architecture) {
        return old.withId(EditRules.newId())
                .withArchitecture(architecture.orElse(old.architecture()))
                .withOptions(old.options().withSourceKey(change.sourceKey()))
                .withCode(code);
    }

    /** Changes the configuration of {@code $LATEST}. */
    public FunctionVersion updateConfiguration(
            FunctionKey key, ConfigurationChange change, Optional<String> revisionId) {
        preparations.checkRoom();
        FunctionRecord before = require(key);
        FunctionVersion answer =
                withLayers(
                        key,
                        change,
                        found -> {
                            // Sealing may write to the database, so it is done before the
                            // function's lock is taken.
                            VersionContent base = before.latest().content();
                            VersionContent checked =
                                    rules.apply(key, EditRules.newId(), base, change)
                                            .withLayers(found.orElse(base.layers()));
                            return withSignedLayers(
                                    before,
                                    found,
                                    now -> configured(now, change, checked, revisionId));
                        });
        preparations.submit(key);
        return answer;
    }

    /** Edits a function if its code signing configuration lets it have the layers. */
    private FunctionVersion withSignedLayers(
            FunctionRecord before,
            LayerRules.Resolved found,
            Function<FunctionRecord, Edited<FunctionVersion>> edit) {
        FunctionKey key = before.key();
        return signing.deploy(
                key,
                before.traits().codeSigningConfigArn().filter(_ -> found.stack().isPresent()),
                () -> signing.archives(found.orElse(LayerStack.NONE)),
                () ->
                        ledger.edit(
                                key,
                                () -> LambdaErrors.functionNotFound(key.arn()),
                                now -> {
                                    if (found.stack().isPresent()) {
                                        SignedDeployments.checkSame(before, now);
                                    }
                                    return edit.apply(now);
                                }));
    }

    private Edited<FunctionVersion> configured(
            FunctionRecord function,
            ConfigurationChange change,
            VersionContent checked,
            Optional<String> revisionId) {
        FunctionVersion latest = function.latest();
        EditRules.checkRevision(latest, revisionId);
        EditRules.checkIdle(function);
        VersionContent content = rules.merge(latest.content(), checked, change);
        RuntimeRules.checkPin(latest, content.runtime());
        layerRules.checkSize(function.key(), content.code(), content.layers());
        FunctionVersion edited = latest.edited(EditRules.newId(), editRules.now(), content);
        return new Edited<>(function.withVersion(edited), edited);
    }

    /** Runs an edit while the archives of the layers that it names are kept. */
    private <T> T withLayers(
            FunctionKey key, ConfigurationChange change, Function<LayerRules.Resolved, T> edit) {
        LayerRules.Resolved found = layerRules.resolve(key, change.layers());
        try {
            return edit.apply(found);
        } finally {
            layerRules.release(found);
        }
    }

    private <T> T withStored(
            FunctionKey key, Code code, byte[] zip, java.util.function.Supplier<T> edit) {
        CodeArtifact archive = CodeArtifact.zip(key, code);
        boolean done = false;
        try (var _ = upload.store(archive, zip)) {
            T answer = edit.get();
            done = true;
            return answer;
        } finally {
            if (!done) {
                shelf.collect(List.of(archive.id()), index::needed);
            }
        }
    }

    private FunctionRecord require(FunctionKey key) {
        return index.find(key)
                .map(FunctionIndex.Entry::function)
                .orElseThrow(() -> LambdaErrors.functionNotFound(key.arn()));
    }
}
