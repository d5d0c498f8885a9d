package dev.cloister.identity.policy;

import dev.cloister.identity.policy.ConditionOperator.Absence;
import dev.cloister.identity.policy.ConditionOperator.Comparison;
import dev.cloister.identity.policy.PolicyDocument.Condition;
import dev.cloister.identity.policy.PolicyDocument.Sense;
import dev.cloister.identity.policy.ValueTests.ValueTest;
import java.util.List;

/** A condition ready to be asked. */
final class CompiledCondition {
    private final Condition source;
    private final String key;
    private final List<ValueTest> tests;

    CompiledCondition(Condition source, boolean variables) {
        this.source = source;
        this.key = ContextKeys.fold(source.key());
        this.tests = ValueTests.compile(source, variables);
    }

    Condition source() {
        return source;
    }

    /**
     * IAM User Guide, "Multivalued context keys" and "Condition operators": a missing key makes a
     * positive operator false and a negated one true.
     */
    boolean holds(Facts facts) {
        ConditionOperator operator = source.operator();
        List<String> values = facts.get(key);
        if (operator.comparison() == Comparison.NULL) {
            return matchesAny(values.isEmpty() ? "true" : "false", facts);
        }
        if (values.isEmpty() && operator.absence() == Absence.HOLDS) {
            return true;
        }
        boolean negated = operator.sense() == Sense.ALL_BUT_LISTED;
        return switch (operator.quantifier()) {
            case SINGLE -> negated != anyMatches(values, facts);
            case FOR_ALL_VALUES -> {
                for (String value : values) {
                    if (negated == matchesAny(value, facts)) {
                        yield false;
                    }
                }
                yield true;
            }
            case FOR_ANY_VALUE -> {
                for (String value : values) {
                    if (negated != matchesAny(value, facts)) {
                        yield true;
                    }
                }
                yield false;
            }
        };
    }

    private boolean anyMatches(List<String> values, Facts facts) {
        for (String value : values) {
            if (matchesAny(value, facts)) {
                return true;
            }
        }
        return false;
    }

    private boolean matchesAny(String value, Facts facts) {
        for (ValueTest test : tests) {
            if (test.matches(value, facts)) {
                return true;
            }
        }
        return false;
    }
}
