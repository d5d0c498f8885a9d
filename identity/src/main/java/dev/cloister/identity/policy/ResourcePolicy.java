package dev.cloister.identity.policy;

/** The policies of a resource, and what they are to callers of the resource's own account. */
public record ResourcePolicy(PolicySet policies, Role role) {

    /** What the policy of the resource is to callers of its own account. */
    public enum Role {
        /** Either it or the caller's own policies allow, as with functions and buckets. */
        SUFFICIENT,
        /**
         * It has to allow in any case: by naming the caller, or by naming the account, which leaves
         * it to the caller's own policies. So it is with KMS keys and roles' trust policies.
         */
        REQUIRED
    }

    public static ResourcePolicy sufficient(Policy policy) {
        return new ResourcePolicy(PolicySet.of(policy), Role.SUFFICIENT);
    }

    public static ResourcePolicy required(Policy policy) {
        return new ResourcePolicy(PolicySet.of(policy), Role.REQUIRED);
    }
}
