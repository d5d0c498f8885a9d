package dev.cloister.worker.sandbox;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * Writes the {@code config.json} of an OCI bundle (runtime specification 1.0.2): here is, in one
 * place, what a process in a sandbox is given and what is kept from it.
 */
final class OciBundle {
    static final int USER = 993;
    static final int GROUP = 990;
    static final String INIT = "/dev/init";
    private static final int MAX_OPEN_FILES = 1024;
    private static final int MAX_LOCKED_BYTES = 65_536;

    /** The host's own processes are to be spared before a function's. */
    private static final int OOM_SCORE_ADJUSTMENT = 500;

    private static final List<String> NAMESPACES =
            List.of("user", "pid", "mount", "ipc", "uts", "cgroup");
    private static final List<String> CAPABILITY_SETS =
            List.of("bounding", "effective", "inheritable", "permitted", "ambient");

    /** Files of /proc that tell of the host and not of the sandbox. */
    private static final List<String> MASKED =
            Stream.of(
                            "acpi",
                            "asound",
                            "bootconfig",
                            "buddyinfo",
                            "bus",
                            "cmdline",
                            "config.gz",
                            "consoles",
                            "crypto",
                            "diskstats",
                            "driver",
                            "dynamic_debug",
                            "fs",
                            "interrupts",
                            "iomem",
                            "ioports",
                            "irq",
                            "kallsyms",
                            "kcore",
                            "key-users",
                            "keys",
                            "kmsg",
                            "kpagecgroup",
                            "kpagecount",
                            "kpageflags",
                            "latency_stats",
                            "locks",
                            "mdstat",
                            "misc",
                            "modules",
                            "mtrr",
                            "pagetypeinfo",
                            "partitions",
                            "pressure",
                            "sched_debug",
                            "schedstat",
                            "scsi",
                            "slabinfo",
                            "softirqs",
                            "swaps",
                            "sysrq-trigger",
                            "timer_list",
                            "timer_stats",
                            "tty",
                            "vmallocinfo",
                            "vmstat",
                            "zoneinfo")
                    .map(name -> "/proc/" + name)
                    .toList();

    private final JsonMapper json = JsonMapper.builder().build();
    private final JsonNode seccomp;
    private final Optional<byte[]> init;

    OciBundle() {
        try {
            ObjectNode profile = (ObjectNode) json.readTree(resource("seccomp.json"));
            profile.putArray("architectures").add(X86 ? "SCMP_ARCH_X86_64" : "SCMP_ARCH_AARCH64");
            this.seccomp = profile;
            this.init = X86 ? Optional.of(readInit()) : Optional.empty();
        } catch (IOException e) {
            throw new UncheckedIOException("The seccomp profile is unreadable", e);
        }
    }

    private static final boolean X86 = System.getProperty("os.arch").equals("amd64");

    private static InputStream resource(String name) throws IOException {
        InputStream in = OciBundle.class.getResourceAsStream(name);
        if (in == null) {
            throw new IOException("resource " + name + " is missing");
        }
        return in;
    }

    private static byte[] readInit() throws IOException {
        try (InputStream in = resource("init-x86_64.hex")) {
            String hex = new String(in.readAllBytes(), java.nio.charset.StandardCharsets.US_ASCII);
            return HexFormat.of().parseHex(hex.replaceAll("\\s", ""));
        }
    }

    /** The program that is process 1 of every sandbox, where there is one for this processor. */
    Optional<byte[]> init() {
        return init.map(byte[]::clone);
    }

    /**
     * A folder or file of the host's to show inside.
     *
     * @param follow whether what is mounted there later appears inside
     */
    record Show(Path source, String place, boolean writable, boolean follow) {}

    /**
     * What differs from sandbox to sandbox.
     *
     * @param root the mounted root image
     * @param network the network namespace's path
     * @param cgroup its path for runtimes that manage groups themselves
     */
    record Content(
            Sandbox.Command command,
            Path root,
            Path network,
            Optional<String> cgroup,
            HostIds.Ids ids,
            List<Show> shows) {
        Content {
            shows = List.copyOf(shows);
        }
    }

