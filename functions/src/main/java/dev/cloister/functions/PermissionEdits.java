package dev.cloister.functions;

import dev.cloister.api.AwsError;
import dev.cloister.functions.Ledger.Edited;
import dev.cloister.functions.permissions.Permission;
import dev.cloister.functions.permissions.ResourcePolicy;
import java.util.Optional;
import java.util.function.Function;

/**
 * The resource policies of functions, versions and aliases. Thread-safe; throws and returns as
 * {@link FunctionEdits} does. A change gives what the policy belongs to a new revision id.
 */
public final class PermissionEdits {
    private static final String NOTHING_THERE = "The resource you requested does not exist.";

    private final Ledger ledger;
    private final FunctionIndex index;

    PermissionEdits(Ledger ledger, FunctionIndex index) {
        this.ledger = ledger;
        this.index = index;
    }

    /**
     * A policy and the revision of what it belongs to.
     *
     * @param revisionId the function's, version's or alias's
     */
    public record Current(ResourcePolicy policy, String revisionId) {}

    /**
     * Adds a statement.
     *
     * @param revisionId what the caller takes for the latest
     * @return the statement as AWS writes it
     */
    public String add(
            FunctionReference reference, Permission permission, Optional<String> revisionId) {
        if (reference.qualifier().filter(FunctionVersion.LATEST::equals).isPresent()) {
            throw LambdaErrors.invalidParameter(
                    "We currently do not support adding policies for $LATEST.");
        }
        ResourcePolicy.Statement statement = permission.statement(reference.arn());
        return edit(
                reference,
                revisionId,
                "The Revision Id provided does not match the latest Revision Id. Call the GetPolicy"
                        + " API to retrieve the latest Revision Id",
                function -> {
                    Optional<String> qualifier = reference.qualifier();
                    ResourcePolicy before = policy(function, qualifier);
                    if (before.contains(permission.sid())) {
                        throw LambdaErrors.conflict(
                                "The statement id ("
                                        + permission.sid()
                                        + ") provided already exists. Please provide a new"
                                        + " statement id, or remove the existing statement.");
                    }
                    ResourcePolicy after = before.with(statement);
                    checkSize(after);
                    return new Edited<>(changed(function, qualifier, after), statement.json());
                });
    }

    /** Removes a statement. */
    public void remove(FunctionReference reference, String sid, Optional<String> revisionId) {
        ledger.edit(
                reference.key(),
                () -> LambdaErrors.notFound("No policy found for: " + reference.arn()),
                function -> {
                    Optional<String> qualifier = reference.qualifier();
                    Optional<String> revision = revision(function, qualifier);
                    Optional<ResourcePolicy> before = function.access().policy(qualifier);
                    if (revision.isEmpty() || before.isEmpty()) {
                        throw LambdaErrors.notFound(
                                "No policy is associated with the given resource.");
                    }
                    checkRevision(
                            revisionId, revision.get(), LambdaErrors.staleRevision().message());
                    if (!before.get().contains(sid)) {
                        throw LambdaErrors.notFound(
                                "Statement " + sid + " is not found in resource policy.");
                    }
                    return new Edited<>(
                            changed(function, qualifier, before.get().without(sid)), Boolean.TRUE);
                });
    }

    /**
     * Puts a whole policy in the place of what there is, statements of {@link #add} included.
     *
     * @param policy in the policy language; what it says has been checked
     */
    public Current replace(
            FunctionReference reference, ResourcePolicy policy, Optional<String> revisionId) {
        if (!policy.isAbout(reference.arn())) {
            throw LambdaErrors.invalidParameter(
                    "The policy must be about the resource that it is for: " + reference.arn());
        }
        checkSize(policy);
        return change(reference, policy, revisionId);
    }

    /** Removes the whole policy. */
    public void clear(FunctionReference reference, Optional<String> revisionId) {
        get(reference);
        change(reference, new ResourcePolicy(java.util.List.of()), revisionId);
    }

