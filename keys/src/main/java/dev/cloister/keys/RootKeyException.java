package dev.cloister.keys;

/**
 * The root key of the installation can't be used; the message says why and what to do, never what
 * is in the file.
 */
public final class RootKeyException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    public RootKeyException(String message, Throwable cause) {
        super(message, cause);
    }

    public RootKeyException(String message) {
        super(message);
    }
}
