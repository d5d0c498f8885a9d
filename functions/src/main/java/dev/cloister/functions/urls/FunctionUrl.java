package dev.cloister.functions.urls;

import java.security.SecureRandom;
import java.time.Instant;
import java.util.Optional;

/**
 * A URL of a function or alias. Immutable. Its answers are buffered: streaming is not available in
 * this version.
 *
 * @param id 32 lower-case letters and digits, never used twice
 * @param cors what browsers of other origins may do; empty if it was never configured
 */
public record FunctionUrl(
        String id, AuthType authType, Optional<Cors> cors, Instant created, Instant modified) {
    /** Length of an id in characters. */
    public static final int ID_LENGTH = 32;

    private static final String ALPHABET = "abcdefghijklmnopqrstuvwxyz0123456789";

    /** Who may call a URL; the names are the API's. */
    public enum AuthType {
        /** Principals that sign and that a policy allows. */
        AWS_IAM,
        /** Everybody that the function's policy allows, which must name the principal {@code *}. */
        NONE
    }

    /** An id that nobody can guess: 165 bits. */
    public static String newId(SecureRandom random) {
        StringBuilder id = new StringBuilder(ID_LENGTH);
        for (int i = 0; i < ID_LENGTH; i++) {
            id.append(ALPHABET.charAt(random.nextInt(ALPHABET.length())));
        }
        return id.toString();
    }
}
