package dev.cloister.server;

import dev.cloister.api.AccountId;
import dev.cloister.api.Region;
import dev.cloister.functions.FunctionKey;
import dev.cloister.functions.FunctionRecord;
import dev.cloister.functions.Functions;
import dev.cloister.identity.access.ResourceAttributes;
import dev.cloister.identity.policy.ResourcePolicy;
import java.util.Map;
import java.util.Optional;
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

    private final Functions functions;
    private final CompiledPolicies policies;

    FunctionResources(Functions functions, CompiledPolicies policies) {
        this.functions = functions;
        this.policies = policies;
    }

    @Override
    public Optional<ResourcePolicy> policy(String arn) {
        Matcher parts = ARN.matcher(arn);
        if (!parts.matches()) {
            return Optional.empty();
        }
        return function(parts)
                .flatMap(function -> function.access().policy(Optional.ofNullable(parts.group(4))))
                .map(
                        source ->
                                policies.of(
                                        arn,
                                        source,
                                        dev.cloister.functions.permissions.ResourcePolicy
                                                ::document));
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
