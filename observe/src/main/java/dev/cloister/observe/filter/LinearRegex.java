package dev.cloister.observe.filter;

import dev.cloister.observe.filter.RegexParser.Alternative;
import dev.cloister.observe.filter.RegexParser.State;
import java.util.List;

/**
 * Matches a regular expression by following all its states at once (K. Thompson, "Regular
 * Expression Search Algorithm"): the time is at most the text's length times the states', whatever
 * expression and text are. The query's budget bounds it over all texts.
 */
final class LinearRegex {
    private final List<Alternative> alternatives;
    private final StepBudget budget;

    LinearRegex(String expression, StepBudget budget) {
        this.alternatives = RegexParser.parse(expression);
        this.budget = budget;
    }

    /** Whether it matches somewhere in the text. */
    boolean find(String text) {
        for (Alternative alternative : alternatives) {
            if (find(alternative, text)) {
                return true;
            }
        }
        return false;
    }

    private boolean find(Alternative alternative, String text) {
        State[] states = alternative.sequence().toArray(State[]::new);
        boolean[] active = new boolean[states.length + 1];
        boolean[] next = new boolean[states.length + 1];
        int end = text.endsWith("\n") ? text.length() - 1 : text.length();
        for (int i = 0; i <= text.length(); i++) {
            if (i == 0 || !alternative.fromStart()) {
                activate(states, active, 0);
            }
            if (active[states.length] && (!alternative.toEnd() || i >= end)) {
                return true;
            }
            if (i == text.length()) {
                return false;
            }
            if (!step(states, active, next, text.charAt(i)) && alternative.fromStart()) {
                return false;
            }
            boolean[] swap = active;
            active = next;
            next = swap;
        }
        return false;
    }

    /** Moves every active state over a character; false if none is active then. */
    private boolean step(State[] states, boolean[] active, boolean[] next, char c) {
        java.util.Arrays.fill(next, false);
        boolean any = false;
        budget.spend(states.length + 1);
        for (int s = 0; s < states.length; s++) {
            if (active[s] && states[s].set().contains(c)) {
                activate(states, next, states[s].repeatable() ? s : s + 1);
                any = true;
            }
        }
        return any;
    }

    /** A state and those that are reached from it by skipping. */
    private static void activate(State[] states, boolean[] active, int from) {
        int s = from;
        while (!active[s]) {
            active[s] = true;
            if (s < states.length && states[s].skippable()) {
                s++;
            }
        }
    }
}
