package dev.cloister.secrets.parameters;

import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.regex.PatternSyntaxException;

/**
 * A regular expression that a client wrote. It is tried with a limit on its steps, since there are
 * expressions that would take years.
 */
final class AllowedPattern {
    private static final long MOST_STEPS = 2_000_000;

    /** Of nothing at all, repeated, a matcher's steps are not counted. */
    private static final long MOST_REPEATS = 10_000_000;

    private static final Pattern REPEAT = Pattern.compile("\\{([0-9]+)(?:,([0-9]*))?\\}");

    private AllowedPattern() {}

    /**
     * @throws dev.cloister.api.AwsError if it is no expression, or the value doesn't match it
     */
    static void check(String pattern, String value) {
        if (!matches(compile(pattern), value)) {
            throw ParameterErrors.of(
                    "ParameterPatternMismatchException",
                    "Parameter value, cannot be validated against allowedPattern: " + pattern);
        }
    }

    private static Pattern compile(String pattern) {
        double repeats =
                REPEAT.matcher(pattern)
                        .results()
                        .mapToDouble(repeat -> Math.max(number(repeat, 1), number(repeat, 2)))
                        .reduce(1, (product, count) -> product * Math.max(1, count));
        try {
            if (repeats <= MOST_REPEATS) {
                return Pattern.compile(pattern);
            }
        } catch (PatternSyntaxException | StackOverflowError e) {
            // Refused below.
        }
        throw ParameterErrors.of(
                "InvalidAllowedPatternException",
                "The request doesn't meet the regular expression requirement.");
    }

    private static double number(MatchResult repeat, int group) {
        String digits = repeat.group(group);
        return digits == null || digits.isEmpty() ? 0 : Double.parseDouble(digits);
    }

    private static boolean matches(Pattern pattern, String value) {
        try {
            return pattern.matcher(new Counted(value, new long[] {MOST_STEPS})).matches();
        } catch (TooManyStepsException | StackOverflowError e) {
            return false;
        }
    }

    private static final class TooManyStepsException extends IllegalStateException {
        private static final long serialVersionUID = 1L;

        TooManyStepsException() {
            super("a pattern takes too many steps");
        }
    }

    /** A text that can be looked at so often and no more. */
    private static final class Counted implements CharSequence {
        private final CharSequence text;
        private final long[] left;

        Counted(CharSequence text, long[] left) {
            this.text = text;
            this.left = left;
        }

        @Override
        public int length() {
            return text.length();
        }

        @Override
        public char charAt(int index) {
            if (left[0]-- == 0) {
                throw new TooManyStepsException();
            }
            return text.charAt(index);
        }

        @Override
        public CharSequence subSequence(int start, int end) {
            return new Counted(text.subSequence(start, end), left);
        }

        @Override
        public String toString() {
            return text.toString();
        }
    }
}
