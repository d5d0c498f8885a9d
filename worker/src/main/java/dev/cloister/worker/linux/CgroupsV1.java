package dev.cloister.worker.linux;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.Stream;

/** Control groups of version 1: one hierarchy for each controller (Linux's cgroup-v1 documents). */
final class CgroupsV1 implements Cgroups {
    private static final List<String> NEEDED = List.of("memory", "cpu", "pids", "freezer");

    /**
     * What sockets may buffer besides, as a part of the memory. Version 1 counts it apart and,
     * until it has a limit, against the whole host's alone, which one group could use up (tcp_mem
     * in tcp(7)). Version 2 counts it as memory.
     */
    private static final long SOCKETS_SHARE = 4;

    private static final List<String> IO_LIMITS =
            List.of(
                    "blkio.throttle.read_bps_device",
                    "blkio.throttle.write_bps_device",
                    "blkio.throttle.read_iops_device",
                    "blkio.throttle.write_iops_device");

    private final Map<String, Path> roots;
    private final Layout layout;

    CgroupsV1(Map<String, Path> roots, Layout layout) {
        for (String controller : NEEDED) {
            if (!roots.containsKey(controller)) {
                throw new LinuxException(
                        "The cgroup controller "
                                + controller
                                + " is not mounted; mount it: mount -t cgroup -o "
                                + controller
                                + " none /sys/fs/cgroup/"
                                + controller);
            }
        }
        this.roots = Map.copyOf(roots);
        this.layout = layout;
    }

    @Override
    public Layout layout() {
        return layout;
    }

    @Override
    public Cgroup create(String parent, String name) {
        Group group = new Group("/" + parent + "/" + name);
        group.make();
        return group;
    }

    @Override
    public void destroy(String parent) {
        // Every hierarchy: an OCI runtime that manages groups itself makes them in all.
        List<Path> all = roots.values().stream().distinct().map(r -> r.resolve(parent)).toList();
        CgroupFiles.await(
                "The end of every process in the cgroup " + parent,
                // All of them each time: a process that is frozen in one can't end in another.
                () -> all.stream().filter(root -> !destroyOnce(root)).count() == 0);
    }

    private static boolean destroyOnce(Path root) {
        boolean gone = true;
        for (Path folder : CgroupFiles.tree(root)) {
            Path state = folder.resolve("freezer.state");
            if (Files.exists(state)) {
                CgroupFiles.write(state, "THAWED");
            }
            CgroupFiles.processes(folder).forEach(Processes::kill);
            gone &= CgroupFiles.removeFolder(folder);
        }
        return gone;
    }

    private Path folder(String controller, String path) {
        return Optional.ofNullable(roots.get(controller)).orElseThrow().resolve(path.substring(1));
    }

    /** A group of the same path in each hierarchy. */
    private final class Group implements Cgroup {
        private final String path;
        private final Path memory;
        private final Path cpu;
        private final Path pids;
        private final Path freezer;
        private final Optional<Path> blkio;
        private final AtomicLong limit = new AtomicLong(Long.MAX_VALUE);

        Group(String path) {
            this.path = path;
            this.memory = folder("memory", path);
            this.cpu = folder("cpu", path);
            this.pids = folder("pids", path);
            this.freezer = folder("freezer", path);
            this.blkio =
                    Optional.ofNullable(roots.get("blkio"))
                            .map(root -> root.resolve(path.substring(1)));
        }

        @Override
        public String path() {
            return path;
        }

        @Override
        public void make() {
            folders().forEach(CgroupFiles::makeFolder);
        }

        @Override
        public void add(int pid) {
            for (Path folder : folders()) {
                CgroupFiles.write(folder.resolve("cgroup.procs"), Integer.toString(pid));
            }
        }

        private List<Path> folders() {
            return Stream.concat(Stream.of(memory, cpu, pids, freezer), blkio.stream()).toList();
        }

