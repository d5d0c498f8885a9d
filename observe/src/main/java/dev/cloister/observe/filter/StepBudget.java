package dev.cloister.observe.filter;

/** The characters that a query's regular expressions may look at altogether. */
final class StepBudget {
    /** A few seconds; a plain expression looks at each character of a page's scan a few times. */
    private static final long STEPS = 1_000_000_000L;

    private long left = STEPS;

    void spend() {
        if (--left < 0) {
            throw new InvalidFilterException(
                    "The regular expression in the filter pattern takes too many steps: make it"
                            + " simpler or search a shorter time range");
        }
    }
}
