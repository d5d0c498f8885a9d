package dev.cloister.worker.sandbox;

import java.nio.file.Path;

/** The contract, kept with runc, which manages cgroups itself. */
final class RuncSandboxTest extends SandboxContract {
    RuncSandboxTest() {
        super(SandboxFixture.settings("contractrunc", Path.of("/usr/sbin/runc")));
    }
}
