package dev.cloister.identity.access;

import dev.cloister.identity.policy.Caller;
import dev.cloister.identity.policy.CallerPolicies;

/** A caller with the policies that bind it. */
public record KnownCaller(Caller caller, CallerPolicies policies) {}
