package dev.cloister.identity.access;

import dev.cloister.api.AccessCheck;
import dev.cloister.identity.policy.AccessRequest;
import dev.cloister.identity.policy.ContextKeys;
import dev.cloister.identity.policy.Decision;
import dev.cloister.identity.policy.Explanation;
import dev.cloister.identity.policy.PolicyEvaluator;
import dev.cloister.identity.policy.ResourcePolicy;
import java.util.List;
import java.util.Optional;

/**
 * Puts together what a decision is made from. Requests and questions about them go through here, so
 * that both get one answer. Thread-safe.
 */
final class Judge {
    private final List<ResourceAttributes> resources;

    Judge(List<ResourceAttributes> resources) {
        this.resources = List.copyOf(resources);
    }

    /** A decision with the request that it was made about, for messages. */
    record Judged(Decision decision, AccessRequest request) {}

    /**
     * @param keys of the request, without those of the caller and of the resource
     */
    Judged decide(KnownCaller caller, AccessCheck check, ContextKeys.Builder keys) {
        AccessRequest request = request(check, keys);
        return new Judged(
                PolicyEvaluator.decide(caller.caller(), caller.policies(), policy(check), request),
                request);
    }

    /** As {@link #decide}, with what every statement had to say. */
    Explained explain(KnownCaller caller, AccessCheck check, ContextKeys.Builder keys) {
        AccessRequest request = request(check, keys);
        return new Explained(
                PolicyEvaluator.explain(caller.caller(), caller.policies(), policy(check), request),
                request);
    }

    record Explained(Explanation explanation, AccessRequest request) {}

    private AccessRequest request(AccessCheck check, ContextKeys.Builder keys) {
        check.owner().ifPresent(owner -> keys.put("aws:ResourceAccount", owner));
        for (ResourceAttributes source : resources) {
            keys.putTags("aws:ResourceTag/", source.tags(check.resource()));
        }
        check.keys().forEach(keys::put);
        return new AccessRequest(check.action(), check.resource(), check.owner(), keys.build());
    }

    /** Where a check names no owner, the service asks its resource's policy itself. */
    private Optional<ResourcePolicy> policy(AccessCheck check) {
        if (check.owner().isEmpty()) {
            return Optional.empty();
        }
        for (ResourceAttributes source : resources) {
            Optional<ResourcePolicy> policy = source.policy(check.resource());
            if (policy.isPresent()) {
                return policy;
            }
        }
        return Optional.empty();
    }
}
