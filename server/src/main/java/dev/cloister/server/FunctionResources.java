package dev.cloister.server;

import dev.cloister.api.AccountId;
import dev.cloister.api.Region;
import dev.cloister.functions.FunctionKey;
import dev.cloister.functions.FunctionRecord;
import dev.cloister.functions.Functions;
import dev.cloister.identity.access.ResourceAttributes;
import dev.cloister.identity.policy.Policy;
import dev.cloister.identity.policy.PolicyKind;
import dev.cloister.identity.policy.ResourcePolicy;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The policies and tags of functions for decisions about them. Thread-safe. A version or alias has
 * a policy of its own and its function's tags.
 */
final class FunctionResources implements ResourceAttributes {
    private static final Pattern ARN =
            Pattern.compile(
                    "arn:aws:lambda:([a-z0-9-]+):([0-9]{12}):function:([^:/]+)(?::([^:/]+))?");

    /** Compiled policies kept; beyond it all are forgotten and compiled anew. */
    private static final int MOST_COMPILED = 10_000;

    private final Functions functions;
    private final Map<String, Compiled> compiled = new ConcurrentHashMap<>();

    FunctionResources(Functions functions) {
        this.functions = functions;
    }

    private record Compiled(
            dev.cloister.functions.permissions.ResourcePolicy source, ResourcePolicy policy) {}

    @Override
    public Optional<ResourcePolicy> policy(String arn) {
        Matcher parts = ARN.matcher(arn);
        if (!parts.matches()) {
            return Optional.empty();
        }
        return function(parts)
                .flatMap(function -> function.access().policy(Optional.ofNullable(parts.group(4))))
                .map(source -> compiled(arn, source));
    }

    private ResourcePolicy compiled(
            String arn, dev.cloister.functions.permissions.ResourcePolicy source) {
        Compiled known = compiled.get(arn);
        if (known != null && known.source.equals(source)) {
            return known.policy;
        }
        ResourcePolicy policy =
                ResourcePolicy.sufficient(
                        Policy.parse(PolicyKind.RESOURCE, arn, source.document()));
        if (compiled.size() >= MOST_COMPILED) {
            compiled.clear();
        }
        compiled.put(arn, new Compiled(source, policy));
        return policy;
    }

    @Override
    public Map<String, String> tags(String arn) {
        Matcher parts = ARN.matcher(arn);
        return parts.matches()
                ? function(parts)
                        .map(FunctionRecord::tags)
                        .<Map<String, String>>map(tags -> tags)
                        .orElse(Map.of())
                : Map.of();
    }

    private Optional<FunctionRecord> function(Matcher parts) {
        return functions.find(
                new FunctionKey(
                        new AccountId(parts.group(2)), new Region(parts.group(1)), parts.group(3)));
    }
}
