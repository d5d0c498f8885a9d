package dev.cloister.observe.filter;

/** Reads a pattern's characters from the left to the right. */
final class PatternScanner {
    private final String text;
    private final StepBudget budget;
    private int at;

    PatternScanner(String text, StepBudget budget) {
        this.text = text;
        this.budget = budget;
    }

    boolean atEnd() {
        return at >= text.length();
    }

    /** The next character, or 0 at the end. */
    char peek() {
        return atEnd() ? 0 : text.charAt(at);
    }

    char take() {
        if (atEnd()) {
            throw invalid();
        }
        return text.charAt(at++);
    }

    void skipSpace() {
        while (!atEnd() && Character.isWhitespace(peek())) {
            at++;
        }
    }

    /** Takes the token if it is next, space before it left out. */
    boolean accept(String token) {
        skipSpace();
        if (text.startsWith(token, at)) {
            at += token.length();
            return true;
        }
        return false;
    }

    /** As {@link #accept}, in any case and only as a whole word. */
    boolean acceptWord(String word) {
        skipSpace();
        int end = at + word.length();
        if (text.regionMatches(true, at, word, 0, word.length())
                && (end == text.length() || !Character.isLetterOrDigit(text.charAt(end)))) {
            at = end;
            return true;
        }
        return false;
    }

    void expect(String token) {
        if (!accept(token)) {
            throw invalid();
        }
    }

    void expectEnd() {
        skipSpace();
        if (!atEnd()) {
            throw invalid();
        }
    }

    /** Characters up to the first that is one of the stops, space, or the end. */
    String until(String stops) {
        int start = at;
        while (!atEnd() && !Character.isWhitespace(peek()) && stops.indexOf(peek()) < 0) {
            at++;
        }
        return text.substring(start, at);
    }

    /** A text in quotation marks, with {@code \"} and {@code \\} in it. */
    String quoted(char mark) {
        StringBuilder content = new StringBuilder();
        take();
        while (peek() != mark) {
            char c = take();
            boolean escape = c == '\\' && (peek() == mark || peek() == '\\');
            content.append(escape ? take() : c);
        }
        take();
        return content.toString();
    }

    /** A regular expression between percent signs. */
    LinearRegex regex() {
        take();
        int start = at;
        int end = text.indexOf('%', start);
        if (end < 0) {
            throw invalid();
        }
        at = end + 1;
        String expression = text.substring(start, end);
        if (expression.isEmpty()) {
            throw invalid();
        }
        return new LinearRegex(expression, budget);
    }

    InvalidFilterException invalid() {
        return new InvalidFilterException("Invalid filter pattern");
    }
}
