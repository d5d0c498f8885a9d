package dev.cloister.identity.policy;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.BitSet;
import java.util.List;

/**
 * A text in which {@code *} and {@code ?} may stand for others. Matching takes at most the product
 * of the two lengths in steps. Immutable.
 */
final class Glob {
    private final String text;

    /** Of each place in the text, whether its character is a wildcard. */
    private final boolean[] wild;

    private final int firstWild;

    private Glob(String text, boolean[] wild) {
        this.text = text;
        this.wild = wild;
        int first = 0;
        while (first < wild.length && !wild[first]) {
            first++;
        }
        this.firstWild = first;
    }

    static Glob of(String pattern) {
        return new Builder().pattern(pattern).build();
    }

    boolean isLiteral() {
        return firstWild == text.length();
    }

    String text() {
        return text;
    }

    boolean matchesEverything() {
        return text.equals("*") && firstWild == 0;
    }

    boolean matches(String candidate) {
        if (isLiteral()) {
            return text.equals(candidate);
        }
        if (!candidate.regionMatches(0, text, 0, firstWild)) {
            return false;
        }
        return matches(candidate, firstWild);
    }

    /** Both texts from one place on; a star takes as little as it can and is given more later. */
    private boolean matches(String candidate, int start) {
        int at = start;
        int pattern = start;
        int star = -1;
        int resume = 0;
        while (at < candidate.length()) {
            if (isStar(pattern)) {
                star = pattern++;
                resume = at;
            } else if (pattern < text.length()
                    && (wild[pattern] || text.charAt(pattern) == candidate.charAt(at))) {
                pattern++;
                at++;
            } else if (star >= 0) {
                pattern = star + 1;
                at = ++resume;
            } else {
                return false;
            }
        }
        while (isStar(pattern)) {
            pattern++;
        }
        return pattern == text.length();
    }

    private boolean isStar(int place) {
        return place < text.length() && wild[place] && text.charAt(place) == '*';
    }

    /** The same with letters in lower case. */
    Glob folded() {
        return new Glob(ContextKeys.fold(text), wild);
    }

    /** The parts between literal colons, of which the last keeps all further colons. */
    List<Glob> split(int most) {
        List<Glob> parts = new ArrayList<>();
        int start = 0;
        while (parts.size() < most - 1) {
            int colon = text.indexOf(':', start);
            if (colon < 0) {
                break;
            }
            parts.add(part(start, colon));
            start = colon + 1;
        }
        parts.add(part(start, text.length()));
        return parts;
    }

    private Glob part(int from, int to) {
        return new Glob(text.substring(from, to), Arrays.copyOfRange(wild, from, to));
    }

    @Override
    public String toString() {
        return text;
    }

    /** Puts a pattern together from text that may hold wildcards and text that may not. */
    static final class Builder {
        private final StringBuilder text = new StringBuilder();
        private final BitSet wild = new BitSet();

        Builder literal(String more) {
            text.append(more);
            return this;
        }

        Builder pattern(String more) {
            for (int i = 0; i < more.length(); i++) {
                char c = more.charAt(i);
                if (c == '*' || c == '?') {
                    wild.set(text.length());
                }
                text.append(c);
            }
            return this;
        }

        Glob build() {
            boolean[] places = new boolean[text.length()];
            wild.stream().forEach(place -> places[place] = true);
            return new Glob(text.toString(), places);
        }
    }
}
