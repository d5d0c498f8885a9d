package dev.cloister.storage;

/** A sealed blob is not what was sealed, or not in this place; the message shows none of it. */
public final class CorruptEnvelopeException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    public CorruptEnvelopeException(String message) {
        super(message);
    }

    public CorruptEnvelopeException(String message, Throwable cause) {
        super(message, cause);
    }
}
