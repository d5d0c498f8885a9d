package dev.cloister.worker.runtimeapi;

import dev.cloister.worker.sandbox.SandboxProcess.Exit;

/** Why a runtime's session is over. */
public sealed interface SessionEnd {

    /** The runtime process ended by itself, or the kernel ended it. */
    record Exited(Exit exit) implements SessionEnd {}

    /** The phase took longer than it may. */
    record TimedOut() implements SessionEnd {}

    /** The environment is being shut down. */
    record ShutDown() implements SessionEnd {}
}
