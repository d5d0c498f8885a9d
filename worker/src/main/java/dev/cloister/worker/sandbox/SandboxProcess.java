package dev.cloister.worker.sandbox;

import java.time.Duration;
import java.util.concurrent.CompletableFuture;

/** The main process of a sandbox. Thread-safe. */
public interface SandboxProcess {

    /** Completed when the main process has ended and every other process has been killed. */
    CompletableFuture<Exit> exited();

    /**
     * Waits until everything that the sandbox's processes have printed before this call has been
     * handed to {@link SandboxOutput}.
     *
     * @return false if that took longer than {@code limit}
     */
    boolean awaitOutput(Duration limit) throws InterruptedException;

    /** Sends SIGTERM to the main process (also to a frozen one, which then is thawed). */
    void terminate();

    /** Kills every process of the sandbox. */
    void kill();

    /** How it ended. */
    sealed interface Exit {
        record Code(int status) implements Exit {}

        record Signal(int number) implements Exit {}
    }
}
