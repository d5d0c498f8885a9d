package dev.cloister.identity.policy;

import java.util.HashMap;
import java.util.Map;
import java.util.Optional;

/**
 * A condition operator (IAM User Guide, "IAM JSON policy elements: Condition operators").
 *
 * @param text as written, such as {@code ForAllValues:StringLikeIfExists}
 */
public record ConditionOperator(
        String text,
        Quantifier quantifier,
        Comparison comparison,
        PolicyDocument.Sense sense,
        Absence absence) {

    private static final Map<String, Base> BASES = bases();

    /** How several values of a key count. */
    public enum Quantifier {
        /** No prefix: any value may match; with a negated operator none may. */
        SINGLE(""),
        FOR_ALL_VALUES("ForAllValues:"),
        FOR_ANY_VALUE("ForAnyValue:");

        private final String prefix;

        Quantifier(String prefix) {
            this.prefix = prefix;
        }
    }

    /** What a key that the request doesn't have makes of the condition. */
    public enum Absence {
        AS_THE_OPERATOR_HAS_IT,
        /** The suffix IfExists. */
        HOLDS
    }

    /** How one value of the request is compared with one of the policy. */
    public enum Comparison {
        STRING_EQUALS,
        STRING_EQUALS_IGNORE_CASE,
        STRING_LIKE,
        NUMERIC_EQUALS,
        NUMERIC_LESS_THAN,
        NUMERIC_LESS_THAN_EQUALS,
        NUMERIC_GREATER_THAN,
        NUMERIC_GREATER_THAN_EQUALS,
        DATE_EQUALS,
        DATE_LESS_THAN,
        DATE_LESS_THAN_EQUALS,
        DATE_GREATER_THAN,
        DATE_GREATER_THAN_EQUALS,
        BOOL,
        BINARY_EQUALS,
        IP_ADDRESS,
        ARN_LIKE,
        NULL
    }

    private record Base(Comparison comparison, PolicyDocument.Sense sense) {}

    private static Map<String, Base> bases() {
        Map<String, Base> all = new HashMap<>();
        both(all, "StringEquals", "StringNotEquals", Comparison.STRING_EQUALS);
        both(
                all,
                "StringEqualsIgnoreCase",
                "StringNotEqualsIgnoreCase",
                Comparison.STRING_EQUALS_IGNORE_CASE);
        both(all, "StringLike", "StringNotLike", Comparison.STRING_LIKE);
        both(all, "NumericEquals", "NumericNotEquals", Comparison.NUMERIC_EQUALS);
        one(all, "NumericLessThan", Comparison.NUMERIC_LESS_THAN);
        one(all, "NumericLessThanEquals", Comparison.NUMERIC_LESS_THAN_EQUALS);
        one(all, "NumericGreaterThan", Comparison.NUMERIC_GREATER_THAN);
        one(all, "NumericGreaterThanEquals", Comparison.NUMERIC_GREATER_THAN_EQUALS);
        both(all, "DateEquals", "DateNotEquals", Comparison.DATE_EQUALS);
        one(all, "DateLessThan", Comparison.DATE_LESS_THAN);
        one(all, "DateLessThanEquals", Comparison.DATE_LESS_THAN_EQUALS);
        one(all, "DateGreaterThan", Comparison.DATE_GREATER_THAN);
        one(all, "DateGreaterThanEquals", Comparison.DATE_GREATER_THAN_EQUALS);
        one(all, "Bool", Comparison.BOOL);
        one(all, "BinaryEquals", Comparison.BINARY_EQUALS);
        both(all, "IpAddress", "NotIpAddress", Comparison.IP_ADDRESS);
        both(all, "ArnEquals", "ArnNotEquals", Comparison.ARN_LIKE);
        both(all, "ArnLike", "ArnNotLike", Comparison.ARN_LIKE);
        one(all, "Null", Comparison.NULL);
        return Map.copyOf(all);
    }

    private static void one(Map<String, Base> all, String name, Comparison comparison) {
        all.put(name, new Base(comparison, PolicyDocument.Sense.LISTED));
    }

    private static void both(
            Map<String, Base> all, String name, String negated, Comparison comparison) {
        one(all, name, comparison);
        all.put(negated, new Base(comparison, PolicyDocument.Sense.ALL_BUT_LISTED));
    }

    /** The operator of that name, or empty if there is none. */
    static Optional<ConditionOperator> parse(String text) {
        Quantifier quantifier = Quantifier.SINGLE;
        for (Quantifier candidate :
                new Quantifier[] {Quantifier.FOR_ALL_VALUES, Quantifier.FOR_ANY_VALUE}) {
            if (text.startsWith(candidate.prefix)) {
                quantifier = candidate;
            }
        }
        String rest = text.substring(quantifier.prefix.length());
        Absence absence = Absence.AS_THE_OPERATOR_HAS_IT;
        if (rest.endsWith("IfExists")) {
            rest = rest.substring(0, rest.length() - "IfExists".length());
            absence = Absence.HOLDS;
        }
        Base base = BASES.get(rest);
        // "You can add IfExists to the end of any condition operator name except the Null".
        if (base == null || (base.comparison == Comparison.NULL && absence == Absence.HOLDS)) {
            return Optional.empty();
        }
        return Optional.of(
                new ConditionOperator(text, quantifier, base.comparison, base.sense, absence));
    }
}
