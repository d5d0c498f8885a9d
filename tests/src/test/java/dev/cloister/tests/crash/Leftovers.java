package dev.cloister.tests.crash;

import dev.cloister.tests.product.Installation;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import java.util.zip.CRC32;

/**
 * What an installation has on the host, looked for with other means than the product's own: by the
 * installation's number, its data folder, its port, and the network namespaces that it was seen
 * with.
 */
final class Leftovers {
    private static final Path PROCESSES = Path.of("/proc");
    private static final int CGROUP_DEPTH = 6;
    private static final String OTHER_INSTALLATION = "cloister-[0-9a-f]{8}";

    private final String data;
    private final String instance;
    private final int port;

    Leftovers(Installation installation) {
        this.data = installation.data().toString();
        this.instance = String.join("", lines(installation.data().resolve("instance"))).strip();
        this.port = installation.port();
    }

    /** The kinds of things that a running installation has on the host. */
    enum Kind {
        PROCESS,
        CGROUP,
        MOUNT,
        NETWORK_NAMESPACE,
        NETWORK_DEVICE,
        RULES,
        LOOP_DEVICE,
        LISTENING_SOCKET,
        UNIX_SOCKET,
        RUN_FOLDER,
        RUN_FILE
    }

    /**
     * Everything of the installation, by kind; kinds without any are absent.
     *
     * @param namespaces as {@link #networkNamespaces} listed them while the installation ran
     */
    Map<Kind, List<String>> found(List<String> namespaces) {
        Map<Kind, List<String>> all = new TreeMap<>();
        all.put(Kind.PROCESS, processes().stream().map(this::describe).toList());
        all.put(Kind.CGROUP, cgroups());
        all.put(Kind.MOUNT, mounts());
        all.put(Kind.NETWORK_NAMESPACE, holders(namespaces));
        all.put(Kind.NETWORK_DEVICE, containing(names(Path.of("/sys/class/net")), devicePrefix()));
        all.put(Kind.RULES, containing(run("nft", "list", "tables"), instance));
        all.put(Kind.LOOP_DEVICE, loopDevices());
        all.put(Kind.LISTENING_SOCKET, listening());
        all.put(Kind.UNIX_SOCKET, ours(lines(PROCESSES.resolve("net/unix"))));
        all.put(Kind.RUN_FOLDER, containing(names(Path.of("/run/cloister")), instance));
        all.put(Kind.RUN_FILE, names(Path.of(data, "run")));
        all.values().removeIf(List::isEmpty);
        return all;
    }

    /** Processes of the server and of its sandboxes. */
    List<Path> processes() {
        return processFolders().stream().filter(this::isOurs).toList();
    }

    /** The network namespaces of the sandboxes' processes and of the server's threads. */
    List<String> networkNamespaces() {
        String own = link(Path.of("/proc/self/ns/net"));
        return processes().stream()
                .flatMap(process -> namespacesOf(process).stream())
                .filter(namespace -> !namespace.equals(own))
                .distinct()
                .toList();
    }

    private boolean isOurs(Path process) {
        String cgroup = text(process.resolve("cgroup"));
        String command = text(process.resolve("cmdline")).replace('\0', ' ');
        return cgroup.contains(instance) || command.contains(data) || command.contains(instance);
    }

    private String describe(Path process) {
        return process + " " + text(process.resolve("cmdline")).replace('\0', ' ');
    }

    /**
     * Groups in every hierarchy: those mounted on the host, and named ones, which are mounted
     * nowhere that this process sees.
     */
    private List<String> cgroups() {
        TreeSet<String> found = new TreeSet<>();
        List<String> mounted =
                run(
                        "find",
                        "/sys/fs/cgroup",
                        "-maxdepth",
                        Integer.toString(CGROUP_DEPTH),
                        "-type",
                        "d");
        found.addAll(containing(mounted, instance));
        for (String hierarchy : lines(Path.of("/proc/self/cgroup"))) {
            String[] fields = hierarchy.split(":", 3);
            if (fields[1].startsWith("name=")) {
                List<String> groups =
                        run(
                                "unshare",
                                "--mount",
                                "sh",
                                "-ec",
                                "mount -t cgroup -o none,$0 none /mnt && find /mnt -type d",
                                fields[1]);
                found.addAll(containing(groups, instance));
            }
        }
        return List.copyOf(found);
    }

