package dev.cloister.worker.linux;

/** How a process ended. */
public sealed interface WaitStatus {
    /** It exited with a status, 0 to 255. */
    record Exited(int status) implements WaitStatus {}

    /** A signal ended it. */
    record Signaled(int signal) implements WaitStatus {}

    /** Reads a status as wait4(2) stores it. */
    static WaitStatus decode(int status) {
        int signal = status & 0x7f;
        return signal == 0 ? new Exited((status >> 8) & 0xff) : new Signaled(signal);
    }
}
