package dev.cloister.identity.policy;

import dev.cloister.identity.policy.PolicyDocument.Effect;
import dev.cloister.identity.policy.PolicyDocument.Statement;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * Policies of one kind that count together, compiled: for example all identity-based policies of a
 * user. Make it once and keep it: a decision costs a few microseconds, compiling costs more.
 */
public final class PolicySet {
    /** No policies. */
    public static final PolicySet NONE = new PolicySet(List.of());

    private final List<Policy> policies;
    private final List<CompiledStatement> all = new ArrayList<>();
    private final Map<String, Statements> byService = new HashMap<>();
    private final Statements ofOtherServices;

    private PolicySet(List<Policy> policies) {
        this.policies = List.copyOf(policies);
        for (Policy policy : policies) {
            for (Statement statement : policy.document().statements()) {
                all.add(new CompiledStatement(policy, statement));
            }
        }
        Set<String> services = new HashSet<>();
        all.forEach(statement -> statement.services().ifPresent(services::addAll));
        for (String service : services) {
            byService.put(service, ofService(Optional.of(service)));
        }
        this.ofOtherServices = ofService(Optional.empty());
    }

    public static PolicySet of(List<Policy> policies) {
        return policies.isEmpty() ? NONE : new PolicySet(policies);
    }

    public static PolicySet of(Policy policy) {
        return new PolicySet(List.of(policy));
    }

    /** These policies and some more. */
    public PolicySet plus(List<Policy> more) {
        List<Policy> together = new ArrayList<>(policies);
        together.addAll(more);
        return of(together);
    }

    /** The condition keys that statements ask for, as they are written. */
    public Set<String> conditionKeys() {
        Set<String> keys = new HashSet<>();
        for (CompiledStatement statement : all) {
            statement.source().conditions().forEach(condition -> keys.add(condition.key()));
        }
        return keys;
    }

    public boolean isEmpty() {
        return all.isEmpty();
    }

    private Statements ofService(Optional<String> service) {
        List<CompiledStatement> matching =
                all.stream()
                        .filter(
                                statement ->
                                        statement
                                                .services()
                                                .map(
                                                        named ->
                                                                service.filter(named::contains)
                                                                        .isPresent())
                                                .orElse(true))
                        .toList();
        return new Statements(of(matching, Effect.DENY), of(matching, Effect.ALLOW));
    }

    private static List<CompiledStatement> of(List<CompiledStatement> all, Effect effect) {
        return all.stream().filter(statement -> statement.effect() == effect).toList();
    }

    private record Statements(List<CompiledStatement> denies, List<CompiledStatement> allows) {}

    private Statements statements(Facts facts) {
        return byService.getOrDefault(facts.service(), ofOtherServices);
    }

    /** All statements in their order, for traces. */
    List<CompiledStatement> statements() {
        return all;
    }

    Optional<CompiledStatement> deny(Facts facts) {
        return first(statements(facts).denies, facts);
    }

    Optional<CompiledStatement> allow(Facts facts) {
        return first(statements(facts).allows, facts);
    }

    /** The allowing statement that names the caller most closely. */
    Optional<CompiledStatement> closestAllow(Facts facts) {
        Optional<CompiledStatement> closest = Optional.empty();
        for (CompiledStatement statement : statements(facts).allows) {
            if (statement.matches(facts)
                    && (closest.isEmpty()
                            || statement.grant(facts).compareTo(closest.get().grant(facts)) > 0)) {
                closest = Optional.of(statement);
            }
        }
        return closest;
    }

    private static Optional<CompiledStatement> first(
            List<CompiledStatement> statements, Facts facts) {
        for (CompiledStatement statement : statements) {
            if (statement.matches(facts)) {
                return Optional.of(statement);
            }
        }
        return Optional.empty();
    }
}
