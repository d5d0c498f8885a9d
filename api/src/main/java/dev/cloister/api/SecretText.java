package dev.cloister.api;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;

/** Text that must not be shown: {@code toString} hides it and equality takes constant time. */
public final class SecretText {
    private final String value;

    public SecretText(String value) {
        this.value = value;
    }

    /** The secret itself, for the one place that uses it. */
    public String reveal() {
        return value;
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof SecretText that
                && MessageDigest.isEqual(
                        value.getBytes(StandardCharsets.UTF_8),
                        that.value.getBytes(StandardCharsets.UTF_8));
    }

    @Override
    public int hashCode() {
        return value.hashCode();
    }

    @Override
    public String toString() {
        return "***";
    }
}
