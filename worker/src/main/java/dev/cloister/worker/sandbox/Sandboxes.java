package dev.cloister.worker.sandbox;

import java.nio.file.Path;

/**
 * Makes sandboxes and owns what they share (scratch volume, mounted images, network rules, reaper).
 * Thread-safe. Creating one first removes whatever an earlier process of the same data folder left
 * behind: processes, cgroups, mounts, namespaces, links, rules.
 */
public interface Sandboxes extends AutoCloseable {

    /**
     * Makes a sandbox without any process: cgroup, network namespace with its listeners, host uids,
     * and {@code /tmp}.
     *
     * @param rootImage the runtime's erofs file
     * @param ephemeralStorageMegabytes the size of {@code /tmp}
     * @param output receives what the sandbox's processes print
     */
    Sandbox create(Path rootImage, int ephemeralStorageMegabytes, SandboxOutput output);

    /** Destroys every sandbox, then what they share. */
    @Override
    void close();
}
