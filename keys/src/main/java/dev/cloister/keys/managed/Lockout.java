package dev.cloister.keys.managed;

/** What is done about a key policy that would lock its author out. */
public enum Lockout {
    /** It is refused. */
    CHECKED,
    /** It is taken: {@code BypassPolicyLockoutSafetyCheck}. */
    BYPASSED
}
