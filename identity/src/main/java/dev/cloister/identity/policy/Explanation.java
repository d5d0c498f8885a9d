package dev.cloister.identity.policy;

import dev.cloister.identity.policy.Decision.StatementRef;
import dev.cloister.identity.policy.PolicyDocument.Effect;
import java.util.List;

/** A decision with what every statement had to say. */
public record Explanation(Decision decision, List<StatementTrace> statements) {
    public Explanation {
        statements = List.copyOf(statements);
    }

    /**
     * One statement's part in it.
     *
     * @param conditions for {@link Mismatch#CONDITION}: which conditions don't hold
     */
    public record StatementTrace(
            StatementRef statement,
            Effect effect,
            Mismatch mismatch,
            List<FailedCondition> conditions) {
        public StatementTrace {
            conditions = List.copyOf(conditions);
        }
    }

    /**
     * A condition that doesn't hold.
     *
     * @param found the request's values of the key; empty if it has none
     */
    public record FailedCondition(
            String operator, String key, List<String> wanted, List<String> found) {
        public FailedCondition {
            wanted = List.copyOf(wanted);
            found = List.copyOf(found);
        }
    }
}
