package dev.cloister.server.command;

/** Exit codes of the {@code cloister} command; {@code docs/operating.md} explains them. */
final class ExitCode {
    static final int OK = 0;

    /** What was asked for failed. */
    static final int FAILED = 1;

    /** Wrong options, arguments or configuration. */
    static final int USAGE = 2;

    /** No server runs on this data folder. */
    static final int NOT_RUNNING = 3;

    /** The host lacks something: rights, a program, a kernel feature. */
    static final int HOST = 4;

    private ExitCode() {}
}
