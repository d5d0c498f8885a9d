package dev.cloister.server.command;

/** Arguments that the subcommand doesn't take; the message names the one at fault. */
final class UsageException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    UsageException(String message) {
        super(message);
    }
}
