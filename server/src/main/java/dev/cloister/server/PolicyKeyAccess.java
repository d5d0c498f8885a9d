package dev.cloister.server;

import dev.cloister.identity.access.Callers;
import dev.cloister.identity.access.KnownCaller;
import dev.cloister.identity.policy.AccessRequest;
import dev.cloister.identity.policy.Caller;
import dev.cloister.identity.policy.CallerPolicies;
import dev.cloister.identity.policy.ContextKeys;
import dev.cloister.identity.policy.Decision;
import dev.cloister.identity.policy.MalformedPolicyException;
import dev.cloister.identity.policy.Policy;
import dev.cloister.identity.policy.PolicyEvaluator;
import dev.cloister.identity.policy.PolicyKind;
import dev.cloister.identity.policy.ResourcePolicy;
import dev.cloister.keys.KeyAccess;
import dev.cloister.keys.KeyUse;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/**
 * Judges the use of KMS keys by the key's policy together with the caller's own policies. A key's
 * policy has to allow in any case, by naming the caller or by leaving it to the account's policies.
 * Thread-safe; the policies of keys in use are kept compiled.
 */
final class PolicyKeyAccess implements KeyAccess {
    private static final int MOST_COMPILED = 1_000;
    private static final String ELSEWHERE =
            "because the resource does not exist in this Region, no resource-based policies allow"
                    + " access, or a resource-based policy explicitly denies access";

    private final Callers callers;
    private final Map<String, ResourcePolicy> compiled =
            new LinkedHashMap<>(16, 0.75f, true) {
                @Override
                protected boolean removeEldestEntry(Map.Entry<String, ResourcePolicy> eldest) {
                    return size() > MOST_COMPILED;
                }
            };

    PolicyKeyAccess(Callers callers) {
        this.callers = callers;
    }

    @Override
    public Verdict judge(KeyUse use) {
        Optional<ResourcePolicy> policy = policy(use.policy());
        if (policy.isEmpty()) {
            return new Verdict.NotAllowed("because the key policy can't be evaluated");
        }
        KnownCaller known =
                switch (use.caller().kind()) {
                    case PRINCIPAL -> callers.of(use.caller().principal());
                    case SERVICE ->
                            new KnownCaller(
                                    Caller.Service.of(use.caller().arn()), CallerPolicies.NONE);
                };
        AccessRequest request =
                new AccessRequest(
                        use.action(), use.keyArn(), Optional.of(use.keyAccount()), context(use));
        if (allowsService(use, policy, request)) {
            return new Verdict.Allowed();
        }
        Decision decision =
                PolicyEvaluator.decide(known.caller(), known.policies(), policy, request);
        return switch (decision) {
            case Decision.Allowed _ -> new Verdict.Allowed();
            case Decision.ExplicitDeny(Decision.StatementRef by) ->
                    new Verdict.Denied(because(use, by.kind(), decision, known, request));
            case Decision.ImplicitDeny(PolicyKind missing) ->
                    new Verdict.NotAllowed(because(use, missing, decision, known, request));
        };
    }

    /**
     * Whether the key's policy names the service that acts for the account (Lambda Developer Guide,
     * "Encrypting Lambda .zip deployment packages"); if not, what the account may do decides.
     */
    private static boolean allowsService(
            KeyUse use, Optional<ResourcePolicy> policy, AccessRequest request) {
        return use.caller()
                .service()
                .map(Caller.Service::of)
                .map(
                        service ->
                                PolicyEvaluator.decide(
                                        service, CallerPolicies.NONE, policy, request))
                .filter(Decision.Allowed.class::isInstance)
                .isPresent();
    }

    /** Another account learns nothing of a key's policy. */
    private static String because(
            KeyUse use,
            PolicyKind kind,
            Decision decision,
            KnownCaller known,
            AccessRequest request) {
        if (kind == PolicyKind.RESOURCE
                && !use.caller().account().value().equals(use.keyAccount())) {
            return ELSEWHERE;
        }
        String message = decision.message(known.caller(), request);
        String before = " on resource: " + request.resource() + " ";
        return message.substring(message.indexOf(before) + before.length());
    }

    @Override
    public Optional<String> complaint(String policy) {
        try {
            Policy parsed = Policy.parse(PolicyKind.RESOURCE, "key policy", policy);
            assert parsed != null;
            return Optional.empty();
        } catch (MalformedPolicyException e) {
            return Optional.of(e.reason());
        }
    }

    /** Compiled once; a document that the evaluator doesn't take allows nothing. */
    private Optional<ResourcePolicy> policy(String document) {
        synchronized (compiled) {
            ResourcePolicy known = compiled.get(document);
            if (known != null) {
                return Optional.of(known);
            }
        }
        try {
            ResourcePolicy fresh =
                    ResourcePolicy.required(
                            Policy.parse(PolicyKind.RESOURCE, "key policy", document));
            synchronized (compiled) {
                compiled.put(document, fresh);
            }
            return Optional.of(fresh);
        } catch (MalformedPolicyException e) {
            return Optional.empty();
        }
    }

    private static ContextKeys context(KeyUse use) {
        ContextKeys.Builder keys = ContextKeys.builder();
        use.caller().requestKeys().forEach(keys::put);
        use.conditions().forEach(keys::put);
        keys.putTags("aws:ResourceTag/", use.tags());
        return keys.build();
    }
}
