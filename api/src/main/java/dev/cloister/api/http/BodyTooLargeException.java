package dev.cloister.api.http;

/** A body is larger than its operation takes. The rest of it has been read or given up. */
public final class BodyTooLargeException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    BodyTooLargeException() {
        super("body too large", null, false, false);
    }
}