    /** In whatever mount namespace: each thread may have its own. */
    private List<String> mounts() {
        Map<String, Path> threadOfNamespace = new TreeMap<>();
        for (Path process : processFolders()) {
            for (String thread : names(process.resolve("task"))) {
                Path folder = process.resolve("task").resolve(thread);
                threadOfNamespace.put(link(folder.resolve("ns/mnt")), folder);
            }
        }
        return threadOfNamespace.values().stream()
                .flatMap(thread -> ours(linesIfThere(thread.resolve("mountinfo"))).stream())
                .distinct()
                .toList();
    }

    /** Processes that hold one of the namespaces: numbers may come back with others' processes. */
    private List<String> holders(List<String> namespaces) {
        return processFolders().stream()
                .filter(process -> isOurs(process) || !isOfAnother(process))
                .filter(process -> namespacesOf(process).stream().anyMatch(namespaces::contains))
                .map(this::describe)
                .toList();
    }

    private static boolean isOfAnother(Path process) {
        return Stream.of(text(process.resolve("cgroup")).split("[/\n]", -1))
                        .anyMatch(part -> part.matches(OTHER_INSTALLATION))
                || text(process.resolve("cmdline")).contains("dev.cloister.");
    }

    /** Those that a process' threads are in or that it has open. */
    private static List<String> namespacesOf(Path process) {
        TreeSet<String> found = new TreeSet<>();
        for (String thread : names(process.resolve("task"))) {
            found.add(link(process.resolve("task").resolve(thread).resolve("ns/net")));
        }
        for (String descriptor : names(process.resolve("fd"))) {
            found.add(link(process.resolve("fd").resolve(descriptor)));
        }
        found.removeIf(name -> !name.startsWith("net:"));
        return List.copyOf(found);
    }

    /** By the files behind them. */
    private List<String> loopDevices() {
        return names(Path.of("/sys/block")).stream()
                .filter(name -> name.startsWith("loop"))
                .flatMap(
                        name ->
                                linesIfThere(Path.of("/sys/block", name, "loop/backing_file"))
                                        .stream())
                .filter(this::isOurs)
                .toList();
    }

    /** TCP sockets that listen at the endpoint's port (proc_net_tcp(5): state 0A is LISTEN). */
    private List<String> listening() {
        String address = ":%04X ".formatted(port);
        return Stream.of("net/tcp", "net/tcp6")
                .flatMap(table -> lines(PROCESSES.resolve(table)).stream())
                .filter(line -> line.contains(address) && line.contains(":0000 0A "))
                .toList();
    }

    private String devicePrefix() {
        CRC32 sum = new CRC32();
        sum.update(instance.getBytes(StandardCharsets.US_ASCII));
        return "clv%06x".formatted(sum.getValue() & 0xffffff);
    }

    private List<String> ours(List<String> lines) {
        return lines.stream().filter(this::isOurs).toList();
    }

    private boolean isOurs(String line) {
        return line.contains(data) || line.contains(instance);
    }

    private static List<String> containing(List<String> lines, String part) {
        return lines.stream().filter(line -> line.contains(part)).toList();
    }

    private static List<Path> processFolders() {
        String own = Long.toString(ProcessHandle.current().pid());
        return names(PROCESSES).stream()
                .filter(name -> name.matches("[0-9]+") && !name.equals(own))
                .map(PROCESSES::resolve)
                .toList();
    }

    /** The names in a folder; none if it isn't there any more. */
    private static List<String> names(Path folder) {
        try (Stream<Path> all = Files.list(folder)) {
            return all.map(path -> path.getFileName().toString()).toList();
        } catch (IOException | UncheckedIOException e) {
            return List.of();
        }
    }

    private static String link(Path file) {
        try {
            return Files.readSymbolicLink(file).toString();
        } catch (IOException e) {
            return ""; // closed, or the process has ended
        }
    }

    private static String text(Path file) {
        return String.join("\n", linesIfThere(file));
    }

    /** For files of processes and devices, which may end while this looks. */
    private static List<String> linesIfThere(Path file) {
        try {
            return lines(file);
        } catch (UncheckedIOException e) {
            return List.of();
        }
    }

    private static List<String> lines(Path file) {
        try {
            return Files.readAllLines(file, StandardCharsets.ISO_8859_1);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static List<String> run(String... command) {
        try {
            Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
            process.getOutputStream().close();
            String output =
                    new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
            if (!process.waitFor(20, TimeUnit.SECONDS) || process.exitValue() > 1) {
                throw new IllegalStateException(String.join(" ", command) + ": " + output);
            }
            return output.lines().toList();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(e);
        }
    }
}
