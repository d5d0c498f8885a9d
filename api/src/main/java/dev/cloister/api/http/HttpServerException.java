package dev.cloister.api.http;

/** The server can't listen as it was told to; the message says what to look at. */
public final class HttpServerException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    HttpServerException(String message) {
        super(message);
    }

    HttpServerException(String message, Throwable cause) {
        super(message, cause);
    }
}
