package dev.cloister.identity;

import dev.cloister.api.AccountId;
import dev.cloister.api.SecretText;
import java.security.SecureRandom;
import java.util.Base64;

/** Makes ids and secrets in the forms of IAM (IAM User Guide, "IAM identifiers"). Thread-safe. */
public final class RandomIds {
    public static final String LONG_LIVED = "AKIA";
    static final String TEMPORARY = "ASIA";

    private static final String BASE_32 = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567";
    private static final int KEY_ID_CHARACTERS = 16;
    private static final int UNIQUE_ID_CHARACTERS = 17;

    /** 40 characters in Base64. */
    static final int SECRET_BYTES = 30;

    private final SecureRandom random;

    public RandomIds(SecureRandom random) {
        this.random = random;
    }

    public String accessKeyId(String prefix) {
        byte[] bytes = new byte[KEY_ID_CHARACTERS];
        random.nextBytes(bytes);
        return prefix + base32(bytes, KEY_ID_CHARACTERS);
    }

    /** A unique id of 21 characters, such as {@code AROA…}. */
    public String uniqueId(String prefix) {
        byte[] bytes = new byte[UNIQUE_ID_CHARACTERS];
        random.nextBytes(bytes);
        return prefix + base32(bytes, UNIQUE_ID_CHARACTERS);
    }

    /** Five bits of each byte. */
    public static String base32(byte[] bytes, int characters) {
        StringBuilder text = new StringBuilder(characters);
        for (int i = 0; i < characters; i++) {
            text.append(BASE_32.charAt(bytes[i] & 31));
        }
        return text.toString();
    }

    public SecretText secretAccessKey() {
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
