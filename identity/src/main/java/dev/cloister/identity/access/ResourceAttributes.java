package dev.cloister.identity.access;

import dev.cloister.identity.policy.ResourcePolicy;
import java.util.Map;
import java.util.Optional;

/**
 * What services know of their resources and decisions need. Implementations are thread-safe and
 * answer from memory; of ARNs that are not theirs they know nothing.
 */
public interface ResourceAttributes {

    /** The policy of a resource, compiled. */
    Optional<ResourcePolicy> policy(String arn);

    /** The tags of a resource, for {@code aws:ResourceTag}. */
    Map<String, String> tags(String arn);
}
