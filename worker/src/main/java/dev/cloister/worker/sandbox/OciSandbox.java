package dev.cloister.worker.sandbox;

import dev.cloister.worker.CodeImage;
import dev.cloister.worker.EnvironmentSpec.Egress;
import dev.cloister.worker.linux.Cgroup;
import dev.cloister.worker.linux.LinuxException;
import dev.cloister.worker.sandbox.EgressRules.Reach;
import java.io.IOException;
import java.nio.channels.ServerSocketChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Supplier;

/** A sandbox made of namespaces, a cgroup and mounts, whose processes an OCI runtime starts. */
final class OciSandbox implements Sandbox {
    static final int MAX_PROCESSES = 1024;
    private static final int INITIAL_MEGABYTES = 128;
    private static final long MEGABYTE = 1L << 20;

    /**
     * Of {@code /tmp}, each way: far above what functions use, and low enough that one can't keep a
     * disk from all others.
     */
    private static final long IO_BYTES_A_SECOND = 256L << 20;

    private static final long IO_OPERATIONS_A_SECOND = 10_000;

    /**
     * The cpu period. AWS's is 20 ms too: with the kernel's usual 100 ms a function of 128 MB would
     * run 7 ms and then stand still for 93.
     */
    private static final long PERIOD_MICROS = 20_000;

    /** So much memory comes with one vCPU (AWS: "Configure Lambda function memory"). */
    private static final long MEGABYTES_PER_CPU = 1_769;

    private static final long MINIMUM_QUOTA_MICROS = 1_000;
    private static final int EXIT_SECONDS = 10;

    private final String id;
    private final Shared shared;
    private final Path root;
    private final SandboxOutput output;
    private final HostIds.Ids ids;
    private final NetworkNamespace network;
    private final Scratch.Volume volume;
    private final Cgroup cgroup;
    private final VersionMounts mounts;
    private final Runnable onClose;
    private final ReentrantLock lock = new ReentrantLock();
    private Optional<OciProcess> process = Optional.empty();
    private Optional<EgressNetwork.Link> link = Optional.empty();
    private MemoryReading lastReading = new MemoryReading(0, 0, 0);
    private final LostReading lost = new LostReading();
    private volatile Limits limits = new Limits(INITIAL_MEGABYTES);
    private int starts;
    private boolean closed;

    /**
     * Takes over {@code network} and {@code volume}.
     *
     * @param onClose runs once, when nothing is left
     */
    OciSandbox(
            String id,
            Shared shared,
            Path root,
            SandboxOutput output,
            HostIds.Ids ids,
            NetworkNamespace network,
            Scratch.Volume volume,
            Runnable onClose) {
        this.id = id;
        this.shared = shared;
        this.root = root;
        this.output = output;
        this.ids = ids;
        this.network = network;
        this.volume = volume;
        this.onClose = onClose;
        this.cgroup = shared.cgroups().create(shared.cgroupParent(), id);
        apply(limits);
        volume.device()
                .ifPresent(
                        device ->
                                cgroup.limitIo(device, IO_BYTES_A_SECOND, IO_OPERATIONS_A_SECOND));
        this.mounts = new VersionMounts(shared, id);
    }

    @Override
    public String id() {
        return id;
    }

    @Override
    public ServerSocketChannel runtimeApi() {
        return network.runtimeApi();
    }

    @Override
    public ServerSocketChannel platformApi() {
        return network.platformApi();
    }

    @Override
    public void mountCode(CodeImage image) throws IOException {
        lock.lock();
        try {
            requireOpen();
            mounts.mountCode(image);
        } finally {
            lock.unlock();
        }
    }

    @Override
    public void mountLayers(CodeImage image) throws IOException {
        lock.lock();
        try {
            requireOpen();
            mounts.mountLayers(image, process.filter(_ -> isRunning()));
        } finally {
            lock.unlock();
        }
    }

    private boolean isRunning() {
        return process.isPresent() && !process.get().exited().isDone();
    }

    @Override
    public void limit(Limits wanted) {
        lock.lock();
        try {
            requireOpen();
            during(
                    "Setting limits",
                    () -> {
                        apply(wanted);
                        return true;
                    });
            limits = wanted;
        } finally {
            lock.unlock();
        }
    }

    private void apply(Limits wanted) {
        cgroup.limitProcesses(MAX_PROCESSES);
        cgroup.limitMemory(wanted.memoryMegabytes() * MEGABYTE);
        long inProportion = wanted.memoryMegabytes() * PERIOD_MICROS / MEGABYTES_PER_CPU;
        long least =
                switch (wanted.cpu()) {
                    case IN_PROPORTION -> MINIMUM_QUOTA_MICROS;
                    case AT_LEAST_ONE -> PERIOD_MICROS;
                };
        cgroup.limitCpu(Math.max(inProportion, least), PERIOD_MICROS);
    }

    @Override
    public void open(Egress egress) {
        lock.lock();
        try {
            requireOpen();
            if (link.isPresent()) {
                throw new SandboxException("The network of sandbox " + id + " is open already");
            }
            switch (egress) {
                case Egress.None() -> {
                    return;
                }
                case Egress.Public() -> connect(new Reach(true, List.of()));
                case Egress.PublicAnd(List<String> ranges) -> connect(new Reach(true, ranges));
                case Egress.Only(List<String> ranges) -> connect(new Reach(false, ranges));
            }
        } finally {
            lock.unlock();
        }
    }

