package dev.cloister.server;

import dev.cloister.functions.permissions.ResourcePolicy;
import dev.cloister.identity.policy.MalformedPolicyException;
import dev.cloister.identity.policy.Policy;
import dev.cloister.identity.policy.PolicyKind;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The policies of functions and aliases, each compiled once until it changes. Thread-safe. */
final class CompiledPolicies {
    private static final Logger LOG = LoggerFactory.getLogger(CompiledPolicies.class);

    /** Compiled policies kept; beyond it all are forgotten and compiled anew. */
    private static final int MOST = 10_000;

    private final Map<String, Compiled> compiled = new ConcurrentHashMap<>();

    private record Compiled(
            ResourcePolicy source, dev.cloister.identity.policy.ResourcePolicy policy) {}

    /**
     * @param arn of the function, version or alias
     * @param source the policy of that very one
     * @return empty if it can't be read, so that nobody gets in by it: what is written is checked
     *     before, so the file was changed
     */
    Optional<dev.cloister.identity.policy.ResourcePolicy> of(String arn, ResourcePolicy source) {
        Compiled known = compiled.get(arn);
        if (known != null && known.source.equals(source)) {
            return Optional.of(known.policy);
        }
        try {
            dev.cloister.identity.policy.ResourcePolicy policy =
                    dev.cloister.identity.policy.ResourcePolicy.sufficient(
                            Policy.parse(PolicyKind.RESOURCE, arn, source.document()));
            if (compiled.size() >= MOST) {
                compiled.clear();
            }
            compiled.put(arn, new Compiled(source, policy));
            return Optional.of(policy);
        } catch (MalformedPolicyException e) {
            LOG.error("the policy of {} can't be read: it lets nobody in", arn, e);
            return Optional.empty();
        }
    }
}
