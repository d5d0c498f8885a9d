package dev.cloister.worker.environment;

import dev.cloister.worker.sandbox.SandboxOutput;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/**
 * Passes a sandbox's output to the log of the environment that it serves. What a prepared runtime
 * prints before it has a function concerns the operator: the end of it is kept to explain a death.
 * Thread-safe.
 */
final class SwitchedOutput implements SandboxOutput {
    private static final int KEPT_BYTES = 2_048;

    private volatile SandboxOutput target = this::keep;

    // guarded by this
    private byte[] kept = new byte[0];

    @Override
    public void accept(byte[] bytes) {
        target.accept(bytes);
    }

    void to(SandboxOutput log) {
        target = log;
    }

    synchronized String kept() {
        return new String(kept, StandardCharsets.UTF_8);
    }

    private synchronized void keep(byte[] bytes) {
        int fromOld = Math.min(kept.length, Math.max(0, KEPT_BYTES - bytes.length));
        int fromNew = Math.min(bytes.length, KEPT_BYTES);
        byte[] joined =
                Arrays.copyOf(
                        Arrays.copyOfRange(kept, kept.length - fromOld, kept.length),
                        fromOld + fromNew);
        System.arraycopy(bytes, bytes.length - fromNew, joined, fromOld, fromNew);
        kept = joined;
    }
}
