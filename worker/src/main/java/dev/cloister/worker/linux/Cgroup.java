package dev.cloister.worker.linux;

import java.util.List;

/**
 * One group of processes with its limits. Thread-safe as far as the kernel is; after {@link
 * #remove} every call throws {@link LinuxException}.
 */
public interface Cgroup {

    /** Its path below the hierarchy's root, as OCI's {@code cgroupsPath} has it. */
    String path();

    /** Makes it again, with its limits open, if somebody else has removed it. */
    void make();

    /** Moves a process, with the children it has later, into the group. */
    void add(int pid);

    /** Bounds memory; swap counts, so that nothing is swapped out. */
    void limitMemory(long bytes);

    /** Bounds cpu: {@code quotaMicros} of each {@code periodMicros}, summed over all cores. */
    void limitCpu(long quotaMicros, long periodMicros);

    void limitProcesses(int count);

    /**
     * Bounds reading from and writing to one block device, each way, where the kernel can (the
     * controllers blkio and io). With version 1 of cgroups, writes that go through the page cache
     * are not counted (Documentation/admin-guide/cgroup-v1/blkio-controller.rst).
     */
    void limitIo(BlockDevice device, long bytesPerSecond, long operationsPerSecond);

    /** Stops every process; returns when they have stopped. */
    void freeze();

    void thaw();

    long memoryBytes();

    /** The high-water mark, or what is known of it where the kernel keeps none. */
    long peakMemoryBytes();

    /** How many processes were killed for want of memory. */
    long outOfMemoryKills();

    List<Integer> processes();

    /** Kills every process, frozen ones too; they may take a moment to end. */
    void killAll();

    /** Removes the group; waits, within a second, for processes that are just ending. */
    void remove();
}
