package dev.cloister.api.http;

/** The client went away, or took longer than its time, in the middle of a request or reply. */
public final class ClientGoneException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    public ClientGoneException(Throwable cause) {
        super("the connection broke or took too long", cause);
    }
}
