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
    private final Optional<AnonymousScope> anonymous;

    /** Whether every operation has to be in the table. */
    private enum Completeness {
        REQUIRED,
        NOBODY_BUT_THE_ACCOUNT
    }

    private AccessTable(
            Map<String, AccessRule> rules,
            Completeness completeness,
            Optional<AnonymousScope> anonymous) {
        this.rules = Map.copyOf(rules);
        this.completeness = completeness;
        this.anonymous = anonymous;
    }

    public static AccessTable of(Map<String, AccessRule> rules) {
        return new AccessTable(rules, Completeness.REQUIRED, Optional.empty());
    }

    /** Of a service that has no rules yet: only an account's root user may use it. */
    public static AccessTable undeclared() {
        return new AccessTable(
                new HashMap<>(), Completeness.NOBODY_BUT_THE_ACCOUNT, Optional.empty());
    }

    /** The same rules, by which requests that nobody has signed are decided too. */
    public AccessTable withAnonymous(AnonymousScope scope) {
        return new AccessTable(rules, completeness, Optional.of(scope));
    }

    /** Where unsigned requests act; empty if each has to be signed. */
    public Optional<AnonymousScope> anonymous() {
        return anonymous;
    }

    public Optional<AccessRule> rule(String operation) {
        return Optional.ofNullable(rules.get(operation));
    }

    /** Whether the service has rules at all. */
    public boolean isDeclared() {
        return completeness == Completeness.REQUIRED;
    }
}
