package dev.cloister.runtimes;

import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeEach;

/** The Node.js bootstrap with the host's interpreter. */
class NodeBootstrapTest extends NodeSemantics {
    @BeforeEach
    void needsAnInterpreter() {
        Assumptions.assumeTrue(HostLauncher.node().isPresent(), "this host has no node");
    }

    @Override
    Launcher launcher() {
        return HostLauncher.node().orElseThrow();
    }
}
