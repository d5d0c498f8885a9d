package dev.cloister.identity.policy;

import dev.cloister.identity.policy.Decision.Allowed;
import dev.cloister.identity.policy.Decision.ExplicitDeny;
import dev.cloister.identity.policy.Decision.ImplicitDeny;
import dev.cloister.identity.policy.Decision.StatementRef;
import dev.cloister.identity.policy.Explanation.FailedCondition;
import dev.cloister.identity.policy.Explanation.StatementTrace;
import dev.cloister.identity.policy.PolicyDocument.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Decides whether policies allow a request, by AWS's rules: a deny anywhere wins; in one account
 * the resource's policy or the caller's own suffice, within boundary and session policies; across
 * accounts both sides have to allow (IAM User Guide, "Policy evaluation logic").
 */
public final class PolicyEvaluator {
    private PolicyEvaluator() {}

    /**
     * Decides; costs a few microseconds.
     *
     * @param resource the policy of the resource, if it has one
     */
    public static Decision decide(
            Caller caller,
            CallerPolicies own,
            Optional<ResourcePolicy> resource,
            AccessRequest request) {
        return decide(new Facts(caller, request), own, resource, request);
    }

    /** Decides as {@link #decide} does, and says what each statement had to say. */
    public static Explanation explain(
            Caller caller,
            CallerPolicies own,
            Optional<ResourcePolicy> resource,
            AccessRequest request) {
        Facts facts = new Facts(caller, request);
        List<StatementTrace> traces = new ArrayList<>();
        for (PolicySet set : sets(own, resource)) {
            for (CompiledStatement statement : set.statements()) {
                traces.add(trace(statement, facts));
            }
        }
        return new Explanation(decide(facts, own, resource, request), traces);
    }

    private static Decision decide(
            Facts facts,
            CallerPolicies own,
            Optional<ResourcePolicy> resource,
            AccessRequest request) {
        Optional<CompiledStatement> deny = deny(facts, own, resource);
        if (deny.isPresent()) {
            return new ExplicitDeny(ref(deny.get()));
        }
        Optional<CompiledStatement> byResource =
                resource.flatMap(policy -> policy.policies().closestAllow(facts));
        Grant grant = byResource.map(statement -> statement.grant(facts)).orElse(Grant.NONE);
        Optional<String> account = facts.caller().account();
        if (account.isEmpty()) {
            return byResource
                    .<Decision>map(statement -> allowed(Optional.of(statement)))
                    .orElseGet(() -> new ImplicitDeny(PolicyKind.RESOURCE));
        }
        boolean sameAccount =
                request.resourceAccount().map(owner -> owner.equals(account.get())).orElse(true);
        if (!sameAccount) {
            return acrossAccounts(facts, own, byResource);
        }
        boolean required =
                resource.filter(policy -> policy.role() == ResourcePolicy.Role.REQUIRED)
                        .isPresent();
        return switch (grant) {
            case DIRECT -> allowed(byResource);
            case ROLE ->
                    limit(facts, own)
                            .<Decision>map(ImplicitDeny::new)
                            .orElseGet(() -> allowed(byResource));
            case ACCOUNT -> byOwnPolicies(facts, own);
            case NONE ->
                    required ? new ImplicitDeny(PolicyKind.RESOURCE) : byOwnPolicies(facts, own);
        };
    }

    private static Optional<CompiledStatement> deny(
            Facts facts, CallerPolicies own, Optional<ResourcePolicy> resource) {
        Optional<CompiledStatement> deny = own.identity().deny(facts);
        if (deny.isEmpty() && own.boundary().isPresent()) {
            deny = own.boundary().get().deny(facts);
        }
        if (deny.isEmpty() && own.session().isPresent()) {
            deny = own.session().get().deny(facts);
        }
        if (deny.isEmpty() && resource.isPresent()) {
            deny = resource.get().policies().deny(facts);
        }
        return deny;
    }

    private static Decision acrossAccounts(
            Facts facts, CallerPolicies own, Optional<CompiledStatement> byResource) {
        Decision callerSide = byOwnPolicies(facts, own);
        if (!callerSide.isAllowed()) {
            return callerSide;
        }
        return byResource.isPresent() ? allowed(byResource) : new ImplicitDeny(PolicyKind.RESOURCE);
    }

    private static Decision byOwnPolicies(Facts facts, CallerPolicies own) {
        Optional<CompiledStatement> allow = own.identity().allow(facts);
        // An account's root user needs no policy; nothing limits it in its own account.
        boolean root = facts.caller() instanceof Caller.Root;
        if (allow.isEmpty() && !root) {
            return new ImplicitDeny(PolicyKind.IDENTITY);
        }
        return limit(facts, own).<Decision>map(ImplicitDeny::new).orElseGet(() -> allowed(allow));
    }

    /** The kind of policy that limits the caller and doesn't allow the request, if there is one. */
    private static Optional<PolicyKind> limit(Facts facts, CallerPolicies own) {
        if (own.boundary().isPresent() && own.boundary().get().allow(facts).isEmpty()) {
            return Optional.of(PolicyKind.BOUNDARY);
        }
        if (own.session().isPresent() && own.session().get().allow(facts).isEmpty()) {
            return Optional.of(PolicyKind.SESSION);
        }
        return Optional.empty();
    }

    private static Allowed allowed(Optional<CompiledStatement> by) {
        return new Allowed(by.map(PolicyEvaluator::ref));
    }

    private static List<PolicySet> sets(CallerPolicies own, Optional<ResourcePolicy> resource) {
        List<PolicySet> sets = new ArrayList<>();
        sets.add(own.identity());
        own.boundary().ifPresent(sets::add);
        own.session().ifPresent(sets::add);
        resource.map(ResourcePolicy::policies).ifPresent(sets::add);
        return sets;
    }

    private static StatementRef ref(CompiledStatement statement) {
        Statement source = statement.source();
        return new StatementRef(
                statement.policy().document().kind(),
                statement.policy().name(),
                source.index(),
                source.sid());
    }

    private static StatementTrace trace(CompiledStatement statement, Facts facts) {
        List<FailedCondition> failed =
                statement.failing(facts).stream()
                        .map(CompiledCondition::source)
                        .map(
                                condition ->
                                        new FailedCondition(
                                                condition.operator().text(),
                                                condition.key(),
                                                condition.values(),
                                                facts.get(ContextKeys.fold(condition.key()))))
                        .toList();
        Mismatch mismatch = statement.check(facts);
        return new StatementTrace(
                ref(statement),
                statement.effect(),
                mismatch,
                mismatch == Mismatch.CONDITION ? failed : List.of());
    }
}
