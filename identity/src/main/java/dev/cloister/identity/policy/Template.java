package dev.cloister.identity.policy;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * A value of a policy, in which {@code ${key}} stands for what the request says (IAM User Guide,
 * "IAM policy elements: Variables and tags"). What comes from the request is never a wildcard.
 */
final class Template {
    /** Whether the value's own {@code *} and {@code ?} stand for other text. */
    enum Wildcards {
        MATCH,
        ARE_TEXT
    }

    private sealed interface Piece {}

    private record Variable(String key, Optional<String> fallback) implements Piece {}

    private record Fixed(String text, Wildcards wildcards) implements Piece {}

    private final List<Piece> pieces;
    private final Optional<Glob> constant;

    /** The pattern with a star for each variable: what it doesn't match, no request matches. */
    private final Glob outline;

    private Template(List<Piece> pieces) {
        this.pieces = List.copyOf(pieces);
        boolean variable = pieces.stream().anyMatch(Variable.class::isInstance);
        this.constant = variable ? Optional.empty() : expand(this.pieces, Facts.NONE);
        this.outline = outline(this.pieces);
    }

    /**
     * @param variables whether the policy's version knows variables
     */
    static Template compile(String value, boolean variables, Wildcards wildcards) {
        List<Piece> pieces = new ArrayList<>();
        int at = 0;
        while (variables) {
            int open = value.indexOf("${", at);
            int close = open < 0 ? -1 : value.indexOf('}', open);
            if (close < 0) {
                break;
            }
            pieces.add(new Fixed(value.substring(at, open), wildcards));
            pieces.add(variable(value.substring(open + 2, close)));
            at = close + 1;
        }
        pieces.add(new Fixed(value.substring(at), wildcards));
        return new Template(pieces);
    }

    private static Piece variable(String inner) {
        String name = inner.strip();
        if (name.equals("*") || name.equals("?") || name.equals("$")) {
            return new Fixed(name, Wildcards.ARE_TEXT);
        }
        int comma = name.indexOf(',');
        if (comma < 0) {
            return new Variable(ContextKeys.fold(name), Optional.empty());
        }
        String fallback = name.substring(comma + 1).strip();
        boolean quoted =
                fallback.length() >= 2 && fallback.startsWith("'") && fallback.endsWith("'");
        if (!quoted) {
            throw new MalformedPolicyException("The policy failed legacy parsing");
        }
        return new Variable(
                ContextKeys.fold(name.substring(0, comma).strip()),
                Optional.of(fallback.substring(1, fallback.length() - 1)));
    }

    /** The pattern for a request, or empty if a variable has no value there. */
    Optional<Glob> resolve(Facts facts) {
        return constant.isPresent() ? constant : expand(pieces, facts);
    }

    /** The pattern, if it is the same for every request. */
    Optional<Glob> constant() {
        return constant;
    }

    boolean matches(String candidate, Facts facts) {
        if (constant.isPresent()) {
            return constant.get().matches(candidate);
        }
        return outline.matches(candidate)
                && resolve(facts).filter(glob -> glob.matches(candidate)).isPresent();
    }

    private static Glob outline(List<Piece> pieces) {
        Glob.Builder all = new Glob.Builder();
        for (Piece piece : pieces) {
            switch (piece) {
                case Fixed fixed -> add(fixed, all);
                case Variable variable -> all.pattern("*");
            }
        }
        return all.build();
    }

    private static void add(Fixed fixed, Glob.Builder all) {
        switch (fixed.wildcards) {
            case MATCH -> all.pattern(fixed.text);
            case ARE_TEXT -> all.literal(fixed.text);
        }
    }

    private static Optional<Glob> expand(List<Piece> pieces, Facts facts) {
        Glob.Builder all = new Glob.Builder();
        for (Piece piece : pieces) {
            switch (piece) {
                case Fixed fixed -> add(fixed, all);
                case Variable(String key, Optional<String> fallback) -> {
                    List<String> values = facts.get(key);
                    // A key with several values can't stand in a text.
                    if (values.size() == 1) {
                        all.literal(values.getFirst());
                    } else if (fallback.isPresent() && values.isEmpty()) {
                        all.literal(fallback.get());
                    } else {
                        return Optional.empty();
                    }
                }
            }
        }
        return Optional.of(all.build());
    }
}
