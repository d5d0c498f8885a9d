package dev.cloister.identity.policy;

import java.util.List;
import java.util.Optional;

/**
 * A policy as its JSON says it (IAM User Guide, "IAM JSON policy elements reference").
 *
 * @param version {@code 2012-10-17}, or {@code 2008-10-17}, which knows no policy variables
 */
public record PolicyDocument(
        PolicyKind kind, String version, Optional<String> id, List<Statement> statements) {
    static final String CURRENT_VERSION = "2012-10-17";
    static final String OLD_VERSION = "2008-10-17";

    public PolicyDocument {
        statements = List.copyOf(statements);
    }

    /**
     * Reads a policy.
     *
     * @throws MalformedPolicyException if the text breaks the grammar of its kind
     */
    public static PolicyDocument parse(PolicyKind kind, String json) {
        return new PolicyParser(kind).parse(json);
    }

    boolean hasVariables() {
        return version.equals(CURRENT_VERSION);
    }

    /** What a statement does to the requests that it matches. */
    public enum Effect {
        ALLOW("Allow"),
        DENY("Deny");

        private final String text;

        Effect(String text) {
            this.text = text;
        }

        @Override
        public String toString() {
            return text;
        }
    }

    /** Whether an element lists what it matches or what it doesn't, as NotAction does. */
    public enum Sense {
        LISTED,
        ALL_BUT_LISTED
    }

    /**
     * One statement.
     *
     * @param index its place in the document, from 0
     * @param principals present in resource-based policies only
     * @param resources empty in trust policies, which speak of their role only
     */
    public record Statement(
            int index,
            Optional<String> sid,
            Effect effect,
            Optional<Principals> principals,
            Selection actions,
            Optional<Selection> resources,
            List<Condition> conditions) {
        public Statement {
            conditions = List.copyOf(conditions);
        }
    }

    /** Action, NotAction, Resource or NotResource. */
    public record Selection(Sense sense, List<String> patterns) {
        public Selection {
            patterns = List.copyOf(patterns);
        }
    }

    /** Principal or NotPrincipal. */
    public record Principals(Sense sense, List<PrincipalEntry> entries) {
        public Principals {
            entries = List.copyOf(entries);
        }
    }

    /**
     * One principal.
     *
     * @param value as written; for {@link PrincipalType#ANYONE} the text {@code *}
     */
    public record PrincipalEntry(PrincipalType type, String value) {}

    /** The kinds of principals that a policy can name. */
    public enum PrincipalType {
        ANYONE,
        AWS,
        SERVICE,
        FEDERATED,
        CANONICAL_USER
    }

    /** One key of one operator, with the values of which one is to match. */
    public record Condition(ConditionOperator operator, String key, List<String> values) {
        public Condition {
            values = List.copyOf(values);
        }
    }
}
