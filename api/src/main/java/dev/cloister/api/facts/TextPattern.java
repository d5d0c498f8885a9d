package dev.cloister.api.facts;

import java.util.regex.Pattern;

/**
 * A regular expression that a text has to match in whole. Matching stops after a bounded number of
 * steps, because some of the model's expressions backtrack exponentially on hostile input.
 * Immutable.
 */
public final class TextPattern {
    private static final int MAX_TEXT = 64 * 1_024;
    private static final int MAX_STEPS = 2_000_000;

    /** How the client models name a region; the services' own patterns know eusc- as well. */
    private static final Pattern REGION =
            Pattern.compile("(?<!\\(eusc-\\)\\?)\\[a-z]\\{2}(?=\\(\\(?-gov\\))");

    private final String text;
    private final Pattern pattern;

    public TextPattern(String modelText) {
        this.text = REGION.matcher(modelText).replaceAll("(eusc-)?[a-z]{2}");
        this.pattern = Pattern.compile(text);
    }

    /** Whether the whole value matches; false also for one that takes too long to tell. */
    public boolean matches(String value) {
        if (value.length() > MAX_TEXT) {
            return false;
        }
        try {
            return pattern.matcher(new BoundedText(value, new int[] {MAX_STEPS})).matches();
        } catch (TooManyStepsException | StackOverflowError e) {
            return false;
        }
    }

    /** The expression as the services print it. */
    @Override
    public String toString() {
        return text;
    }

    private static final class TooManyStepsException extends RuntimeException {
        private static final long serialVersionUID = 1L;

        TooManyStepsException() {
            super("too many steps", null, false, false);
        }
    }

    /** Counts how often the matcher looks at a character. */
    private static final class BoundedText implements CharSequence {
        private final CharSequence value;
        private final int[] stepsLeft;

        BoundedText(CharSequence value, int[] stepsLeft) {
            this.value = value;
            this.stepsLeft = stepsLeft;
        }

        @Override
        public char charAt(int index) {
            if (--stepsLeft[0] < 0) {
                throw new TooManyStepsException();
            }
            return value.charAt(index);
        }

        @Override
        public int length() {
            return value.length();
        }

        @Override
        public CharSequence subSequence(int start, int end) {
            return new BoundedText(value.subSequence(start, end), stepsLeft);
        }

        @Override
        public String toString() {
            return value.toString();
        }
    }
}
