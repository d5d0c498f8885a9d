package dev.cloister.worker.sandbox;

import dev.cloister.worker.EnvironmentSpec.Egress;
import java.nio.charset.StandardCharsets;

/** A process with a running sandbox, made to be killed by a test. */
final class KilledWorker {
    private KilledWorker() {}

    @SuppressWarnings("SystemOut") // The test that starts this reads it.
    public static void main(String[] arguments) throws InterruptedException {
        OciSandboxes sandboxes = new OciSandboxes(SandboxFixture.settings(arguments[0]));
        Sandbox sandbox =
                sandboxes.create(
                        SandboxFixture.rootImage(),
                        512,
                        bytes -> System.out.print(new String(bytes, StandardCharsets.UTF_8)));
        if (arguments[1].equals("egress")) {
            sandbox.open(new Egress.Public());
        }
        var _ = sandbox.start(SandboxFixture.shell("echo running; sleep 1000")).exited().join();
    }
}
