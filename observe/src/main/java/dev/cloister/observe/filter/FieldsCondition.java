package dev.cloister.observe.filter;

import java.util.ArrayList;
import java.util.List;
import java.util.function.Predicate;

/**
 * A condition on messages of fields divided by space: {@code [ip, user, ..., status = 4*, bytes]}.
 * What is in quotation marks or brackets is one field of a message. {@code ...} stands for any
 * number of fields; without it the numbers have to be the same.
 */
final class FieldsCondition implements Predicate<String> {
    private static final String NAME_STOPS = ",]=!<>&|\"%[";
    private static final String VALUE_STOPS = ",]&|";

    private final List<Predicate<String>> first;
    private final List<Predicate<String>> last;
    private final boolean gap;

    private FieldsCondition(
            List<Predicate<String>> first, List<Predicate<String>> last, boolean gap) {
        this.first = first;
        this.last = last;
        this.gap = gap;
    }

    static FieldsCondition parse(PatternScanner scanner) {
        List<Predicate<String>> first = new ArrayList<>();
        List<Predicate<String>> last = new ArrayList<>();
        boolean gap = false;
        scanner.expect("[");
        do {
            if (scanner.accept("...")) {
                if (gap) {
                    throw scanner.invalid();
                }
                gap = true;
            } else {
                (gap ? last : first).add(field(scanner));
            }
        } while (scanner.accept(","));
        scanner.expect("]");
        scanner.expectEnd();
        return new FieldsCondition(first, last, gap);
    }

    @Override
    public boolean test(String message) {
        List<String> fields = split(message);
        int conditions = first.size() + last.size();
        if (gap ? fields.size() < conditions : fields.size() != conditions) {
            return false;
        }
        int lastStart = fields.size() - last.size();
        for (int i = 0; i < first.size(); i++) {
            if (!first.get(i).test(fields.get(i))) {
                return false;
            }
        }
        for (int i = 0; i < last.size(); i++) {
            if (!last.get(i).test(fields.get(lastStart + i))) {
                return false;
            }
        }
        return true;
    }

    /** A name alone takes any value; conditions after it are about the same name. */
    private static Predicate<String> field(PatternScanner scanner) {
        scanner.skipSpace();
        if (scanner.peek() == '%') {
            LinearRegex regex = scanner.regex();
            return regex::find;
        }
        String name = name(scanner);
        scanner.skipSpace();
        if (scanner.peek() == ',' || scanner.peek() == ']') {
            return value -> true;
        }
        List<List<Comparison>> any = new ArrayList<>();
        List<Comparison> all = new ArrayList<>();
        all.add(Comparison.parse(scanner, VALUE_STOPS));
        while (true) {
            if (scanner.accept("||")) {
                any.add(all);
                all = new ArrayList<>();
            } else if (!scanner.accept("&&")) {
                break;
            }
            scanner.skipSpace();
            if (!name.equals(name(scanner))) {
                throw scanner.invalid();
            }
            all.add(Comparison.parse(scanner, VALUE_STOPS));
        }
        any.add(all);
        return value ->
                any.stream().anyMatch(each -> each.stream().allMatch(one -> one.test(value)));
    }

    private static String name(PatternScanner scanner) {
        String name = scanner.until(NAME_STOPS);
        if (name.isEmpty()) {
            throw scanner.invalid();
        }
        return name;
    }

    static List<String> split(String message) {
        List<String> fields = new ArrayList<>();
        int at = 0;
        while (at < message.length()) {
            char c = message.charAt(at);
            if (Character.isWhitespace(c)) {
                at++;
                continue;
            }
            int close =
                    c == '['
                            ? message.indexOf(']', at)
                            : c == '"' ? message.indexOf('"', at + 1) : -1;
            if (close > 0) {
                fields.add(message.substring(at + 1, close));
                at = close + 1;
            } else {
                int end = at;
                while (end < message.length() && !Character.isWhitespace(message.charAt(end))) {
                    end++;
                }
                fields.add(message.substring(at, end));
                at = end;
            }
        }
        return fields;
    }
}
