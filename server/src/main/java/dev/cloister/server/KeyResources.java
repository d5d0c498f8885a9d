package dev.cloister.server;

import dev.cloister.identity.access.ResourceAttributes;
import dev.cloister.identity.policy.MalformedPolicyException;
import dev.cloister.identity.policy.Policy;
import dev.cloister.identity.policy.PolicyKind;
import dev.cloister.identity.policy.ResourcePolicy;
import dev.cloister.keys.managed.ManagedKeys;
import java.util.Map;
import java.util.Optional;

/** The policies of KMS keys for questions about them; KMS itself judges requests. Thread-safe. */
record KeyResources(ManagedKeys keys) implements ResourceAttributes {

    @Override
    public Optional<ResourcePolicy> policy(String arn) {
        return keys.policy(arn).flatMap(document -> compiled(arn, document));
    }

    /** A document that the evaluator doesn't take allows nothing, as for requests. */
    private static Optional<ResourcePolicy> compiled(String arn, String document) {
        try {
            return Optional.of(
                    ResourcePolicy.required(Policy.parse(PolicyKind.RESOURCE, arn, document)));
        } catch (MalformedPolicyException e) {
            return Optional.empty();
        }
    }

    @Override
    public Map<String, String> tags(String arn) {
        return Map.of();
    }
}
