package dev.cloister.worker.sandbox;

import dev.cloister.worker.linux.Cgroup;
import dev.cloister.worker.linux.Fd;
import dev.cloister.worker.linux.LinuxException;
import dev.cloister.worker.linux.Processes;
import dev.cloister.worker.linux.Spawn;
import dev.cloister.worker.linux.Tool;
import dev.cloister.worker.linux.WaitStatus;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Starts one main process: bundle, {@code create}, cgroup, {@code start}.
 *
 * <p>The process joins its cgroup between the runtime's {@code create} and {@code start}, before
 * the first instruction that is not the runtime's, so nothing of a function runs without limits.
 */
final class OciStart {
    private static final Map<String, String> ENVIRONMENT =
            Map.of("PATH", "/usr/sbin:/usr/bin:/sbin:/bin", "LC_ALL", "C");

    private final Shared shared;
    private final String name;
    private final Cgroup cgroup;
    private final SandboxOutput receiver;
    private final OciCgroup around;
    private final Path bundle;

    /**
     * @param around is told when a runtime deletes the cgroup with the process
     */
    OciStart(Shared shared, String name, Cgroup cgroup, SandboxOutput receiver, OciCgroup around) {
        this.shared = shared;
        this.name = name;
        this.cgroup = cgroup;
        this.receiver = receiver;
        this.around = around;
        this.bundle = shared.run().inside("bundles", name);
    }

    OciProcess run(OciBundle.Content content, HostIds.Ids ids) {
        Fd.Pipe printed = Fd.pipe();
        Fd.Pipe status = Fd.pipe();
        try {
            printed.write().owner(ids.user(), ids.user());
            status.write().owner(ids.user(), ids.user());
            writeBundle(content);
            execute(
                    shared.runtime().create(name, bundle),
                    status.write(),
                    printed.write(),
                    printed.write());
        } catch (RuntimeException e) {
            printed.close();
            status.close();
            cleanUp();
            throw e;
        }
        // From here on only the sandbox holds the writing ends: their end is its end.
        printed.write().close();
        status.write().close();
        return release(printed.read(), status.read());
    }

    private void writeBundle(OciBundle.Content content) {
        try {
            Files.createDirectory(shared.run().view("bundles", name));
            Files.write(
                    shared.run().view("bundles", name, "config.json"),
                    shared.bundle().write(content));
        } catch (IOException e) {
            throw new SandboxException("Writing the bundle of " + name + " failed", e);
        }
    }

    /** Joins the created process to its cgroup and lets it run. */
    private OciProcess release(Fd printed, Fd status) {
        int pid = readPid();
        Fd handle = Processes.open(pid);
        OutputPump pump = new OutputPump(shared.reactor(), printed, shared.readBuffer(), receiver);
        try {
            if (shared.runtime().cgroupsByUs()) {
                cgroup.add(pid);
            }
            try (Fd nothing = Fd.memory("input");
                    Fd ignored = Fd.memory("output")) {
                execute(shared.runtime().start(name, bundle), nothing, ignored, ignored);
            }
        } catch (RuntimeException e) {
            Processes.signal(handle, Processes.SIGKILL);
            var _ = Processes.reap(handle);
            handle.close();
            status.close();
            pump.close();
            cleanUp();
            throw e;
        }
        if (shared.runtime().traceless()) {
            cleanUp();
        } else {
            shared.run().delete("bundles", name, "config.json");
        }
        boolean reports = shared.bundle().init().isPresent();
        if (!reports) {
            status.close();
        }
        return new OciProcess(
                pid,
                handle,
                reports ? Optional.of(status) : Optional.empty(),
                pump,
                cgroup,
                shared.reactor(),
                this::cleanUp);
    }

    private int readPid() {
        try {
            return Integer.parseInt(
                    Files.readString(shared.run().view("bundles", name, "pid")).strip());
        } catch (IOException | NumberFormatException e) {
            throw new SandboxException("The OCI runtime left no process number for " + name, e);
        }
    }

    private void execute(List<String> command, Fd input, Fd output, Fd error) {
        Spawn.Child child =
                shared.threads()
                        .inMounts(() -> Spawn.start(command, ENVIRONMENT, input, output, error));
        WaitStatus ended = Tool.run(shared.reactor(), child, command.getFirst(), OciRuntime.LIMIT);
        if (!ended.equals(new WaitStatus.Exited(0))) {
            throw new SandboxException(
                    command.getFirst() + " could not start " + name + " (" + ended + "): " + log());
        }
    }

    private String log() {
        try {
            Path log = shared.run().view("bundles", name, "log");
            return Files.exists(log)
                    ? new String(Files.readAllBytes(log), StandardCharsets.UTF_8).strip()
                    : "it logged nothing";
        } catch (IOException e) {
            return "its log is unreadable: " + e.getMessage();
        }
    }

    /**
     * Removes the runtime's traces: of most runtimes a folder of ours is all, and is not needed any
     * more once the process runs.
     */
    private void cleanUp() {
        if (!shared.runtime().traceless()) {
            deleteByRuntime();
        }
        shared.run().delete("oci", name);
        shared.run().delete("bundles", name);
    }

    private void deleteByRuntime() {
        if (!Files.exists(shared.run().view("oci", name))) {
            return;
        }
        try (Fd nothing = Fd.memory("input");
                Fd ignored = Fd.memory("output")) {
            around.beforeDeletion();
            execute(shared.runtime().delete(name, bundle), nothing, ignored, ignored);
            around.afterDeletion();
        } catch (LinuxException e) {
            throw new SandboxException("Deleting " + name + " failed", e);
        }
    }
}
