package dev.cloister.observe.filter;

import java.util.regex.Pattern;
import java.util.regex.PatternSyntaxException;

/**
 * A regular expression of the part of the syntax that CloudWatch Logs takes: no groups, so no back
 * references and no nested repetition. What backtracking is left is bounded by steps.
 */
final class BoundedRegex {
    private static final String SYMBOLS = "_#=@/;,-: ";
    private static final String OPERATORS = "^$?[]{}|*+.";
    private static final String ESCAPED_CLASSES = "dDsSwW";

    private final Pattern pattern;
    private final StepBudget budget;

    BoundedRegex(String expression, StepBudget budget) {
        check(expression);
        this.budget = budget;
        try {
            this.pattern = Pattern.compile(expression);
        } catch (PatternSyntaxException e) {
            throw new InvalidFilterException("Invalid filter pattern: not a regular expression");
        }
    }

    /** Whether it matches somewhere in the text. */
    boolean find(String text) {
        return pattern.matcher(new Counted(text, 0, text.length())).find();
    }

    private static void check(String expression) {
        for (int i = 0; i < expression.length(); i++) {
            char c = expression.charAt(i);
            if (c == '\\') {
                i = checkEscape(expression, i + 1);
            } else if (!isAlphanumeric(c) && SYMBOLS.indexOf(c) < 0 && OPERATORS.indexOf(c) < 0) {
                throw new InvalidFilterException(
                        "Invalid filter pattern: regular expressions don't take '" + c + "'");
            }
        }
    }

    private static int checkEscape(String expression, int at) {
        if (at >= expression.length()) {
            throw new InvalidFilterException("Invalid filter pattern: nothing follows '\\'");
        }
        char c = expression.charAt(at);
        if (c == 'x') {
            for (int i = at + 1; i <= at + 2; i++) {
                if (i >= expression.length() || Character.digit(expression.charAt(i), 16) < 0) {
                    throw new InvalidFilterException(
                            "Invalid filter pattern: '\\x' takes two hexadecimal digits");
                }
            }
            return at + 2;
        }
        if (c > 0x7e || (isAlphanumeric(c) && ESCAPED_CLASSES.indexOf(c) < 0)) {
            throw new InvalidFilterException(
                    "Invalid filter pattern: regular expressions don't take '\\" + c + "'");
        }
        return at;
    }

    private static boolean isAlphanumeric(char c) {
        return (c >= '0' && c <= '9') || (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z');
    }

    /** Text that counts how often it is looked at. */
    private final class Counted implements CharSequence {
        private final String text;
        private final int start;
        private final int end;

        Counted(String text, int start, int end) {
            this.text = text;
            this.start = start;
            this.end = end;
        }

        @Override
        public int length() {
            return end - start;
        }

        @Override
        public char charAt(int index) {
            budget.spend();
            return text.charAt(start + index);
        }

        @Override
        public CharSequence subSequence(int from, int to) {
            return new Counted(text, start + from, start + to);
        }

        @Override
        public String toString() {
            return text.substring(start, end);
        }
    }
}