    private void connect(Reach reach) {
        link =
                Optional.of(
                        during(
                                "Opening the network",
                                () -> shared.egress().connect(ids, network.namespace(), reach)));
        network.nameServer().forward();
    }

    @Override
    public SandboxProcess start(Command command) {
        lock.lock();
        try {
            requireOpen();
            if (isRunning()) {
                throw new SandboxException("A process of sandbox " + id + " is running already");
            }
            String name = id + "-" + ++starts;
            OciProcess started =
                    during(
                            "Starting " + command.arguments().getFirst(),
                            () ->
                                    new OciStart(shared, name, cgroup, output, lost)
                                            .run(content(command), ids));
            process = Optional.of(started);
            return started;
        } finally {
            lock.unlock();
        }
    }

    private OciBundle.Content content(Command command) {
        List<OciBundle.Show> shows = new ArrayList<>();
        shows.add(new OciBundle.Show(volume.place(), "/tmp", true, false));
        shows.addAll(mounts.shows());
        if (shared.bundle().init().isPresent()) {
            shows.add(
                    new OciBundle.Show(shared.run().inside("init"), OciBundle.INIT, false, false));
        }
        // The view of the root image: its name below the run folder, as our threads see it.
        Path rootView = shared.run().view("roots", root.getFileName().toString());
        for (String file : List.of("resolv.conf", "hosts")) {
            if (Files.exists(rootView.resolve("etc").resolve(file))) {
                shows.add(
                        new OciBundle.Show(
                                shared.run().inside(file), "/etc/" + file, false, false));
            }
        }
        return new OciBundle.Content(
                command,
                root,
                network.namespace().path(),
                shared.runtime().cgroupsByUs() ? Optional.empty() : Optional.of(cgroup.path()),
                ids,
                shows);
    }

    @Override
    public void freeze() {
        lock.lock();
        try {
            requireOpen();
            during(
                    "Freezing",
                    () -> {
                        cgroup.freeze();
                        return true;
                    });
        } finally {
            lock.unlock();
        }
    }

    @Override
    public void thaw() {
        lock.lock();
        try {
            requireOpen();
            during(
                    "Thawing",
                    () -> {
                        cgroup.thaw();
                        return true;
                    });
        } finally {
            lock.unlock();
        }
    }

    @Override
    public MemoryReading memory() {
        lock.lock();
        try {
            if (!closed) {
                lastReading = during("Reading memory", this::read);
            }
            return lastReading;
        } finally {
            lock.unlock();
        }
    }

    private MemoryReading read() {
        return new MemoryReading(
                cgroup.memoryBytes(),
                Math.max(
                        Math.max(lastReading.peakBytes(), lost.peak.get()),
                        cgroup.peakMemoryBytes()),
                lost.kills.get() + cgroup.outOfMemoryKills());
    }

    /** What was read of cgroups that a runtime has deleted; on the thread that sees the exit. */
    private final class LostReading implements OciCgroup {
        private final AtomicLong peak = new AtomicLong();
        private final AtomicLong kills = new AtomicLong();

        @Override
        public void beforeDeletion() {
            peak.accumulateAndGet(cgroup.peakMemoryBytes(), Math::max);
            kills.addAndGet(cgroup.outOfMemoryKills());
        }

        @Override
        public void afterDeletion() {
            cgroup.make();
            apply(limits);
        }
    }

    private void requireOpen() {
        if (closed) {
            throw new SandboxException("Sandbox " + id + " is closed");
        }
    }

    private <T> T during(String attempt, Supplier<T> work) {
        try {
            return work.get();
        } catch (LinuxException e) {
            throw new SandboxException(
                    attempt + " in sandbox " + id + " failed: " + e.getMessage(), e);
        }
    }

    @Override
    public void close() {
        lock.lock();
        try {
            if (closed) {
                return;
            }
            lastReading = during("Reading memory", this::read);
            closed = true;
            during("Closing", this::dismantle);
        } finally {
            lock.unlock();
        }
    }

    /** Each step even if one before it failed: what is left over must be as little as can be. */
    private boolean dismantle() {
        List<Runnable> steps = new ArrayList<>();
        steps.add(this::endProcesses);
        steps.add(() -> link.ifPresent(EgressNetwork.Link::close));
        steps.add(network::close);
        steps.add(mounts::unmount);
        steps.addAll(mounts.ends());
        steps.add(volume::close);
        steps.add(cgroup::remove);
        steps.add(() -> shared.ids().release(ids));
        steps.add(onClose);
        Steps.all(steps);
        return true;
    }

    private void endProcesses() {
        cgroup.killAll();
        process.ifPresent(
                running -> {
                    running.kill();
                    awaitExit(running);
                });
    }

    private void awaitExit(OciProcess running) {
        try {
            var _ = running.exited().get(EXIT_SECONDS, TimeUnit.SECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } catch (ExecutionException | TimeoutException e) {
            throw new SandboxException("The processes of sandbox " + id + " did not end", e);
        }
    }
}
