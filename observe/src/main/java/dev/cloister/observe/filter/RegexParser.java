package dev.cloister.observe.filter;

import java.util.ArrayList;
import java.util.List;

/**
 * Parses the regular expressions that CloudWatch Logs takes ("Supported regular expressions (regex)
 * syntax"): no groups, so an expression is alternatives of sequences of repeated character sets.
 */
final class RegexParser {
    private static final String SYMBOLS = "_#=@/;,-: ";
    private static final String CLASSES = "dDsSwW";
    private static final int MOST_REPETITIONS = 1000;

    /** Of all alternatives together; {@code {n,m}} makes m states. */
    private static final int MOST_STATES = 4000;

    private final String text;
    private int at;
    private int states;

    private RegexParser(String text) {
        this.text = text;
    }

    static List<Alternative> parse(String expression) {
        RegexParser parser = new RegexParser(expression);
        List<Alternative> alternatives = new ArrayList<>();
        do {
            alternatives.add(parser.alternative());
        } while (parser.accept('|'));
        if (parser.at < expression.length()) {
            throw parser.unexpected();
        }
        return alternatives;
    }

    private Alternative alternative() {
        boolean fromStart = accept('^');
        List<State> sequence = new ArrayList<>();
        while (at < text.length() && peek() != '|' && peek() != '$') {
            repeat(sequence, set());
        }
        boolean toEnd = accept('$');
        return new Alternative(fromStart, toEnd, sequence);
    }

    private CharacterSet set() {
        char c = take();
        return switch (c) {
            case '.' -> CharacterSet.any();
            case '[' -> bracket();
            case '\\' -> {
                CharacterSet set = new CharacterSet();
                if (CLASSES.indexOf(peek()) >= 0) {
                    yield set.addClass(take());
                }
                yield set.add(escaped());
            }
            default -> {
                if (!isPlain(c)) {
                    at--;
                    throw unexpected();
                }
                yield new CharacterSet().add(c);
            }
        };
    }

    private CharacterSet bracket() {
        boolean negated = accept('^');
        CharacterSet set = new CharacterSet();
        if (peek() == ']') {
            throw unexpected();
        }
        while (!accept(']')) {
            char from = take();
            if (from == '\\' && CLASSES.indexOf(peek()) >= 0) {
                set.addClass(take());
                continue;
            }
            char first = from == '\\' ? escaped() : member(from);
            boolean range = peek() == '-' && at + 1 < text.length() && text.charAt(at + 1) != ']';
            if (!range) {
                set.add(first);
                continue;
            }
            take();
            char to = take();
            char last = to == '\\' ? escaped() : member(to);
            if (last < first) {
                throw unexpected();
            }
            set.addRange(first, last);
        }
        return negated ? set.negate() : set;
    }

    /** Within brackets operators stand for themselves. */
    private char member(char c) {
        if (!isPlain(c) && "$?{}|*+.".indexOf(c) < 0) {
            at--;
            throw unexpected();
        }
        return c;
    }

    private char escaped() {
        char c = take();
        if (c == 'x') {
            int high = Character.digit(take(), 16);
            int low = Character.digit(take(), 16);
            if (high < 0 || low < 0 || high * 16 + low > 0x7f) {
                throw unexpected();
            }
            return (char) (high * 16 + low);
        }
        if (c > 0x7e || Character.isLetterOrDigit(c)) {
            at--;
            throw unexpected();
        }
        return c;
    }

    private void repeat(List<State> sequence, CharacterSet set) {
        int least = 1;
        int most = 1;
        boolean endless = false;
        switch (peek()) {
            case '*' -> {
                take();
                least = 0;
                most = 0;
                endless = true;
            }
            case '+' -> {
                take();
                endless = true;
            }
            case '?' -> {
                take();
                least = 0;
            }
            case '{' -> {
                take();
                least = number();
                endless = accept(',') && peek() == '}';
                most = endless ? least : text.charAt(at - 1) == ',' ? number() : least;
                if (!accept('}') || most < least) {
                    throw unexpected();
                }
            }
            default -> {}
        }
        for (int i = 0; i < most; i++) {
            add(sequence, new State(set, i >= least, false));
        }
        if (endless) {
            add(sequence, new State(set, true, true));
        }
    }

    private void add(List<State> sequence, State state) {
        if (++states > MOST_STATES) {
            throw new InvalidFilterException(
                    "Invalid filter pattern: the regular expression is too long");
        }
        sequence.add(state);
    }

    private int number() {
        int start = at;
        while (peek() >= '0' && peek() <= '9') {
            at++;
        }
        if (at == start || at - start > 4) {
            throw unexpected();
        }
        int number = Integer.parseInt(text.substring(start, at));
        if (number > MOST_REPETITIONS) {
            throw unexpected();
        }
        return number;
    }

    private boolean accept(char c) {
        boolean next = peek() == c;
        if (next) {
            at++;
        }
        return next;
    }

    private char peek() {
        return at < text.length() ? text.charAt(at) : 0;
    }

    private char take() {
        if (at >= text.length()) {
            throw unexpected();
        }
        return text.charAt(at++);
    }

    private InvalidFilterException unexpected() {
        return new InvalidFilterException(
                at < text.length()
                        ? "Invalid filter pattern: unexpected '%c' in the regular expression"
                                .formatted(text.charAt(at))
                        : "Invalid filter pattern: the regular expression is not complete");
    }

    private static boolean isPlain(char c) {
        return (c >= '0' && c <= '9')
                || (c >= 'A' && c <= 'Z')
                || (c >= 'a' && c <= 'z')
                || SYMBOLS.indexOf(c) >= 0;
    }

    /**
     * A step of a sequence.
     *
     * @param skippable whether the sequence may go on without it
     * @param repeatable whether it may be taken again
     */
    record State(CharacterSet set, boolean skippable, boolean repeatable) {}

    /** A sequence, and whether it has to begin or end where the text does. */
    record Alternative(boolean fromStart, boolean toEnd, List<State> sequence) {
        Alternative {
            sequence = List.copyOf(sequence);
        }
    }
}