    byte[] write(Content content) {
        ObjectNode config = json.createObjectNode();
        config.put("ociVersion", "1.0.2");
        config.set("process", process(content.command()));
        config.putObject("root").put("path", content.root().toString()).put("readonly", true);
        config.put("hostname", "sandbox");
        config.set("mounts", mounts(content.shows()));
        config.set("linux", linux(content));
        return json.writeValueAsBytes(config);
    }

    private ObjectNode process(Sandbox.Command command) {
        ObjectNode process = json.createObjectNode();
        process.put("terminal", false);
        process.putObject("user").put("uid", USER).put("gid", GROUP).put("umask", 0022);
        ArrayNode arguments = process.putArray("args");
        if (init.isPresent()) {
            arguments.add(INIT);
        }
        command.arguments().forEach(arguments::add);
        ArrayNode environment = process.putArray("env");
        for (Map.Entry<String, String> entry : command.environment().entrySet()) {
            environment.add(entry.getKey() + "=" + entry.getValue());
        }
        process.put("cwd", command.workingDirectory());
        ObjectNode capabilities = process.putObject("capabilities");
        CAPABILITY_SETS.forEach(capabilities::putArray);
        process.put("noNewPrivileges", true);
        process.put("oomScoreAdj", OOM_SCORE_ADJUSTMENT);
        ArrayNode limits = process.putArray("rlimits");
        limit(limits, "RLIMIT_NOFILE", MAX_OPEN_FILES);
        limit(limits, "RLIMIT_NPROC", OciSandbox.MAX_PROCESSES);
        limit(limits, "RLIMIT_CORE", 0);
        limit(limits, "RLIMIT_MEMLOCK", MAX_LOCKED_BYTES);
        return process;
    }

    private static void limit(ArrayNode limits, String type, int value) {
        limits.addObject().put("type", type).put("soft", value).put("hard", value);
    }

    private ArrayNode mounts(List<Show> shows) {
        ArrayNode mounts = json.createArrayNode();
        mount(mounts, "/proc", "proc", "proc", "nosuid", "noexec", "nodev");
        mount(
                mounts,
                "/dev",
                "tmpfs",
                "tmpfs",
                "nosuid",
                "noexec",
                "strictatime",
                "mode=755",
                "size=64k");
        for (Show show : shows) {
            String source = show.source().toString();
            String bind = show.follow() ? "rbind" : "bind";
            String propagation = show.follow() ? "rslave" : "rprivate";
            String access = show.writable() ? "rw" : "ro";
            mount(
                    mounts,
                    show.place(),
                    "bind",
                    source,
                    bind,
                    propagation,
                    access,
                    "nosuid",
                    "nodev");
        }
        return mounts;
    }

    private static void mount(
            ArrayNode mounts, String place, String type, String source, String... options) {
        ObjectNode mount = mounts.addObject();
        mount.put("destination", place).put("type", type).put("source", source);
        ArrayNode list = mount.putArray("options");
        for (String option : options) {
            list.add(option);
        }
    }

    private ObjectNode linux(Content content) {
        ObjectNode linux = json.createObjectNode();
        // What is mounted at /var/task later has to find its way in; nothing finds its way out.
        linux.put("rootfsPropagation", "rslave");
        content.cgroup().ifPresent(path -> linux.put("cgroupsPath", path));
        ArrayNode namespaces = linux.putArray("namespaces");
        NAMESPACES.forEach(type -> namespaces.addObject().put("type", type));
        namespaces.addObject().put("type", "network").put("path", content.network().toString());
        map(linux.putArray("uidMappings"), content.ids(), USER);
        map(linux.putArray("gidMappings"), content.ids(), GROUP);
        ArrayNode masked = linux.putArray("maskedPaths");
        MASKED.forEach(masked::add);
        linux.putArray("readonlyPaths").add("/proc/sys");
        linux.set("seccomp", seccomp);
        return linux;
    }

    private static void map(ArrayNode mappings, HostIds.Ids ids, int inside) {
        mappings.addObject().put("containerID", 0).put("hostID", ids.root()).put("size", 1);
        mappings.addObject().put("containerID", inside).put("hostID", ids.user()).put("size", 1);
    }
}
