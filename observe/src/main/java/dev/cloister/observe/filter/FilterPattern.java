package dev.cloister.observe.filter;

import java.util.function.Predicate;

/**
 * A parsed filter pattern. Not thread-safe: it holds the budget of one query.
 *
 * <p>Without braces or brackets a pattern is a list of terms; {@code { … }} is a condition on JSON
 * messages; {@code [ … ]} one on messages of space-delimited fields.
 */
public final class FilterPattern implements Predicate<String> {
    /** FilterLogEvents: the longest pattern. */
    public static final int MOST_CHARACTERS = 1024;

    private final Predicate<String> matcher;
    private final boolean all;

    private FilterPattern(Predicate<String> matcher, boolean all) {
        this.matcher = matcher;
        this.all = all;
    }

    /**
     * Parses a pattern; a blank one matches everything.
     *
     * @throws InvalidFilterException if it is not of the syntax
     */
    public static FilterPattern parse(String pattern) {
        if (pattern.length() > MOST_CHARACTERS) {
            throw new InvalidFilterException("Invalid filter pattern");
        }
        String stripped = pattern.strip();
        if (stripped.isEmpty()) {
            return new FilterPattern(message -> true, true);
        }
        PatternScanner scanner = new PatternScanner(stripped, new StepBudget());
        Predicate<String> matcher =
                switch (stripped.charAt(0)) {
                    case '{' -> JsonCondition.parse(scanner);
                    case '[' -> FieldsCondition.parse(scanner);
                    default -> Terms.parse(scanner);
                };
        return new FilterPattern(matcher, false);
    }

    /** Whether every message matches, whatever it is. */
    public boolean matchesAll() {
        return all;
    }

    /**
     * @throws InvalidFilterException if the pattern's regular expressions have used up their steps
     */
    @Override
    public boolean test(String message) {
        return matcher.test(message);
    }
}
