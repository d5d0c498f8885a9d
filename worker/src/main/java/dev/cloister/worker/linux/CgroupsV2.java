package dev.cloister.worker.linux;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;

/** Control groups of version 2: one hierarchy for all controllers (Linux's cgroup-v2 document). */
final class CgroupsV2 implements Cgroups {
    private static final List<String> NEEDED = List.of("memory", "cpu", "pids");

    private final Path root;

    CgroupsV2(Path root) {
        this.root = root;
    }

    @Override
    public Layout layout() {
        return Layout.VERSION_2;
    }

    @Override
    public Cgroup create(String parent, String name) {
        Path above = root.resolve(parent);
        CgroupFiles.makeFolder(above);
        enable(root);
        enable(above);
        Group group = new Group("/" + parent + "/" + name, above.resolve(name));
        group.make();
        return group;
    }

    /** Hands the controllers to the groups below {@code folder}. */
    private static void enable(Path folder) {
        Path control = folder.resolve("cgroup.subtree_control");
        List<String> enabled = List.of(CgroupFiles.read(control).split(" ", -1));
        List<String> there =
                List.of(CgroupFiles.read(folder.resolve("cgroup.controllers")).split(" ", -1));
        List<String> wanted = new ArrayList<>(NEEDED);
        if (there.contains("io")) {
            wanted.add("io");
        }
        for (String controller : wanted) {
            if (!enabled.contains(controller)) {
                CgroupFiles.write(control, "+" + controller);
            }
        }
    }

    @Override
    public void destroy(String parent) {
        Path top = root.resolve(parent);
        CgroupFiles.await(
                "The end of every process in the cgroup " + parent,
                () -> {
                    boolean gone = true;
                    for (Path folder : CgroupFiles.tree(top)) {
                        kill(folder);
                        gone &= CgroupFiles.removeFolder(folder);
                    }
                    return gone;
                });
    }

    private static void kill(Path folder) {
        Path kill = folder.resolve("cgroup.kill");
        if (Files.exists(kill)) {
            CgroupFiles.write(kill, "1");
        } else {
            CgroupFiles.processes(folder).forEach(Processes::kill);
        }
    }

    /** A group of the one hierarchy. */
    private static final class Group implements Cgroup {
        private final String path;
        private final Path folder;
        private final AtomicLong highest = new AtomicLong();

        Group(String path, Path folder) {
            this.path = path;
            this.folder = folder;
        }

        @Override
        public String path() {
            return path;
        }

        @Override
        public void make() {
            CgroupFiles.makeFolder(folder);
        }

        @Override
        public void add(int pid) {
            CgroupFiles.write(folder.resolve("cgroup.procs"), Integer.toString(pid));
        }

        @Override
        public void limitIo(BlockDevice device, long bytesPerSecond, long operationsPerSecond) {
            Path limits = folder.resolve("io.max");
            if (Files.exists(limits)) {
                CgroupFiles.write(
                        limits,
                        "%s rbps=%d wbps=%d riops=%d wiops=%d"
                                .formatted(
                                        device,
                                        bytesPerSecond,
                                        bytesPerSecond,
                                        operationsPerSecond,
                                        operationsPerSecond));
            }
        }

        @Override
        public void limitMemory(long bytes) {
            CgroupFiles.write(folder.resolve("memory.max"), Long.toString(bytes));
            Path swap = folder.resolve("memory.swap.max");
            if (Files.exists(swap)) {
                CgroupFiles.write(swap, "0");
            }
        }

        @Override
        public void limitCpu(long quotaMicros, long periodMicros) {
            Path burst = folder.resolve("cpu.max.burst");
            boolean canBurst = Files.exists(burst);
            if (canBurst) {
                CgroupFiles.write(burst, "0");
            }
            CgroupFiles.write(folder.resolve("cpu.max"), quotaMicros + " " + periodMicros);
            if (canBurst) {
                CgroupFiles.write(burst, Long.toString(quotaMicros));
            }
        }

        @Override
        public void limitProcesses(int count) {
            CgroupFiles.write(folder.resolve("pids.max"), Integer.toString(count));
        }

        @Override
        public void freeze() {
            CgroupFiles.write(folder.resolve("cgroup.freeze"), "1");
            Path events = folder.resolve("cgroup.events");
            CgroupFiles.await(
                    "Freezing " + path, () -> CgroupFiles.keyed(events, "frozen").orElse(0L) == 1);
        }

        @Override
        public void thaw() {
            CgroupFiles.write(folder.resolve("cgroup.freeze"), "0");
        }

        @Override
        public long memoryBytes() {
            long now = CgroupFiles.number(folder.resolve("memory.current"));
            highest.accumulateAndGet(now, Math::max);
            return now;
        }

        @Override
        public long peakMemoryBytes() {
            Path peak = folder.resolve("memory.peak");
            if (Files.exists(peak)) {
                return CgroupFiles.number(peak);
            }
            // Before Linux 5.19 the kernel keeps no mark: the highest reading has to do.
            return Math.max(memoryBytes(), highest.get());
        }

        @Override
        public long outOfMemoryKills() {
            return CgroupFiles.keyed(folder.resolve("memory.events"), "oom_kill").orElse(0L);
        }

        @Override
        public List<Integer> processes() {
            return CgroupFiles.processes(folder);
        }

        @Override
        public void killAll() {
            kill(folder);
        }

        @Override
        public void remove() {
            CgroupFiles.await(
                    "The end of every process in the cgroup " + path,
                    () -> CgroupFiles.removeFolder(folder));
        }
    }
}
