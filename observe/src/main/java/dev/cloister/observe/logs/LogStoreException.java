package dev.cloister.observe.logs;

/** Log events can't be written or read; the message says which file and what to do. */
public final class LogStoreException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    public LogStoreException(String message, Throwable cause) {
        super(message, cause);
    }

    public LogStoreException(String message) {
        super(message);
    }
}
