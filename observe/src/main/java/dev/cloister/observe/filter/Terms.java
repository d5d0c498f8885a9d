package dev.cloister.observe.filter;

import java.util.ArrayList;
import java.util.List;
import java.util.function.Predicate;

/**
 * Terms that messages contain, anywhere and in this case: all of the plain ones and none of the
 * {@code -excluded}; or, if there are only {@code ?optional} ones, any. Next to other terms
 * optional ones are ignored ("You can't combine ? with other filter patterns").
 */
final class Terms implements Predicate<String> {
    private final List<Predicate<String>> included = new ArrayList<>();
    private final List<Predicate<String>> excluded = new ArrayList<>();
    private final List<Predicate<String>> optional = new ArrayList<>();

    private Terms() {}

    static Terms parse(PatternScanner scanner) {
        Terms terms = new Terms();
        scanner.skipSpace();
        while (!scanner.atEnd()) {
            switch (scanner.peek()) {
                case '?' -> {
                    scanner.take();
                    terms.optional.add(term(scanner));
                }
                case '-' -> {
                    scanner.take();
                    terms.excluded.add(term(scanner));
                }
                default -> terms.included.add(term(scanner));
            }
            scanner.skipSpace();
        }
        return terms;
    }

    @Override
    public boolean test(String message) {
        if (included.isEmpty() && excluded.isEmpty()) {
            return optional.stream().anyMatch(term -> term.test(message));
        }
        return included.stream().allMatch(term -> term.test(message))
                && excluded.stream().noneMatch(term -> term.test(message));
    }

    private static Predicate<String> term(PatternScanner scanner) {
        return switch (scanner.peek()) {
            case '"' -> containing(scanner.quoted('"'));
            case '%' -> scanner.regex()::find;
            default -> containing(word(scanner));
        };
    }

    private static String word(PatternScanner scanner) {
        String word = scanner.until("\"");
        boolean plain = word.chars().allMatch(c -> Character.isLetterOrDigit(c) || c == '_');
        if (word.isEmpty() || !plain) {
            throw new InvalidFilterException("Invalid character(s) in term '" + word + "'");
        }
        return word;
    }

    private static Predicate<String> containing(String term) {
        return message -> message.contains(term);
    }
}
