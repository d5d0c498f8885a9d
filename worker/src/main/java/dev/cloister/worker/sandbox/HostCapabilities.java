package dev.cloister.worker.sandbox;

import dev.cloister.worker.linux.Cgroups;
import dev.cloister.worker.linux.LinuxException;
import dev.cloister.worker.linux.Reactor;
import dev.cloister.worker.linux.Tool;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * What this host can do for isolation, as {@code cloister doctor} shows it. Looks, and changes
 * nothing; needs no root, though root sees more.
 *
 * @param findings in the order of their weight
 */
public record HostCapabilities(List<Finding> findings) {
    private static final List<String> OCI_RUNTIMES = List.of("crun", "runc", "youki", "runsc");
    private static final Duration LIMIT = Duration.ofSeconds(10);

    public HostCapabilities {
        findings = List.copyOf(findings);
    }

    /**
     * One feature of the kernel or one program.
     *
     * @param name for example {@code cgroups}
     * @param found what there is, for example {@code version 1, hybrid layout}; empty if missing
     * @param required whether functions can't run without it
     * @param consequence what it gives, or what is missing without it
     * @param remedy what to do if it is missing; empty if nothing
     */
    public record Finding(
            String name,
            Optional<String> found,
            boolean required,
            String consequence,
            String remedy) {}

    /** Whether functions can run here at all. */
    public boolean sufficient() {
        return findings.stream().allMatch(f -> f.found().isPresent() || !f.required());
    }

    /** The OCI runtime to use: crun where there is one, as it is the fastest; else runc. */
    public static Optional<Path> ociRuntime() {
        return Stream.of("crun", "runc").flatMap(name -> Tool.find(name).stream()).findFirst();
    }

    /** Looks at this host. */
    public static HostCapabilities detect() {
        List<Finding> findings = new ArrayList<>();
        findings.add(root());
        try (Reactor reactor = new Reactor()) {
            findings.addAll(ociRuntimes(reactor));
        }
        findings.add(cgroups());
        findings.add(namespaces());
        findings.add(seccomp());
        findings.addAll(fileSystems());
        findings.add(
                program(
                        "nft",
                        "nftables",
                        "egress rules: without it environments have no network at all"));
        findings.add(kvm());
        findings.add(
                program(
                        "mmdebstrap",
                        "mmdebstrap",
                        "runtime images are built with it: without it only those built before run"));
        findings.add(
                program("mkfs.erofs", "erofs-utils", "code and runtime images are erofs files"));
        return new HostCapabilities(findings);
    }

    private static Finding root() {
        boolean root =
                ProcessHandle.current()
                        .info()
                        .user()
                        .filter(user -> user.equals("root"))
                        .isPresent();
        return new Finding(
                "root",
                root ? Optional.of("running as root") : Optional.empty(),
                true,
                "namespaces, mounts and cgroups of environments are made with root's rights",
                "run cloister as root");
    }

    private static List<Finding> ociRuntimes(Reactor reactor) {
        List<Finding> found = new ArrayList<>();
        for (String name : OCI_RUNTIMES) {
            Tool.find(name)
                    .ifPresent(
                            path ->
                                    found.add(
                                            new Finding(
                                                    "OCI runtime " + name,
                                                    Optional.of(
                                                            path + ", " + version(reactor, path)),
                                                    false,
                                                    name.equals("crun")
                                                            ? "starts environments, fastest of all"
                                                            : "starts environments",
                                                    "")));
        }
        found.addFirst(
                new Finding(
                        "OCI runtime",
                        ociRuntime().map(Path::toString),
                        true,
                        "starts the processes of environments in their namespaces",
                        "apt-get install crun"));
        return found;
    }

    private static String version(Reactor reactor, Path program) {
        try {
            return Tool.tryRun(reactor, List.of(program.toString(), "--version"), "", LIMIT)
                    .output()
                    .lines()
                    .findFirst()
                    .orElse("version unknown");
        } catch (LinuxException e) {
            return "version unknown: " + e.getMessage();
        }
    }

    private static Finding cgroups() {
        String consequence = "limits of memory, cpu and processes; freezing of idle environments";
        try {
            String layout =
                    switch (Cgroups.detect().layout()) {
                        case VERSION_1 -> "version 1";
                        case HYBRID -> "version 1, hybrid layout";
                        case VERSION_2 -> "version 2";
                    };
            return new Finding("cgroups", Optional.of(layout), true, consequence, "");
        } catch (LinuxException e) {
            return new Finding(
                    "cgroups", Optional.empty(), true, consequence, String.valueOf(e.getMessage()));
        }
    }

