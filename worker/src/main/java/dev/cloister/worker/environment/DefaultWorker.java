package dev.cloister.worker.environment;

import dev.cloister.worker.EnvironmentSpec;
import dev.cloister.worker.ExecutionEnvironment;
import dev.cloister.worker.ExecutionEnvironment.ShutdownReason;
import dev.cloister.worker.ExecutionEnvironment.State;
import dev.cloister.worker.Worker;
import dev.cloister.worker.WorkerException;
import dev.cloister.worker.WorkerSettings;
import dev.cloister.worker.sandbox.Sandbox.Limits;
import dev.cloister.worker.sandbox.SandboxException;
import dev.cloister.worker.sandbox.Sandboxes;
import java.io.IOException;
import java.time.InstantSource;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The worker of this host: environments in sandboxes, some of them prepared ahead. Thread-safe.
 *
 * <p>Closing ends every environment at once, then the prepared sandboxes, then the {@link
 * Sandboxes} it was given.
 */
public final class DefaultWorker implements Worker {
    private static final Logger LOG = LoggerFactory.getLogger(DefaultWorker.class);

    private final Sandboxes sandboxes;
    private final WorkerSettings settings;
    private final SystemWorkerClock clock;
    private final PreparedPools prepared;
    private final ConcurrentHashMap<String, SandboxedEnvironment> environments =
            new ConcurrentHashMap<>();
    private final AtomicInteger places = new AtomicInteger();
    private final AtomicBoolean closed = new AtomicBoolean();

    /**
     * @param sandboxes makes the sandboxes; the worker closes it
     * @param clock the time that is logged and given to functions as their deadline
     */
    public DefaultWorker(Sandboxes sandboxes, WorkerSettings settings, InstantSource clock) {
        this.sandboxes = sandboxes;
        this.settings = settings;
        this.clock = new SystemWorkerClock(clock);
        this.prepared = new PreparedPools(sandboxes, settings, this.clock, this::someInitialize);
    }

    @Override
    public ExecutionEnvironment start(EnvironmentSpec spec) {
        if (places.incrementAndGet() > settings.maxEnvironments()) {
            places.decrementAndGet();
            throw new WorkerException(
                    "this worker has its "
                            + settings.maxEnvironments()
                            + " environments already; raise maxEnvironments or end idle ones");
        }
        boolean registered = false;
        try {
            SandboxedEnvironment environment =
                    new SandboxedEnvironment(spec, host(spec), settings, clock);
            environments.put(environment.id(), environment);
            environment.onEnd(() -> forget(environment));
            registered = true;
            environment.begin();
            if (closed.get()) {
                environment.shutdown(ShutdownReason.FAILURE);
                throw new WorkerException("the worker is closed");
            }
            return environment;
        } finally {
            if (!registered) {
                places.decrementAndGet();
            }
        }
    }

    private boolean someInitialize() {
        return environments.values().stream()
                .anyMatch(environment -> environment.state() == State.INITIALIZING);
    }

    private void forget(SandboxedEnvironment environment) {
        environments.remove(environment.id());
        places.decrementAndGet();
    }

    /** A sandbox with the function's code, limits and network, prepared or new. */
    private RuntimeHost host(EnvironmentSpec spec) {
        if (closed.get()) {
            throw new WorkerException("the worker is closed");
        }
        Optional<RuntimeHost> ready = prepared.take(spec);
        if (ready.isPresent()) {
            try {
                return furnish(ready.get(), spec);
            } catch (SandboxException e) {
                // for example a memory limit that a prepared runtime exceeds by now
                LOG.warn("a prepared sandbox could not be assigned; a new one is made", e);
            }
        }
        try {
            return furnish(
                    RuntimeHost.create(
                            sandboxes, spec.runtime(), spec.ephemeralStorageMegabytes(), settings),
                    spec);
        } catch (SandboxException e) {
            throw new WorkerException(
                    "no sandbox for " + spec.functionName() + ": " + e.getMessage(), e);
        }
    }

    private static RuntimeHost furnish(RuntimeHost host, EnvironmentSpec spec) {
        boolean done = false;
        try {
            host.sandbox().mountCode(spec.code());
            if (spec.layers().isPresent()) {
                host.sandbox().mountLayers(spec.layers().get());
            }
            host.sandbox().limit(new Limits(spec.memoryMegabytes()).whileInitializing());
            host.sandbox().open(spec.egress());
            done = true;
            return host;
        } catch (IOException e) {
            throw new WorkerException(
                    "the code of " + spec.functionName() + " can't be mounted: " + e.getMessage(),
                    e);
        } finally {
            if (!done) {
                host.close();
            }
        }
    }

    @Override
    public List<EnvironmentStatus> environments() {
        return environments.values().stream().map(SandboxedEnvironment::status).toList();
    }

    /** How many sandboxes are started and wait for a function, for status pages. */
    public int preparedSandboxes() {
        return prepared.ready();
    }

    /** The architecture of this host under the name that Lambda has for it. */
    @Override
    public List<String> architectures() {
        String arch = System.getProperty("os.arch", "").toLowerCase(Locale.ROOT);
        return switch (arch) {
            case "amd64", "x86_64" -> List.of("x86_64");
            case "aarch64", "arm64" -> List.of("arm64");
            default -> List.of();
        };
    }

    @Override
    public void close() {
        if (closed.getAndSet(true)) {
            return;
        }
        try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
            for (SandboxedEnvironment environment : environments.values()) {
                threads.execute(() -> environment.shutdown(ShutdownReason.SPINDOWN));
            }
            threads.execute(prepared::close);
        } finally {
            sandboxes.close();
            clock.close();
        }
    }
}
