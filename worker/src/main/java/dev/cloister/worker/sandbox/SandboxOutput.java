package dev.cloister.worker.sandbox;

/** Receives standard output and error of one sandbox, in order, one call at a time. */
@FunctionalInterface
public interface SandboxOutput {

    /**
     * May block: then only this sandbox's output waits.
     *
     * @param bytes as printed; lines may be split anywhere. The receiver may keep the array
     */
    void accept(byte[] bytes);
}
