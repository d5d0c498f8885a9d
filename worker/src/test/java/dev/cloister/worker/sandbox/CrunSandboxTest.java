package dev.cloister.worker.sandbox;

import java.nio.file.Path;

/** The contract, kept with crun, which leaves cgroups to us. */
final class CrunSandboxTest extends SandboxContract {
    CrunSandboxTest() {
        super(SandboxFixture.settings("contractcrun", Path.of("/usr/bin/crun")));
    }
}
