package dev.cloister.server.client;

/** A call of the API failed; the message has the call, the status and the body's beginning. */
public final class ApiCallException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    private final int status;

    ApiCallException(String message, int status) {
        super(message);
        this.status = status;
    }

    ApiCallException(String message, Throwable cause) {
        super(message, cause);
        this.status = 0;
    }

    /** The HTTP status, or 0 where there was no answer. */
    public int status() {
        return status;
    }
}
