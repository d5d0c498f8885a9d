package dev.cloister.invoke;

import dev.cloister.api.AccountId;
import dev.cloister.worker.EnvironmentSpec.Egress;

/** Decides where a function's connections may go. Thread-safe. */
@FunctionalInterface
public interface EgressPolicy {
    Egress egressOf(AccountId account, String functionName);
}
