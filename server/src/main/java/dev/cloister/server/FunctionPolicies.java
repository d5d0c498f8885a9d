package dev.cloister.server;

import dev.cloister.api.AccountId;
import dev.cloister.api.Principal;
import dev.cloister.functions.permissions.ResourcePolicy;
import dev.cloister.identity.access.KnownCaller;
import dev.cloister.identity.policy.AccessRequest;
import dev.cloister.identity.policy.Caller;
import dev.cloister.identity.policy.CallerPolicies;
import dev.cloister.identity.policy.ContextKeys;
import dev.cloister.identity.policy.MalformedPolicyException;
import dev.cloister.identity.policy.Policy;
import dev.cloister.identity.policy.PolicyEvaluator;
import dev.cloister.identity.policy.PolicyKind;
import java.net.InetAddress;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Optional;
import java.util.function.Function;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Decides by the policies of functions and aliases.
 *
 * <p>A caller of the function's own account needs a policy of its own or the function's; one of
 * another account needs both. Thread-safe.
 */
final class FunctionPolicies {
    private static final Logger LOG = LoggerFactory.getLogger(FunctionPolicies.class);
    private static final KnownCaller NOBODY =
            new KnownCaller(new Caller.Anonymous(), CallerPolicies.NONE);

    private final Function<Principal, KnownCaller> callers;

    /**
     * @param callers finds who is behind a principal, and what binds it
     */
    FunctionPolicies(Function<Principal, KnownCaller> callers) {
        this.callers = callers;
    }

    /**
     * @param caller empty for somebody who has not signed
     * @param arn of the function, version or alias
     * @param policy of that very one
     */
    boolean allow(
            Optional<Principal> caller,
            String action,
            String arn,
            AccountId owner,
            Optional<ResourcePolicy> policy,
            ContextKeys context) {
        KnownCaller known = caller.map(callers).orElse(NOBODY);
        try {
            return PolicyEvaluator.decide(
                            known.caller(),
                            known.policies(),
                            policy.map(document -> compiled(arn, document)),
                            new AccessRequest(action, arn, Optional.of(owner.value()), context))
                    .isAllowed();
        } catch (MalformedPolicyException e) {
            LOG.error("the policy of {} can't be read: nobody may use it", arn, e);
            return false;
        }
    }

    /** The condition keys that every request has. */
    static ContextKeys.Builder keys(InetAddress source, boolean secure, Instant at) {
        return ContextKeys.builder()
                .put("aws:SourceIp", source.getHostAddress())
                .put("aws:SecureTransport", Boolean.toString(secure))
                .put("aws:CurrentTime", at.truncatedTo(ChronoUnit.SECONDS).toString())
                .put("aws:EpochTime", Long.toString(at.getEpochSecond()));
    }

    private static dev.cloister.identity.policy.ResourcePolicy compiled(
            String arn, ResourcePolicy policy) {
        return dev.cloister.identity.policy.ResourcePolicy.sufficient(
                Policy.parse(PolicyKind.RESOURCE, arn, policy.document()));
    }
}
