package dev.cloister.runtimes;

import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeEach;

/** The Python bootstrap with the host's interpreter. */
class PythonBootstrapTest extends PythonSemantics {
    @BeforeEach
    void needsAnInterpreter() {
        Assumptions.assumeTrue(HostLauncher.python().isPresent(), "this host has no python3");
    }

    @Override
    Launcher launcher() {
        return HostLauncher.python().orElseThrow();
    }
}
