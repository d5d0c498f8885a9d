package dev.cloister.secrets.manager;

import java.security.SecureRandom;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Set;

/** Random passwords (GetRandomPassword). Thread-safe. */
public final class Passwords {
    private final SecureRandom random;

    Passwords(SecureRandom random) {
        this.random = random;
    }

    /** Kinds of characters, as GetRandomPassword tells them apart. */
    public enum Kind {
        LOWERCASE("abcdefghijklmnopqrstuvwxyz"),
        UPPERCASE("ABCDEFGHIJKLMNOPQRSTUVWXYZ"),
        NUMBER("0123456789"),
        PUNCTUATION("!\"#$%&'()*+,-./:;<=>?@[\\]^_`{|}~"),
        SPACE(" ");

        private final String characters;

        Kind(String characters) {
            this.characters = characters;
        }
    }

    /** Whether each kind has to occur. */
    public enum EachKind {
        REQUIRED,
        LEFT_TO_CHANCE
    }

    /**
     * @param excluded characters that don't occur
     */
    public String generate(int length, Set<Kind> kinds, String excluded, EachKind each) {
        List<String> pools =
                kinds.stream()
                        .sorted()
                        .map(kind -> without(kind.characters, excluded))
                        .filter(pool -> !pool.isEmpty())
                        .toList();
        if (pools.isEmpty()) {
            throw SecretErrors.invalidParameter(
                    "The password can't be generated: every character is excluded.");
        }
        List<Character> password = new ArrayList<>();
        if (each == EachKind.REQUIRED) {
            if (length < pools.size()) {
                throw SecretErrors.invalidParameter(
                        "The password length %d is too short for one character of each of the %d required types."
                                .formatted(length, pools.size()));
            }
            pools.forEach(pool -> password.add(any(pool)));
        }
        String all = String.join("", pools);
        while (password.size() < length) {
            password.add(any(all));
        }
        Collections.shuffle(password, random);
        StringBuilder text = new StringBuilder();
        password.forEach(text::append);
        return text.toString();
    }

    private char any(String pool) {
        return pool.charAt(random.nextInt(pool.length()));
    }

    private static String without(String characters, String excluded) {
        StringBuilder rest = new StringBuilder();
        characters
                .chars()
                .filter(character -> excluded.indexOf(character) < 0)
                .forEach(character -> rest.append((char) character));
        return rest.toString();
    }
}
