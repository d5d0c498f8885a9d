package dev.cloister.observe.filter;

/**
 * A set of characters; of those beyond ASCII it has all or none. Mutable until its expression has
 * been parsed.
 */
final class CharacterSet {
    private static final int ASCII = 128;

    private final boolean[] ascii = new boolean[ASCII];
    private boolean others;

    boolean contains(char c) {
        return c < ASCII ? ascii[c] : others;
    }

    CharacterSet add(char c) {
        return addRange(c, c);
    }

    CharacterSet addRange(char from, char to) {
        for (int c = from; c <= to && c < ASCII; c++) {
            ascii[c] = true;
        }
        return this;
    }

    /** Adds what {@code \d}, {@code \s}, {@code \w} or their opposites in upper case stand for. */
    CharacterSet addClass(char name) {
        CharacterSet named = new CharacterSet();
        switch (Character.toLowerCase(name)) {
            case 'd' -> named.addRange('0', '9');
            case 's' -> named.add(' ').addRange('\t', '\r');
            case 'w' -> named.addRange('0', '9').addRange('A', 'Z').addRange('a', 'z').add('_');
            default -> throw new IllegalArgumentException("not a class: " + name);
        }
        if (Character.isUpperCase(name)) {
            named.negate();
        }
        for (int c = 0; c < ASCII; c++) {
            ascii[c] |= named.ascii[c];
        }
        others |= named.others;
        return this;
    }

    CharacterSet negate() {
        for (int c = 0; c < ASCII; c++) {
            ascii[c] = !ascii[c];
        }
        others = !others;
        return this;
    }

    /** What {@code .} stands for: everything but the end of a line. */
    static CharacterSet any() {
        return new CharacterSet().add('\n').negate();
    }
}
