package dev.cloister.identity.policy;

import java.util.Optional;

/** What the policies say to a request. */
public sealed interface Decision {

    default boolean isAllowed() {
        return this instanceof Allowed;
    }

    /**
     * Allowed.
     *
     * @param by the statement that allows; empty for an account's root user
     */
    record Allowed(Optional<StatementRef> by) implements Decision {}

    /** Denied by a statement; nothing else counts. */
    record ExplicitDeny(StatementRef by) implements Decision {}

    /** Denied because no policy of that kind allows. */
    record ImplicitDeny(PolicyKind missing) implements Decision {}

    /**
     * Where a statement stands.
     *
     * @param policy the policy's name
     * @param index the statement's place in the document, from 0
     */
    record StatementRef(PolicyKind kind, String policy, int index, Optional<String> sid) {}

    /**
     * The message of an access denied error as AWS words it, for example {@code User: arn:… is not
     * authorized to perform: lambda:GetFunction on resource: arn:… because no identity-based policy
     * allows the lambda:GetFunction action}.
     *
     * @throws IllegalStateException if the request is allowed
     */
    default String message(Caller caller, AccessRequest request) {
        String plain =
                "User: %s is not authorized to perform: %s on resource: %s"
                        .formatted(caller.arn(), request.action(), request.resource());
        return switch (this) {
            case Allowed allowed -> throw new IllegalStateException("not denied: " + plain);
            case ExplicitDeny(StatementRef by) ->
                    plain + " with an explicit deny in " + by.kind().withArticle();
            case ImplicitDeny(PolicyKind missing) ->
                    plain
                            + " because no %s allows the %s action"
                                    .formatted(missing.noun(), request.action());
        };
    }
}
