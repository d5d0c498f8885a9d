package dev.cloister.worker;

/** The environment ended before it could take the invocation; nothing of it has run. */
public final class EnvironmentGoneException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    public EnvironmentGoneException(String message) {
        super(message);
    }
}
