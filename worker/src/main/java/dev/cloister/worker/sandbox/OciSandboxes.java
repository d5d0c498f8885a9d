package dev.cloister.worker.sandbox;

import dev.cloister.worker.linux.Cgroups;
import dev.cloister.worker.linux.LinuxException;
import dev.cloister.worker.linux.Mounts;
import dev.cloister.worker.linux.NamespaceThreads;
import dev.cloister.worker.linux.Processes;
import dev.cloister.worker.linux.Reactor;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Sandboxes of the Linux kernel's isolation, started by an OCI runtime. Needs root.
 *
 * <p>Everything shared is made when this is constructed: a private mount namespace with a folder in
 * memory, the scratch volume, the thread that waits for processes and output. Closing waits until
 * every sandbox has ended.
 */
public final class OciSandboxes implements Sandboxes {
    private static final Logger LOG = LoggerFactory.getLogger(OciSandboxes.class);
    private static final int MOUNT_THREADS = 4;
    private static final int READ_BYTES = 64 * 1024;
    private static final int DEFAULT_MEGABYTES = 512;
    private static final Path UNIFIED = Path.of("/sys/fs/cgroup/unified");
    private static final String HOSTS =
            """
            127.0.0.1 localhost sandbox
            ::1 localhost
            """;
    private static final String RESOLVER =
            """
            nameserver 169.254.100.1
            options timeout:5 attempts:2
            """;

    private final SandboxSettings settings;
    private final List<Runnable> closing = new ArrayList<>();
    private final Scratch scratch;
    private final Shared shared;
    private final Pool<NetworkNamespace> networks;
    private final Pool<Scratch.Volume> volumes;
    private final Map<String, OciSandbox> sandboxes = new ConcurrentHashMap<>();
    private final AtomicLong numbers = new AtomicLong();
    private volatile boolean closed;

    /**
     * Removes what a killed predecessor left behind, then makes what sandboxes share.
     *
     * @throws SandboxException if this host lacks something; {@link HostCapabilities} says more
     */
    public OciSandboxes(SandboxSettings settings) {
        this.settings = settings;
        try {
            this.shared = makeShared();
            this.scratch = shared.images().scratch();
            HostResolvers resolvers = new HostResolvers();
            this.networks =
                    new Pool<>(
                            settings.prepared(),
                            () -> NetworkNamespace.make(shared.threads(), resolvers));
            closing.add(networks::close);
            this.volumes =
                    new Pool<>(settings.prepared(), () -> scratch.newVolume(DEFAULT_MEGABYTES));
            closing.add(volumes::close);
        } catch (LinuxException e) {
            closeShared();
            throw new SandboxException("Preparing for sandboxes failed: " + e.getMessage(), e);
        } catch (RuntimeException e) {
            closeShared();
            throw e;
        }
        networks.fill();
        volumes.fill();
    }

    /**
     * Removes what a killed process of these settings left on the host: processes, cgroups, network
     * devices, rules, its run folder. Nothing happens where there is none of it.
     *
     * @throws SandboxException if something can't be removed
     */
    public static void removeLeftovers(SandboxSettings settings) {
        try (Reactor reactor = new Reactor()) {
            Leftovers.remove(reactor, Cgroups.detect(), settings);
        } catch (LinuxException e) {
            throw new SandboxException(
                    "Removing what an earlier process left failed: " + e.getMessage(), e);
        }
    }

    /** What isolates the sandboxes, for status pages, for example {@code crun}. */
    public String backend() {
        return settings.ociRuntime().getFileName().toString();
    }

    private Shared makeShared() {
        Processes.adoptOrphans();
        Processes.raiseFileLimit();
        Cgroups cgroups = Cgroups.detect();
        String cgroupParent = settings.cgroupParent();
        Path ociRoot = settings.ociRoot();

        Reactor reactor = new Reactor();
        closing.add(reactor::close);
        Leftovers.remove(reactor, cgroups, settings);
        closing.add(() -> cgroups.destroy(cgroupParent));
        NamespaceThreads threads = new NamespaceThreads(MOUNT_THREADS);
        closing.add(threads::close);
        EgressNetwork egress = new EgressNetwork(reactor, threads, settings);
        closing.add(egress::close);
        RunFolder run = new RunFolder(threads, settings.runFolder());
        closing.add(run::close);
        quicken(threads, run, cgroups.layout());
        OciBundle bundle = new OciBundle();
        writeCommonFiles(run, bundle);
        Scratch made = makeScratch(threads, reactor, run);
        closing.add(made::close);
        Images images = new Images(threads, run, made);
        closing.add(images::close);
        Arena arena = Arena.ofAuto();
        return new Shared(
                threads,
                reactor,
                run,
                images,
                OciRuntime.of(settings.ociRuntime(), ociRoot),
                bundle,
                cgroups,
                cgroupParent,
                new HostIds(settings.firstHostUid(), settings.maxSandboxes()),
                egress,
                arena.allocate(READ_BYTES));
    }

