package dev.cloister.identity;

import dev.cloister.api.AccountId;
import dev.cloister.api.SecretText;
import java.security.SecureRandom;
import java.util.Base64;

/** Makes ids and secrets in the forms of IAM (IAM User Guide, "IAM identifiers"). Thread-safe. */
final class RandomIds {
    static final String LONG_LIVED = "AKIA";
    static final String TEMPORARY = "ASIA";

    private static final String BASE_32 = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567";
    private static final int KEY_ID_CHARACTERS = 16;

    /** 40 characters in Base64. */
    static final int SECRET_BYTES = 30;

    private final SecureRandom random;

    RandomIds(SecureRandom random) {
        this.random = random;
    }

    String accessKeyId(String prefix) {
        byte[] bytes = new byte[KEY_ID_CHARACTERS];
        random.nextBytes(bytes);
        return prefix + base32(bytes, KEY_ID_CHARACTERS);
    }

    /** Five bits of each byte. */
    static String base32(byte[] bytes, int characters) {
        StringBuilder text = new StringBuilder(characters);
        for (int i = 0; i < characters; i++) {
            text.append(BASE_32.charAt(bytes[i] & 31));
        }
        return text.toString();
    }

    SecretText secretAccessKey() {
        byte[] bytes = new byte[SECRET_BYTES];
        random.nextBytes(bytes);
        return secretText(bytes);
    }

    static SecretText secretText(byte[] bytes) {
        return new SecretText(Base64.getEncoder().encodeToString(bytes));
    }

    /** Twelve digits, the first not zero, as some tools drop leading zeros. */
    AccountId accountId() {
        return new AccountId(Long.toString(random.nextLong(100_000_000_000L, 1_000_000_000_000L)));
    }
}
