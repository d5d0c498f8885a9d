package dev.cloister.server.admin;

/** A command of the admin socket that is refused; the message tells its user why. */
public final class AdminRefusedException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    public AdminRefusedException(String message) {
        super(message);
    }
}