        @Override
        public void limitIo(BlockDevice device, long bytesPerSecond, long operationsPerSecond) {
            if (blkio.isEmpty() || !Files.exists(blkio.get().resolve(IO_LIMITS.getFirst()))) {
                return; // the kernel has no limits of throughput
            }
            for (String file : IO_LIMITS) {
                long limit = file.contains("bps") ? bytesPerSecond : operationsPerSecond;
                CgroupFiles.write(blkio.get().resolve(file), device + " " + limit);
            }
        }

        @Override
        public void limitMemory(long bytes) {
            Path plain = memory.resolve("memory.limit_in_bytes");
            Path withSwap = memory.resolve("memory.memsw.limit_in_bytes");
            // The limit with swap may never be below the one without.
            boolean raise = limit.getAndSet(bytes) < bytes;
            List<Path> order = raise ? List.of(withSwap, plain) : List.of(plain, withSwap);
            for (Path file : order) {
                if (Files.exists(file)) {
                    CgroupFiles.write(file, Long.toString(bytes));
                }
            }
            writeIfThere("memory.swappiness", 0);
            writeIfThere("memory.kmem.tcp.limit_in_bytes", bytes / SOCKETS_SHARE);
        }

        private void writeIfThere(String name, long value) {
            Path file = memory.resolve(name);
            if (Files.exists(file)) {
                CgroupFiles.write(file, Long.toString(value));
            }
        }

        @Override
        public void limitCpu(long quotaMicros, long periodMicros) {
            Path burst = cpu.resolve("cpu.cfs_burst_us");
            boolean canBurst = Files.exists(burst);
            if (canBurst) {
                CgroupFiles.write(burst, "0");
            }
            CgroupFiles.write(cpu.resolve("cpu.cfs_quota_us"), "-1");
            CgroupFiles.write(cpu.resolve("cpu.cfs_period_us"), Long.toString(periodMicros));
            CgroupFiles.write(cpu.resolve("cpu.cfs_quota_us"), Long.toString(quotaMicros));
            if (canBurst) {
                CgroupFiles.write(burst, Long.toString(quotaMicros));
            }
        }

        @Override
        public void limitProcesses(int count) {
            CgroupFiles.write(pids.resolve("pids.max"), Integer.toString(count));
        }

        @Override
        public void freeze() {
            Path state = freezer.resolve("freezer.state");
            CgroupFiles.write(state, "FROZEN");
            CgroupFiles.await(
                    "Freezing " + path,
                    () -> {
                        // FREEZING: some process was in the kernel; asking again tries again.
                        boolean frozen = CgroupFiles.read(state).equals("FROZEN");
                        if (!frozen) {
                            CgroupFiles.write(state, "FROZEN");
                        }
                        return frozen;
                    });
        }

        @Override
        public void thaw() {
            CgroupFiles.write(freezer.resolve("freezer.state"), "THAWED");
        }

        @Override
        public long memoryBytes() {
            return CgroupFiles.number(memory.resolve("memory.usage_in_bytes"));
        }

        @Override
        public long peakMemoryBytes() {
            return CgroupFiles.number(memory.resolve("memory.max_usage_in_bytes"));
        }

        @Override
        public long outOfMemoryKills() {
            return CgroupFiles.keyed(memory.resolve("memory.oom_control"), "oom_kill").orElse(0L);
        }

        @Override
        public List<Integer> processes() {
            return CgroupFiles.processes(pids);
        }

        @Override
        public void killAll() {
            // A frozen process of version 1 does not even die.
            thaw();
            processes().forEach(Processes::kill);
        }

        @Override
        public void remove() {
            CgroupFiles.await(
                    "The end of every process in the cgroup " + path,
                    () ->
                            // Every hierarchy: a runtime may have made its own in others.
                            roots.values().stream()
                                    .distinct()
                                    .map(root -> root.resolve(path.substring(1)))
                                    .filter(folder -> !CgroupFiles.removeFolder(folder))
                                    .findAny()
                                    .isEmpty());
        }
    }
}