    private Current change(
            FunctionReference reference, ResourcePolicy policy, Optional<String> revisionId) {
        return edit(
                reference,
                revisionId,
                LambdaErrors.staleRevision().message(),
                function -> {
                    FunctionRecord changed = changed(function, reference.qualifier(), policy);
                    return new Edited<>(
                            changed,
                            new Current(
                                    policy,
                                    revision(changed, reference.qualifier()).orElseThrow()));
                });
    }

    /** Edits what is there, if its revision is the one that the caller takes for the latest. */
    private <T> T edit(
            FunctionReference reference,
            Optional<String> revisionId,
            String stale,
            Function<FunctionRecord, Edited<T>> change) {
        return ledger.edit(
                reference.key(),
                () -> LambdaErrors.functionNotFound(reference.arn()),
                function -> {
                    Optional<String> qualifier = reference.qualifier();
                    String revision =
                            revision(function, qualifier)
                                    .orElseThrow(() -> missing(reference, qualifier));
                    checkRevision(revisionId, revision, stale);
                    return change.apply(function);
                });
    }

    /** The policy as it is now. */
    public Current get(FunctionReference reference) {
        FunctionRecord function =
                index.find(reference.key())
                        .map(FunctionIndex.Entry::function)
                        .orElseThrow(() -> LambdaErrors.notFound(NOTHING_THERE));
        ResourcePolicy policy =
                function.access()
                        .policy(reference.qualifier())
                        .orElseThrow(() -> LambdaErrors.notFound(NOTHING_THERE));
        String revision =
                revision(function, reference.qualifier())
                        .orElseThrow(() -> LambdaErrors.notFound(NOTHING_THERE));
        return new Current(policy, revision);
    }

    private static AwsError missing(FunctionReference reference, Optional<String> qualifier) {
        return qualifier.filter(text -> !FunctionRecord.isNumber(text)).isPresent()
                ? LambdaErrors.notFound("Cannot find alias arn: " + reference.arn())
                : LambdaErrors.functionNotFound(reference.arn());
    }

    private static void checkRevision(Optional<String> given, String actual, String message) {
        if (given.isPresent() && !given.get().equals(actual)) {
            throw new AwsError("PreconditionFailedException", 412, message);
        }
    }

    private static void checkSize(ResourcePolicy policy) {
        if (policy.size() > ResourcePolicy.MAX_BYTES) {
            throw new AwsError(
                    "PolicyLengthExceededException",
                    400,
                    "The final policy size ("
                            + policy.size()
                            + ") is bigger than the limit ("
                            + ResourcePolicy.MAX_BYTES
                            + ").");
        }
    }

    private static ResourcePolicy policy(FunctionRecord function, Optional<String> qualifier) {
        return function.access()
                .policy(qualifier)
                .orElseGet(() -> new ResourcePolicy(java.util.List.of()));
    }

    private static Optional<String> revision(FunctionRecord function, Optional<String> qualifier) {
        String asked = qualifier.orElse(FunctionVersion.LATEST);
        return function.version(asked)
                .map(FunctionVersion::revisionId)
                .or(
                        () ->
                                Optional.ofNullable(function.aliases().get(asked))
                                        .map(FunctionAlias::revisionId));
    }

    private static FunctionRecord changed(
            FunctionRecord function, Optional<String> qualifier, ResourcePolicy policy) {
        String asked = qualifier.orElse(FunctionVersion.LATEST);
        FunctionRecord revised =
                function.version(asked)
                        .map(v -> function.withVersion(v.withStatus(EditRules.newId(), v.status())))
                        .orElseGet(() -> function.withAlias(revised(function, asked)));
        return revised.withAccess(function.access().withPolicy(qualifier, policy));
    }

    private static FunctionAlias revised(FunctionRecord function, String name) {
        FunctionAlias alias = function.aliases().get(name);
        if (alias == null) {
            throw new IllegalStateException("no alias " + name + " of " + function.key().arn());
        }
        return new FunctionAlias(
                alias.name(),
                alias.description(),
                alias.version(),
                alias.routing(),
                EditRules.newId());
    }
}
