package dev.cloister.identity.policy;

import dev.cloister.identity.policy.PolicyDocument.Effect;
import dev.cloister.identity.policy.PolicyDocument.Selection;
import dev.cloister.identity.policy.PolicyDocument.Sense;
import dev.cloister.identity.policy.PolicyDocument.Statement;
import dev.cloister.identity.policy.Template.Wildcards;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** A statement ready to be asked, with the policy that it stands in. */
final class CompiledStatement {
    private final Policy policy;
    private final Statement source;
    private final Set<String> exactActions = new HashSet<>();
    private final List<Glob> actionPatterns;
    private final List<Template> resources;
    private final List<CompiledCondition> conditions;

    CompiledStatement(Policy policy, Statement source) {
        this.policy = policy;
        this.source = source;
        boolean variables = policy.document().hasVariables();
        List<Glob> actions =
                source.actions().patterns().stream()
                        .map(action -> Glob.of(ContextKeys.fold(action)))
                        .toList();
        actions.stream().filter(Glob::isLiteral).map(Glob::text).forEach(exactActions::add);
        this.actionPatterns = actions.stream().filter(action -> !action.isLiteral()).toList();
        this.resources =
                source.resources().map(Selection::patterns).orElse(List.of()).stream()
                        .map(value -> Template.compile(value, variables, Wildcards.MATCH))
                        .toList();
        this.conditions =
                source.conditions().stream()
                        .map(condition -> new CompiledCondition(condition, variables))
                        .toList();
    }

    Policy policy() {
        return policy;
    }

    Statement source() {
        return source;
    }

    Effect effect() {
        return source.effect();
    }

    /**
     * The only services whose actions it can match; empty if it can match those of any. Services
     * are told apart before statements are asked.
     */
    Optional<Set<String>> services() {
        if (source.actions().sense() == Sense.ALL_BUT_LISTED) {
            return Optional.empty();
        }
        Set<String> services = new HashSet<>();
        for (String action : source.actions().patterns()) {
            String service =
                    ContextKeys.fold(action.substring(0, Math.max(0, action.indexOf(':'))));
            if (service.isEmpty() || service.contains("*") || service.contains("?")) {
                return Optional.empty();
            }
            services.add(service);
        }
        return Optional.of(services);
    }

    /** By which element it doesn't speak of the request. */
    Mismatch check(Facts facts) {
        if (!selects(source.actions().sense(), isAction(facts))) {
            return Mismatch.ACTION;
        }
        if (source.resources().isPresent()
                && !selects(source.resources().get().sense(), isResource(facts))) {
            return Mismatch.RESOURCE;
        }
        if (source.principals().isPresent() && grant(facts) == Grant.NONE) {
            return Mismatch.PRINCIPAL;
        }
        for (CompiledCondition condition : conditions) {
            if (!condition.holds(facts)) {
                return Mismatch.CONDITION;
            }
        }
        return Mismatch.NONE;
    }

    boolean matches(Facts facts) {
        return check(facts) == Mismatch.NONE;
    }

    /** How closely it names the caller; without principals, as in an identity policy, directly. */
    Grant grant(Facts facts) {
        return source.principals()
                .map(principals -> Grant.of(principals, facts.caller()))
                .orElse(Grant.DIRECT);
    }

    List<CompiledCondition> failing(Facts facts) {
        return conditions.stream().filter(condition -> !condition.holds(facts)).toList();
    }

    private static boolean selects(Sense sense, boolean listed) {
        return switch (sense) {
            case LISTED -> listed;
            case ALL_BUT_LISTED -> !listed;
        };
    }

    private boolean isAction(Facts facts) {
        if (exactActions.contains(facts.action())) {
            return true;
        }
        for (Glob pattern : actionPatterns) {
            if (pattern.matches(facts.action())) {
                return true;
            }
        }
        return false;
    }

    private boolean isResource(Facts facts) {
        for (Template resource : resources) {
            if (resource.matches(facts.resource(), facts)) {
                return true;
            }
        }
        return false;
    }
}
