package dev.cloister.server;

import dev.cloister.identity.policy.MalformedPolicyException;
import dev.cloister.identity.policy.Policy;
import dev.cloister.identity.policy.PolicyKind;
import dev.cloister.identity.policy.ResourcePolicy;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Function;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The policies of resources, each compiled once until it changes. Thread-safe. */
final class CompiledPolicies {
    private static final Logger LOG = LoggerFactory.getLogger(CompiledPolicies.class);

    /** Compiled policies kept; beyond it all are forgotten and compiled anew. */
    private static final int MOST = 10_000;

    /** Denies everything to everybody: what counts where a policy can't be read. */
    private static final ResourcePolicy CLOSED =
            compile(
                    "a policy that can't be read",
                    """
                    {"Version":"2012-10-17","Statement":[{"Effect":"Deny","Principal":"*",\
                    "Action":"*","Resource":"*"}]}""");

    private final Map<String, Compiled> compiled = new ConcurrentHashMap<>();

    private record Compiled(Object source, ResourcePolicy policy) {}

    /** As {@link #of(String, Object, Function)}, of a document. */
    ResourcePolicy of(String arn, String document) {
        return of(arn, document, Function.identity());
    }

    /**
     * What is written was checked before, so that only a damaged store has a policy that can't be
     * read. It may have had denies: nobody may use its resource then.
     *
     * @param arn of the resource
     * @param source equal as long as the policy is the same
     * @param document writes the policy; asked only where it isn't known
     */
    <S> ResourcePolicy of(String arn, S source, Function<S, String> document) {
        Compiled known = compiled.get(arn);
        if (known != null && known.source.equals(source)) {
            return known.policy;
        }
        ResourcePolicy policy;
        try {
            policy = compile(arn, document.apply(source));
        } catch (MalformedPolicyException e) {
            LOG.error("the policy of {} can't be read: nobody may use it", arn, e);
            return CLOSED;
        }
        if (compiled.size() >= MOST) {
            compiled.clear();
        }
        compiled.put(arn, new Compiled(source, policy));
        return policy;
    }

    /** Why a text is no policy of a resource; empty if it is one. */
    static Optional<String> fault(String document) {
        try {
            compile("resource policy", document);
            return Optional.empty();
        } catch (MalformedPolicyException e) {
            return Optional.of(e.reason());
        }
    }

    private static ResourcePolicy compile(String name, String document) {
        return ResourcePolicy.sufficient(Policy.parse(PolicyKind.RESOURCE, name, document));
    }
}
