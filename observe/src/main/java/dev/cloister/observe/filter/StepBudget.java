package dev.cloister.observe.filter;

/** The work that a query's regular expressions may do altogether. */
final class StepBudget {
    /** A few seconds; an expression of 20 states looks through 100 MB. */
    private static final long STEPS = 2_000_000_000L;

    private long left = STEPS;

    void spend(int steps) {
        left -= steps;
        if (left < 0) {
            throw new InvalidFilterException(
                    "The regular expression in the filter pattern takes too many steps: make it"
                            + " simpler or search a shorter time range");
        }
    }
}
