package dev.cloister.api;

/**
 * How many bad signatures are answered with their reason.
 *
 * @param perSource of one address in a minute, whatever keys they name
 * @param perKey of one address for one access key id in a minute
 */
public record SignatureLimits(int perSource, int perKey) {
    public SignatureLimits {
        if (perSource < 1 || perKey < 1) {
            throw new IllegalArgumentException("limits of bad signatures are 1 or more");
        }
    }

    /** Enough for a client that goes on with an old key, and little for who tries keys. */
    public static SignatureLimits defaults() {
        return new SignatureLimits(100, 20);
    }
}