    /**
     * Two things about cgroups, both seen by the mount threads alone: crun refuses hosts with the
     * hybrid layout unless it can't see the unified hierarchy; and a process moves into a group at
     * once instead of in ten milliseconds while any hierarchy is mounted with "favordynmods".
     */
    private static void quicken(NamespaceThreads threads, RunFolder run, Cgroups.Layout layout) {
        if (layout == Cgroups.Layout.HYBRID) {
            threads.runInMounts(() -> Mounts.detach(UNIFIED));
        }
        run.makeFolder("quick");
        Path place = run.inside("quick");
        try {
            threads.runInMounts(
                    () ->
                            Mounts.mount(
                                    "cloister",
                                    place,
                                    "cgroup",
                                    Mounts.NO_SUID | Mounts.NO_DEV | Mounts.NO_EXEC,
                                    "none,name=cloister,favordynmods"));
        } catch (LinuxException e) {
            LOG.info("Processes join cgroups slowly here (no favordynmods): {}", e.getMessage());
        }
    }

    private static void writeCommonFiles(RunFolder run, OciBundle bundle) {
        List.of("oci", "bundles", "task").forEach(run::makeFolder);
        try {
            write(run, "hosts", HOSTS.getBytes(StandardCharsets.US_ASCII), "r--r--r--");
            write(run, "resolv.conf", RESOLVER.getBytes(StandardCharsets.US_ASCII), "r--r--r--");
            if (bundle.init().isPresent()) {
                write(run, "init", bundle.init().get(), "r-xr-xr-x");
            }
        } catch (IOException e) {
            throw new SandboxException("Writing files for sandboxes failed", e);
        }
    }

    private static void write(RunFolder run, String name, byte[] content, String mode)
            throws IOException {
        Files.write(run.view(name), content);
        Files.setPosixFilePermissions(run.view(name), PosixFilePermissions.fromString(mode));
    }

    private Scratch makeScratch(NamespaceThreads threads, Reactor reactor, RunFolder run) {
        try {
            return new EncryptedScratch(threads, reactor, run, settings);
        } catch (LinuxException e) {
            LOG.warn(
                    "No encrypted scratch volume on this host, so /tmp is kept in memory: {}",
                    e.getMessage());
            return new MemoryScratch(threads, run);
        }
    }

    /** Where the platform may work on customers' code in clear. */
    public WorkFolder workFolder() {
        return new WorkFolder(
                shared.threads(),
                shared.reactor(),
                shared.images().scratch().imagesFolder(),
                shared.images().scratch().imagesInside());
    }

    @Override
    public Sandbox create(Path rootImage, int ephemeralStorageMegabytes, SandboxOutput output) {
        if (closed) {
            throw new SandboxException("The worker is closed");
        }
        List<Runnable> undo = new ArrayList<>();
        try {
            Path root = shared.images().root(rootImage);
            HostIds.Ids ids = shared.ids().take();
            undo.add(() -> shared.ids().release(ids));
            NetworkNamespace network = networks.take();
            undo.add(network::close);
            Scratch.Volume volume =
                    ephemeralStorageMegabytes == DEFAULT_MEGABYTES
                            ? volumes.take()
                            : scratch.newVolume(ephemeralStorageMegabytes);
            undo.add(volume::close);
            String id = "s" + numbers.incrementAndGet();
            OciSandbox sandbox =
                    new OciSandbox(
                            id,
                            shared,
                            root,
                            output,
                            ids,
                            network,
                            volume,
                            () -> sandboxes.remove(id));
            sandboxes.put(id, sandbox);
            undo.clear();
            if (closed) {
                sandbox.close();
                throw new SandboxException("The worker is closed");
            }
            return sandbox;
        } catch (LinuxException e) {
            Steps.all(undo.reversed());
            throw new SandboxException("Making a sandbox failed: " + e.getMessage(), e);
        } catch (RuntimeException e) {
            Steps.all(undo.reversed());
            throw e;
        }
    }

    @Override
    public void close() {
        closed = true;
        List<Runnable> steps = new ArrayList<>();
        sandboxes.values().forEach(sandbox -> steps.add(sandbox::close));
        steps.add(this::closeShared);
        Steps.all(steps);
    }

    private void closeShared() {
        List<Runnable> steps = List.copyOf(closing.reversed());
        closing.clear();
        Steps.all(steps);
    }
}
