package dev.cloister.worker.sandbox;

import dev.cloister.worker.linux.Cgroups;
import dev.cloister.worker.linux.Processes;
import dev.cloister.worker.linux.Reactor;
import java.io.IOException;
import java.nio.file.Files;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Removes what a predecessor with the same data folder left behind when it was killed.
 *
 * <p>Mounts, network namespaces, loop devices and the scratch volume end with the process that made
 * them and with the sandboxes' processes; so only those, and the cgroups, are to be removed here,
 * and network devices and rules by {@link EgressNetwork}.
 */
final class Leftovers {
    private static final Logger LOG = LoggerFactory.getLogger(Leftovers.class);

    private Leftovers() {}

    static void remove(Reactor reactor, Cgroups cgroups, SandboxSettings settings) {
        cgroups.destroy(settings.cgroupParent());
        // A sandbox that the predecessor had created but not yet put into its cgroup still has
        // the runtime's command line, with our folder in it.
        String mark = "--root " + settings.ociRoot() + " ";
        long own = ProcessHandle.current().pid();
        for (int pid : Processes.all()) {
            if (pid != own && Processes.commandLine(pid).orElse("").contains(mark)) {
                LOG.info("Ending process {}, left over from a killed predecessor", pid);
                Processes.kill(pid);
            }
        }
        EgressNetwork.removeLeftovers(reactor, settings);
        try {
            // Not even a mount point, unless the process is still ending: then it stays.
            Files.deleteIfExists(settings.runFolder());
            Files.deleteIfExists(settings.scratchFolder().resolve(EncryptedScratch.FILE_NAME));
        } catch (IOException e) {
            LOG.warn("Removing a leftover failed", e);
        }
    }
}
