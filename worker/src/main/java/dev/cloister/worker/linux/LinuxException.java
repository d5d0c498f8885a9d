package dev.cloister.worker.linux;

/** A system call or a tool failed; the message says what was tried and why it failed. */
public final class LinuxException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    private final int errno;

    LinuxException(String attempt, int errno) {
        super(attempt + ": " + Errno.describe(errno));
        this.errno = errno;
    }

    LinuxException(String message) {
        super(message);
        this.errno = 0;
    }

    /** The error number, or 0 if it was no system call that failed. */
    public int errno() {
        return errno;
    }
}
