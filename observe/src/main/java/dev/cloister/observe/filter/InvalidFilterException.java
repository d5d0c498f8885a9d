package dev.cloister.observe.filter;

/** A filter pattern is not of the syntax, or needs more steps than it may; the message says why. */
public final class InvalidFilterException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    public InvalidFilterException(String message) {
        super(message, null, false, false);
    }
}
