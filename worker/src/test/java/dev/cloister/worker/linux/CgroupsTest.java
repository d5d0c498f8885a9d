package dev.cloister.worker.linux;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Which layout a host has, and what is written for version 2, on a folder of the test's. */
final class CgroupsTest {
    private static final String UNIFIED = "42 32 0:31 / %s rw - cgroup2 cgroup2 rw";

    private static String version1(String controller) {
        return "35 31 0:32 / /sys/fs/cgroup/%1$s rw - cgroup cgroup rw,%1$s".formatted(controller);
    }

    @Test
    void layoutsAreToldApart() {
        List<String> version1 =
                List.of(version1("memory"), version1("cpu"), version1("pids"), version1("freezer"));
        assertThat(Cgroups.detect(version1).layout()).isEqualTo(Cgroups.Layout.VERSION_1);

        List<String> hybrid = new java.util.ArrayList<>(version1);
        hybrid.add(UNIFIED.formatted("/sys/fs/cgroup/unified"));
        assertThat(Cgroups.detect(hybrid).layout()).isEqualTo(Cgroups.Layout.HYBRID);

        List<String> version2 = List.of(UNIFIED.formatted("/sys/fs/cgroup"));
        assertThat(Cgroups.detect(version2).layout()).isEqualTo(Cgroups.Layout.VERSION_2);
    }

    @Test
    void whatIsMissingIsNamed() {
        assertThatThrownBy(() -> Cgroups.detect(List.of(version1("memory"), version1("cpu"))))
                .isInstanceOf(LinuxException.class)
                .hasMessageContaining("pids")
                .hasMessageContaining("mount -t cgroup");
        assertThatThrownBy(() -> Cgroups.detect(List.of())).isInstanceOf(LinuxException.class);
    }

    @Test
    void version2GetsItsFiles(@TempDir Path root) throws IOException {
        Files.writeString(root.resolve("cgroup.subtree_control"), "cpu");
        Files.writeString(root.resolve("cgroup.controllers"), "cpu io memory pids");
        Path parent = Files.createDirectories(root.resolve("parent"));
        Files.writeString(parent.resolve("cgroup.subtree_control"), "cpu memory pids");
        Files.writeString(parent.resolve("cgroup.controllers"), "cpu memory pids");
        Path own = Files.createDirectories(parent.resolve("one"));
        Files.writeString(own.resolve("io.max"), "");
        Files.writeString(own.resolve("memory.swap.max"), "max");
        Files.writeString(own.resolve("memory.events"), "low 0\noom 4\noom_kill 3\n");
        Files.writeString(own.resolve("memory.current"), "4096\n");
        Files.writeString(own.resolve("memory.peak"), "8192\n");
        Files.writeString(own.resolve("cgroup.events"), "populated 1\nfrozen 1\n");

        Cgroup group = Cgroups.detect(List.of(UNIFIED.formatted(root))).create("parent", "one");
        group.limitMemory(1 << 20);
        group.limitCpu(1447, 20_000);
        group.limitProcesses(1024);
        group.limitIo(new BlockDevice(7, 3), 1 << 20, 100);
        group.freeze();

        assertThat(own.resolve("memory.max")).hasContent("1048576");
        assertThat(own.resolve("memory.swap.max")).hasContent("0");
        assertThat(own.resolve("cpu.max")).hasContent("1447 20000");
        assertThat(own.resolve("pids.max")).hasContent("1024");
        assertThat(own.resolve("io.max"))
                .hasContent("7:3 rbps=1048576 wbps=1048576 riops=100 wiops=100");
        assertThat(own.resolve("cgroup.freeze")).hasContent("1");
        assertThat(group.memoryBytes()).isEqualTo(4096);
        assertThat(group.peakMemoryBytes()).isEqualTo(8192);
        assertThat(group.outOfMemoryKills()).isEqualTo(3);
        assertThat(group.path()).isEqualTo("/parent/one");
    }

    /** Neither swap nor sockets are a way round the limit of memory. */
    @Test
    void version1GetsItsFiles(@TempDir Path root) throws IOException {
        List<String> mounts = new java.util.ArrayList<>();
        for (String controller : List.of("memory", "cpu", "pids", "freezer", "blkio")) {
            Files.createDirectories(root.resolve(controller));
            mounts.add(version1(controller).replace("/sys/fs/cgroup", root.toString()));
        }
        Path own = Files.createDirectories(root.resolve("memory/parent/one"));
        Files.writeString(own.resolve("memory.swappiness"), "60");
        Files.writeString(own.resolve("memory.kmem.tcp.limit_in_bytes"), "-1");

        Path io = Files.createDirectories(root.resolve("blkio/parent/one"));
        Files.writeString(io.resolve("blkio.throttle.read_bps_device"), "");

        Cgroup group = Cgroups.detect(mounts).create("parent", "one");
        group.limitMemory(1 << 20);
        group.limitIo(new BlockDevice(7, 3), 1 << 20, 100);

        assertThat(io.resolve("blkio.throttle.read_bps_device")).hasContent("7:3 1048576");
        assertThat(io.resolve("blkio.throttle.write_iops_device")).hasContent("7:3 100");
        assertThat(own.resolve("memory.swappiness")).hasContent("0");
        assertThat(own.resolve("memory.kmem.tcp.limit_in_bytes")).hasContent("262144");
    }

    @Test
    void aFrozenProcessEndsWithItsGroup() throws Exception {
        Cgroups cgroups = Cgroups.detect();
        String parent = "cloister-test-" + ProcessHandle.current().pid();
        Cgroup group = cgroups.create(parent, "one");
        Process process = new ProcessBuilder("sleep", "60").start();
        try {
            group.add((int) process.pid());
            group.freeze();
            cgroups.destroy(parent);

            assertThat(process.waitFor(1, TimeUnit.SECONDS)).isTrue();
            try (Stream<Path> groups = Files.walk(Path.of("/sys/fs/cgroup"), 2)) {
                assertThat(groups).noneMatch(folder -> folder.endsWith(parent));
            }
        } finally {
            process.destroyForcibly();
        }
    }
}
