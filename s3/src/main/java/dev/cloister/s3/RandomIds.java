package dev.cloister.s3;

import java.security.SecureRandom;
import java.util.Base64;

/** Ids that nobody guesses. */
final class RandomIds {
    private static final SecureRandom RANDOM = new SecureRandom();

    private RandomIds() {}

    /** A version's, of 32 characters as at AWS. */
    static String version() {
        return text(24);
    }

    /** An upload's. */
    static String upload() {
        return text(48);
    }

    private static String text(int bytes) {
        byte[] random = new byte[bytes];
        RANDOM.nextBytes(random);
        return Base64.getUrlEncoder().withoutPadding().encodeToString(random).replace('-', '.');
    }
}
