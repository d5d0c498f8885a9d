package dev.cloister.functions;

import dev.cloister.functions.permissions.ResourcePolicy;
import dev.cloister.functions.urls.FunctionUrl;
import java.util.Collections;
import java.util.NavigableMap;
import java.util.Optional;
import java.util.TreeMap;

/**
 * How a function is reached from outside: its resource policies and URLs, each by qualifier, with
 * empty text for the function itself. Immutable. A policy goes with its version or alias; a URL
 * stays when its alias goes, and works again when the alias comes back.
 */
public record FunctionAccess(
        NavigableMap<String, ResourcePolicy> policies, NavigableMap<String, FunctionUrl> urls) {
    static final FunctionAccess NONE = new FunctionAccess(new TreeMap<>(), new TreeMap<>());

    public FunctionAccess {
        policies = Collections.unmodifiableNavigableMap(new TreeMap<>(policies));
        urls = Collections.unmodifiableNavigableMap(new TreeMap<>(urls));
    }

    /** The policy of the function itself, or of its version or alias. */
    public Optional<ResourcePolicy> policy(Optional<String> qualifier) {
        return Optional.ofNullable(policies.get(qualifier.orElse("")));
    }

    /** The URL of the function itself, or of its alias. */
    public Optional<FunctionUrl> url(Optional<String> qualifier) {
        return Optional.ofNullable(urls.get(qualifier.orElse("")));
    }

    /** A policy without statements is none. */
    FunctionAccess withPolicy(Optional<String> qualifier, ResourcePolicy policy) {
        TreeMap<String, ResourcePolicy> changed = new TreeMap<>(policies);
        if (policy.statements().isEmpty()) {
            changed.remove(qualifier.orElse(""));
        } else {
            changed.put(qualifier.orElse(""), policy);
        }
        return new FunctionAccess(changed, urls);
    }

    FunctionAccess withoutPolicy(String qualifier) {
        return withPolicy(Optional.of(qualifier), new ResourcePolicy(java.util.List.of()));
    }

    FunctionAccess withUrl(Optional<String> qualifier, FunctionUrl url) {
        TreeMap<String, FunctionUrl> changed = new TreeMap<>(urls);
        changed.put(qualifier.orElse(""), url);
        return new FunctionAccess(policies, changed);
    }

    FunctionAccess withoutUrl(Optional<String> qualifier) {
        TreeMap<String, FunctionUrl> changed = new TreeMap<>(urls);
        changed.remove(qualifier.orElse(""));
        return new FunctionAccess(policies, changed);
    }
}
