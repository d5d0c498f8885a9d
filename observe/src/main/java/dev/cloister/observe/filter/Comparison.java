package dev.cloister.observe.filter;

import java.math.BigDecimal;
import java.util.Optional;

/** An operator with its right side, applied to a field's value. */
final class Comparison {
    private final Operator operator;
    private final Operand operand;

    private Comparison(Operator operator, Operand operand) {
        this.operator = operator;
        this.operand = operand;
    }

    /**
     * Reads operator and right side.
     *
     * @param stops characters that end a right side without quotation marks
     */
    static Comparison parse(PatternScanner scanner, String stops) {
        Operator operator = operator(scanner);
        scanner.skipSpace();
        Operand operand =
                switch (scanner.peek()) {
                    case '"' -> new Operand.Text(scanner.quoted('"'));
                    case '%' -> new Operand.Regex(scanner.regex());
                    default -> bare(scanner, stops);
                };
        boolean ordered = operator != Operator.EQUAL && operator != Operator.UNEQUAL;
        if (ordered && !(operand instanceof Operand.Amount)) {
            throw scanner.invalid();
        }
        return new Comparison(operator, operand);
    }

    boolean test(String value) {
        return switch (operator) {
            case EQUAL -> equal(value);
            case UNEQUAL -> !equal(value);
            case LESS, LESS_OR_EQUAL, GREATER, GREATER_OR_EQUAL ->
                    number(value).map(this::ordered).orElse(false);
        };
    }

    private boolean equal(String value) {
        return switch (operand) {
            case Operand.Text(String glob) -> Glob.matches(glob, value);
            case Operand.Regex(LinearRegex regex) -> regex.find(value);
            case Operand.Amount(String text, BigDecimal wanted) ->
                    text.equals(value)
                            || number(value).filter(n -> n.compareTo(wanted) == 0).isPresent();
        };
    }

    private boolean ordered(BigDecimal value) {
        if (!(operand instanceof Operand.Amount(String text, BigDecimal wanted))) {
            return false;
        }
        int order = value.compareTo(wanted);
        return switch (operator) {
            case LESS -> order < 0;
            case LESS_OR_EQUAL -> order <= 0;
            case GREATER -> order > 0;
            case GREATER_OR_EQUAL -> order >= 0;
            case EQUAL -> order == 0;
            case UNEQUAL -> order != 0;
        };
    }

    private static Operand bare(PatternScanner scanner, String stops) {
        String text = scanner.until(stops);
        if (text.isEmpty()) {
            throw scanner.invalid();
        }
        return number(text)
                .<Operand>map(value -> new Operand.Amount(text, value))
                .orElseGet(() -> new Operand.Text(text));
    }

    private static Optional<BigDecimal> number(String text) {
        if (text.isEmpty() || text.length() > 64 || !startsAsNumber(text)) {
            return Optional.empty();
        }
        try {
            BigDecimal value = new BigDecimal(text);
            // 1e999999999 would be expanded when compared with 1.
            return Math.abs((long) value.scale()) > 400 ? Optional.empty() : Optional.of(value);
        } catch (NumberFormatException e) {
            return Optional.empty(); // text, then
        }
    }

    private static boolean startsAsNumber(String text) {
        char first = text.charAt(0);
        return first == '-' || first == '+' || first == '.' || Character.isDigit(first);
    }

    private static Operator operator(PatternScanner scanner) {
        for (Operator operator : Operator.values()) {
            if (scanner.accept(operator.sign)) {
                return operator;
            }
        }
        throw scanner.invalid();
    }

    /** Longer signs first, as they are looked for in this order. */
    private enum Operator {
        UNEQUAL("!="),
        LESS_OR_EQUAL("<="),
        GREATER_OR_EQUAL(">="),
        EQUAL("="),
        LESS("<"),
        GREATER(">");

        private final String sign;

        Operator(String sign) {
            this.sign = sign;
        }
    }

    private sealed interface Operand {
        record Text(String glob) implements Operand {}

        record Amount(String text, BigDecimal value) implements Operand {}

        record Regex(LinearRegex regex) implements Operand {}
    }
}
