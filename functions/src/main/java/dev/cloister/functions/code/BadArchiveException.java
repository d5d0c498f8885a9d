package dev.cloister.functions.code;

/**
 * An uploaded archive that must not be used; the message says which rule it breaks, for the log.
 */
public final class BadArchiveException extends Exception {
    private static final long serialVersionUID = 1L;

    private final Problem problem;

    BadArchiveException(Problem problem, String message) {
        super(message);
        this.problem = problem;
    }

    BadArchiveException(Problem problem, String message, Throwable cause) {
        super(message, cause);
        this.problem = problem;
    }

    static BadArchiveException unreadable(String message) {
        return new BadArchiveException(Problem.UNREADABLE, message);
    }

    public Problem problem() {
        return problem;
    }

    /** What the caller is told. */
    public enum Problem {
        /** Malformed or not allowed. */
        UNREADABLE,
        /** Holds nothing. */
        EMPTY,
        /** More than {@link ArchiveLimits#maxUnzipped} bytes of content. */
        TOO_LARGE
    }
}
