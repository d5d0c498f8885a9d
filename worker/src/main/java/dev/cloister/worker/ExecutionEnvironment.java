package dev.cloister.worker;

/**
 * One execution environment: serves one version of one function, one invocation at a time, from
 * init to shutdown. Thread-safe; after shutdown {@link #invoke} throws {@link
 * EnvironmentGoneException}.
 */
public interface ExecutionEnvironment {

    String id();

    State state();

    /**
     * Runs one invocation and returns its outcome; waits for init (or restarts a failed one, as AWS
     * does: the suppressed init) first. Thaws a frozen environment. Writes START, END and REPORT to
     * the environment's log.
     *
     * @throws EnvironmentGoneException if the environment has ended without starting this
     *     invocation: the caller takes another environment
     * @throws IllegalStateException if an invocation is under way already
     */
    InvokeOutcome invoke(Invocation invocation);

    /** Ends it: SIGTERM, grace as AWS gives it, SIGKILL; idempotent, returns when it has ended. */
    void shutdown(ShutdownReason reason);

    /** Runs {@code action} once when the environment has ended, at once if it has already. */
    void onEnd(Runnable action);

    /** Where an environment is in its life. */
    enum State {
        INITIALIZING,
        IDLE,
        FROZEN,
        BUSY,
        SHUTTING_DOWN,
        ENDED
    }

    /** Why an environment is ended; extensions see it in lower case. */
    enum ShutdownReason {
        SPINDOWN,
        TIMEOUT,
        FAILURE
    }
}
