package dev.cloister.api;

import java.util.HashMap;
import java.util.Map;
import java.util.Optional;

/**
 * The rules of access of a service's operations. It may have rules of operations that are not
 * served; an operation that is served and has none makes the server refuse to start.
 */
public final class AccessTable {
    private final Map<String, AccessRule> rules;
    private final Completeness completeness;

    /** Whether every operation has to be in the table. */
    private enum Completeness {
        REQUIRED,
        NOBODY_BUT_THE_ACCOUNT
    }

    private AccessTable(Map<String, AccessRule> rules, Completeness completeness) {
        this.rules = Map.copyOf(rules);
        this.completeness = completeness;
    }

    public static AccessTable of(Map<String, AccessRule> rules) {
        return new AccessTable(rules, Completeness.REQUIRED);
    }

    /** Of a service that has no rules yet: only an account's root user may use it. */
    public static AccessTable undeclared() {
        return new AccessTable(new HashMap<>(), Completeness.NOBODY_BUT_THE_ACCOUNT);
    }

    public Optional<AccessRule> rule(String operation) {
        return Optional.ofNullable(rules.get(operation));
    }

    /** Whether the service has rules at all. */
    public boolean isDeclared() {
        return completeness == Completeness.REQUIRED;
    }
}
