package dev.cloister.tests.crash;

import dev.cloister.tests.product.Installation;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

/** What of a stopped installation is still on the host. */
final class Leftovers {
    private Leftovers() {}

    /** Each leftover in words; empty when nothing is left. */
    static List<String> of(Installation installation) {
        List<String> found = new ArrayList<>();
        String instance = instance(installation);
        String data = installation.data().toString();
        lines(Path.of("/proc/self/mountinfo")).stream()
                .filter(line -> line.contains(data) || line.contains(instance))
                .forEach(line -> found.add("mount: " + line));
        lines(Path.of("/proc/net/dev")).stream()
                .filter(line -> line.contains("clo"))
                .forEach(line -> found.add("link: " + line));
        cgroups(instance).forEach(folder -> found.add("cgroup: " + folder));
        processes(data, instance).forEach(process -> found.add("process: " + process));
        sockets(installation.port()).forEach(socket -> found.add("socket: " + socket));
        return found;
    }

    private static String instance(Installation installation) {
        return String.join("", lines(installation.data().resolve("instance"))).strip();
    }

    private static List<String> cgroups(String instance) {
        try (Stream<Path> all = Files.walk(Path.of("/sys/fs/cgroup"), 4)) {
            return all.filter(Files::isDirectory)
                    .map(Path::toString)
                    .filter(folder -> folder.contains(instance))
                    .toList();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static List<String> processes(String data, String instance) {
        return ProcessHandle.allProcesses()
                .filter(process -> process.pid() != ProcessHandle.current().pid())
                .map(process -> process.info().commandLine().orElse(""))
                .filter(line -> line.contains(data) || line.contains(instance))
                .toList();
    }

    /** Listening TCP sockets of the endpoint (proc_net_tcp(5): state 0A is LISTEN). */
    private static List<String> sockets(int port) {
        String suffix = ":%04X".formatted(port);
        return lines(Path.of("/proc/net/tcp")).stream()
                .filter(line -> line.contains(suffix + " 00000000:0000 0A"))
                .toList();
    }

    private static List<String> lines(Path file) {
        try {
            return Files.readAllLines(file);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
