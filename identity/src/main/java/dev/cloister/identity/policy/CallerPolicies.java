package dev.cloister.identity.policy;

import java.util.Optional;

/**
 * The policies that bind a caller wherever it goes.
 *
 * @param identity attached to the user, its groups, or the role
 * @param boundary the permissions boundary, if there is one: nothing beyond it is allowed
 * @param session the session's policies, if there are any: nothing beyond them is allowed
 */
public record CallerPolicies(
        PolicySet identity, Optional<PolicySet> boundary, Optional<PolicySet> session) {
    /** Of somebody who has no policies: AWS services, anonymous callers, root users. */
    public static final CallerPolicies NONE =
            new CallerPolicies(PolicySet.NONE, Optional.empty(), Optional.empty());

    public static CallerPolicies identity(PolicySet identity) {
        return new CallerPolicies(identity, Optional.empty(), Optional.empty());
    }
}
