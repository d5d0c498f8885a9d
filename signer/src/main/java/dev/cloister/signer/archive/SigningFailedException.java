package dev.cloister.signer.archive;

/** A key or certificate of this installation that can't do its work; the message says what with. */
public final class SigningFailedException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    public SigningFailedException(String message, Throwable cause) {
        super(message, cause);
    }
}
