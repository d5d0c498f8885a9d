package dev.cloister.runtimes;

/** A runtime image can't be built or used; the message names the step, its output and a remedy. */
public final class RuntimeImageException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    public RuntimeImageException(String message) {
        super(message);
    }

    public RuntimeImageException(String message, Throwable cause) {
        super(message, cause);
    }
}
