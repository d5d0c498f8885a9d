package dev.cloister.functions;

import dev.cloister.functions.Ledger.Edited;
import java.util.List;
import java.util.Optional;

/**
 * Publishing versions, deleting versions and functions. Thread-safe. Every method throws {@link
 * dev.cloister.api.AwsError} on a refusal, having changed nothing, and returns when its change is
 * durable.
 */
public final class VersionEdits {
    private final Ledger ledger;
    private final Preparations preparations;
    private final EditRules editRules;

    VersionEdits(Ledger ledger, Preparations preparations, EditRules editRules) {
        this.ledger = ledger;
        this.preparations = preparations;
        this.editRules = editRules;
    }

    /** What PublishVersion gives. */
    public record Publication(
            Optional<String> description,
            Optional<String> codeSha256,
            Optional<String> revisionId) {}

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
        EditRules.checkRevision(latest, given.revisionId());
        EditRules.checkIdle(function);
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
        Optional<FunctionVersion> same = function.publishedAs(latest.content());
        if (same.isPresent()) {
            return new Edited<>(function, same.get());
        }
        editRules.checkStorage(function.key(), latest.content().code().zipSize());
        VersionContent content =
                latest.content()
                        .withId(EditRules.newId())
                        .withDescription(
                                given.description().orElse(latest.content().description()));
        FunctionVersion version =
                editRules
                        .pending(
                                Long.toString(function.lastVersion() + 1),
                                content,
                                latest.content().description())
                        .withRuntimePolicy(latest.runtimePolicy());
        boolean prepared = latest.serving().equals(Optional.of(latest.content()));
        FunctionVersion published =
                prepared ? version.ready(version.revisionId(), content) : version;
        return new Edited<>(
                function.withVersion(latest.withStatus(EditRules.newId(), latest.status()))
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
}
