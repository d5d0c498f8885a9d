package dev.cloister.server;

/** Some part of the server could not be closed; the causes are its suppressed exceptions. */
public final class StopException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    StopException(String message) {
        super(message);
    }
}
