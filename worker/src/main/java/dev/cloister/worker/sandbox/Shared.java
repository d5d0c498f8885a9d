package dev.cloister.worker.sandbox;

import dev.cloister.worker.linux.Cgroups;
import dev.cloister.worker.linux.NamespaceThreads;
import dev.cloister.worker.linux.Reactor;
import java.lang.foreign.MemorySegment;

/**
 * What all sandboxes of one {@link OciSandboxes} share.
 *
 * @param cgroupParent the group that theirs are in
 * @param readBuffer the reactor's thread's, for reading output
 */
record Shared(
        NamespaceThreads threads,
        Reactor reactor,
        RunFolder run,
        Images images,
        OciRuntime runtime,
        OciBundle bundle,
        Cgroups cgroups,
        String cgroupParent,
        HostIds ids,
        EgressNetwork egress,
        MemorySegment readBuffer) {}