    private static Finding namespaces() {
        List<String> missing =
                Stream.of("user", "pid", "mnt", "net", "ipc", "uts", "cgroup")
                        .filter(kind -> !Files.exists(Path.of("/proc/self/ns", kind)))
                        .toList();
        boolean allowed = !read("/proc/sys/user/max_user_namespaces").equals("0");
        boolean found = missing.isEmpty() && allowed;
        return new Finding(
                "namespaces",
                found
                        ? Optional.of("user, pid, mount, network, ipc, uts, cgroup")
                        : Optional.empty(),
                true,
                "each environment sees its own users, processes, files and network only",
                allowed
                        ? "use a kernel with namespaces: " + String.join(", ", missing)
                        : "sysctl -w user.max_user_namespaces=65536");
    }

    private static Finding seccomp() {
        String actions = read("/proc/sys/kernel/seccomp/actions_avail");
        return new Finding(
                "seccomp",
                actions.isEmpty() ? Optional.empty() : Optional.of("filters: " + actions),
                true,
                "only system calls that language runtimes need can be made",
                "use a kernel with CONFIG_SECCOMP_FILTER");
    }

    private static List<Finding> fileSystems() {
        List<String> known =
                read("/proc/filesystems")
                        .lines()
                        .map(line -> line.replace("nodev", "").strip())
                        .toList();
        boolean loop = Files.exists(Path.of("/dev/loop-control"));
        boolean encryption = Files.exists(Path.of("/sys/fs/ext4/features/encryption"));
        boolean mkfs = Tool.find("mkfs.ext4").isPresent();
        String fileBacked =
                kernelAtLeast(6, 12)
                        ? "mounted straight from files"
                        : "mounted through loop devices";
        List<Finding> findings = new ArrayList<>();
        findings.add(
                new Finding(
                        "erofs",
                        known.contains("erofs") || kernelModule("erofs")
                                ? Optional.of(fileBacked)
                                : Optional.empty(),
                        true,
                        "runtime images and code are read-only file systems",
                        "use a kernel with CONFIG_EROFS_FS, or modprobe erofs"));
        findings.add(
                new Finding(
                        "overlayfs",
                        known.contains("overlay") || kernelModule("overlay")
                                ? Optional.of("available")
                                : Optional.empty(),
                        false,
                        "not needed now; layers may use it",
                        "modprobe overlay"));
        findings.add(
                new Finding(
                        "fscrypt",
                        encryption && loop && mkfs
                                ? Optional.of("ext4 encryption, loop devices, mkfs.ext4")
                                : Optional.empty(),
                        false,
                        "/tmp is on disk, encrypted with a key that dies with its environment;"
                                + " without it /tmp is in memory and counts against the function's",
                        "use a kernel with CONFIG_FS_ENCRYPTION and CONFIG_BLK_DEV_LOOP, and"
                                + " apt-get install e2fsprogs"));
        return findings;
    }

    private static Finding kvm() {
        return new Finding(
                "KVM",
                Files.isReadable(Path.of("/dev/kvm")) ? Optional.of("/dev/kvm") : Optional.empty(),
                false,
                "microVMs could isolate environments by hardware; this version does not use them",
                "enable virtualization in the firmware or, in a virtual machine, nesting");
    }

    private static Finding program(String name, String debianPackage, String consequence) {
        return new Finding(
                name,
                Tool.find(name).map(Path::toString),
                false,
                consequence,
                "apt-get install " + debianPackage);
    }

    private static boolean kernelAtLeast(int major, int minor) {
        String[] parts = System.getProperty("os.version", "0.0").split("[^0-9]+", -1);
        int hostMajor = Integer.parseInt(parts[0]);
        return hostMajor > major
                || (hostMajor == major && parts.length > 1 && Integer.parseInt(parts[1]) >= minor);
    }

    private static boolean kernelModule(String name) {
        Path modules = Path.of("/lib/modules", System.getProperty("os.version"), "modules.dep");
        return Files.exists(modules) && read(modules.toString()).contains("/" + name + ".ko");
    }

    private static String read(String file) {
        try {
            return Files.readString(Path.of(file)).strip();
        } catch (IOException e) {
            // Not there, or not for us to read: the feature counts as missing.
            return "";
        }
    }
}
