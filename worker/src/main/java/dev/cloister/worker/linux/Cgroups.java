package dev.cloister.worker.linux;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * The host's control groups, as version 1 (also the hybrid layout, whose controllers are version
 * 1's) or version 2.
 */
public sealed interface Cgroups permits CgroupsV1, CgroupsV2 {

    /** How the host has laid out its hierarchies. */
    enum Layout {
        VERSION_1,
        HYBRID,
        VERSION_2
    }

    Layout layout();

    /** Makes {@code parent/name} with its limits open. */
    Cgroup create(String parent, String name);

    /** Kills every process in {@code parent} and below and removes all of it; waits for that. */
    void destroy(String parent);

    /**
     * What this host has.
     *
     * @throws LinuxException if a controller that is needed is nowhere mounted
     */
    static Cgroups detect() {
        try {
            return detect(Files.readAllLines(Path.of("/proc/self/mountinfo")));
        } catch (IOException e) {
            throw new LinuxException("Read /proc/self/mountinfo: " + e.getMessage());
        }
    }

    /** As {@link #detect()}, from the lines of a mountinfo file (proc(5)). */
    static Cgroups detect(List<String> mountInfo) {
        Map<String, Path> version1 = new HashMap<>();
        Path unified = Path.of("");
        for (String line : mountInfo) {
            String[] halves = line.split(" - ", 2);
            String[] fields = halves[0].split(" ", -1);
            String[] type = halves.length < 2 ? new String[0] : halves[1].split(" ", -1);
            if (fields.length < 5 || type.length < 3) {
                continue;
            }
            Path place = Path.of(fields[4]);
            if (type[0].equals("cgroup2")) {
                unified = place;
            } else if (type[0].equals("cgroup")) {
                for (String option : type[2].split(",", -1)) {
                    version1.putIfAbsent(option, place);
                }
            }
        }
        if (version1.containsKey("memory")) {
            boolean hybrid = !unified.toString().isEmpty();
            return new CgroupsV1(version1, hybrid ? Layout.HYBRID : Layout.VERSION_1);
        }
        if (unified.toString().isEmpty()) {
            throw new LinuxException(
                    "No cgroup hierarchy is mounted; mount one: mount -t cgroup2 none"
                            + " /sys/fs/cgroup");
        }
        return new CgroupsV2(unified);
    }
}
