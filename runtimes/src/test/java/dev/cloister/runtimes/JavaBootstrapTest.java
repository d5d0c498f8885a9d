package dev.cloister.runtimes;

/** The Java bootstrap with the Java that runs the tests. */
class JavaBootstrapTest extends JavaSemantics {
    @Override
    Launcher launcher() {
        return HostLauncher.java();
    }

    @Override
    String taskRoot() {
        return task().toString();
    }
}
