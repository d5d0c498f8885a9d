package dev.cloister.api;

import java.util.Map;
import java.util.Optional;

/**
 * The rules of access of a service's operations. It may have rules of operations that are not
 * served; an operation that is served and has none makes the server refuse to start.
 */
public final class AccessTable {
    private final Map<String, AccessRule> rules;
    private final Optional<AnonymousScope> anonymous;

    private AccessTable(Map<String, AccessRule> rules, Optional<AnonymousScope> anonymous) {
        this.rules = Map.copyOf(rules);
        this.anonymous = anonymous;
    }

    public static AccessTable of(Map<String, AccessRule> rules) {
        return new AccessTable(rules, Optional.empty());
    }

    /** The same rules, by which requests that nobody has signed are decided too. */
    public AccessTable withAnonymous(AnonymousScope scope) {
        return new AccessTable(rules, Optional.of(scope));
    }

    /** Where unsigned requests act; empty if each has to be signed. */
    public Optional<AnonymousScope> anonymous() {
        return anonymous;
    }

    public Optional<AccessRule> rule(String operation) {
        return Optional.ofNullable(rules.get(operation));
    }
}
