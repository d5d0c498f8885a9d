package dev.cloister.worker.environment;

import dev.cloister.runtimes.RuntimeImage;
import dev.cloister.worker.EnvironmentSpec;
import dev.cloister.worker.WorkerException;
import dev.cloister.worker.WorkerSettings;
import dev.cloister.worker.runtimeapi.RuntimeSession;
import dev.cloister.worker.sandbox.Sandbox.Limits;
import dev.cloister.worker.sandbox.SandboxException;
import dev.cloister.worker.sandbox.Sandboxes;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.BooleanSupplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Sandboxes whose runtime is started and waits for a function, a few for each runtime in use.
 * Thread-safe. One that is taken has never seen a function and never comes back.
 *
 * <p>A pool is refilled in the background, a few sandboxes at a time on this host, and after a
 * failure only with growing pauses. A pool that nobody has taken from for long is dropped.
 *
 * <p>Closing kills what is prepared and waits for what is being prepared.
 */
final class PreparedPools implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(PreparedPools.class);

    /** Only the default size of {@code /tmp} is prepared. */
    static final int EPHEMERAL_STORAGE_MEGABYTES = 512;

    /** Starting is paid with a whole vCPU; the function's own limits come with its assignment. */
    private static final Limits WHILE_PREPARING = new Limits(1_769);

    private static final Duration GIVE_WAY_STEP = Duration.ofMillis(5);
    private static final int GIVE_WAY_STEPS = 50;
    private static final int MAX_POOLS = 32;
    private static final Duration READY_LIMIT = Duration.ofSeconds(30);
    private static final Duration FIRST_PAUSE = Duration.ofSeconds(1);
    private static final int MAX_PAUSE_DOUBLINGS = 6;

    private final Sandboxes sandboxes;
    private final WorkerSettings settings;
    private final WorkerClock clock;
    private final BooleanSupplier busy;
    private final int maxPreparing = Math.max(1, Runtime.getRuntime().availableProcessors());

    // guarded by this
    private final Map<Key, Pool> pools = new HashMap<>();
    private int preparing;
    private boolean closed;

    /**
     * @param busy whether functions wait for the machine: then preparing waits a little
     */
    PreparedPools(
            Sandboxes sandboxes, WorkerSettings settings, WorkerClock clock, BooleanSupplier busy) {
        this.sandboxes = sandboxes;
        this.settings = settings;
        this.clock = clock;
        this.busy = busy;
        scheduleSweep();
    }

    /**
     * What prepared sandboxes must have in common to be exchangeable.
     *
     * @param fixed variables that the runtime must have from its start
     */
    private record Key(Path file, Map<String, String> fixed) {}

    private static final class Pool {
        private final RuntimeImage image;
        private final Map<String, String> fixed;
        private final ArrayDeque<RuntimeHost> ready = new ArrayDeque<>();
        private final Set<RuntimeHost> starting = new HashSet<>();
        private int preparing;
        private int failures;
        private boolean paused;
        private long usedNanos;

        Pool(RuntimeImage image, Map<String, String> fixed) {
            this.image = image;
            this.fixed = fixed;
        }
    }

    /** A prepared sandbox for this function, if there is one; makes sure that there will be. */
    Optional<RuntimeHost> take(EnvironmentSpec spec) {
        if (settings.preparedPerRuntime() == 0 || !suits(spec)) {
            return Optional.empty();
        }
        RuntimeHost host;
        synchronized (this) {
            Pool pool = pool(spec);
            if (pool == null) {
                return Optional.empty();
            }
            pool.usedNanos = clock.nanos();
            host = pool.ready.pollFirst();
            refill();
        }
        return Optional.ofNullable(host);
    }

    /** Whether a function can do with a runtime that was started before it was known. */
    static boolean suits(EnvironmentSpec spec) {
        RuntimeImage image = spec.runtime();
        return image.canPrepare()
                && spec.ephemeralStorageMegabytes() == EPHEMERAL_STORAGE_MEGABYTES
                && spec.variables().entrySet().stream()
                        .noneMatch(
                                entry ->
                                        RuntimeImage.isReadAtStart(entry.getKey())
                                                && !entry.getValue()
                                                        .value()
                                                        .equals(
                                                                image.environment()
                                                                        .get(entry.getKey())));
    }

    /** How many are ready, for status and tests. */
    synchronized int ready() {
        return pools.values().stream().mapToInt(pool -> pool.ready.size()).sum();
    }

    private @org.jspecify.annotations.Nullable Pool pool(EnvironmentSpec spec) {
        Map<String, String> fixed = new TreeMap<>();
        for (String name : spec.runtime().variablesFixedWhenPrepared()) {
            EnvironmentSpec.Variable variable = spec.variables().get(name);
            if (variable != null) {
                fixed.put(name, variable.value());
            }
        }
        Key key = new Key(spec.runtime().file(), Map.copyOf(fixed));
        Pool pool = pools.get(key);
        if (pool == null && pools.size() < MAX_POOLS && !closed) {
            pool = new Pool(spec.runtime(), key.fixed());
            pools.put(key, pool);
        }
        return pool;
    }

    /** Starts as many preparations as there are places for. */
    private synchronized void refill() {
        for (Pool pool : pools.values()) {
            while (!closed
                    && !pool.paused
                    && preparing < maxPreparing
                    && pool.ready.size() + pool.preparing < settings.preparedPerRuntime()) {
                pool.preparing++;
                preparing++;
                Thread.ofVirtual().name("prepare").start(() -> prepare(pool));
            }
        }
    }

    private void prepare(Pool pool) {
        Optional<RuntimeHost> host = Optional.empty();
        try {
            giveWay();
            host = Optional.of(prepareOne(pool));
        } catch (SandboxException | WorkerException e) {
            LOG.warn("a sandbox of {} could not be prepared", pool.image.version(), e);
        } finally {
            boolean wanted = prepared(pool, host);
            if (!wanted) {
                host.ifPresent(PreparedPools::closeLogged);
            }
            refill();
        }
    }

    /** Cold starts that somebody waits for come first, for a while. */
    private void giveWay() {
        try {
            for (int i = 0; i < GIVE_WAY_STEPS && busy.getAsBoolean(); i++) {
                Thread.sleep(GIVE_WAY_STEP);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private RuntimeHost prepareOne(Pool pool) {
        RuntimeHost host =
                RuntimeHost.create(sandboxes, pool.image, EPHEMERAL_STORAGE_MEGABYTES, settings);
        boolean ready = false;
        try {
            synchronized (this) {
                pool.starting.add(host);
                if (closed) {
                    host.end();
                }
            }
            host.sandbox().limit(WHILE_PREPARING);
            RuntimeSession session =
                    host.prepare(
                            EnvironmentVariables.prepared(
                                    pool.image, pool.fixed, host.runtimeApi()));
            long turn = session.beginTurn();
            Runnable cancel = clock.after(READY_LIMIT, () -> session.expire(turn));
            ready = session.awaitPrepared();
            session.endTurn();
            cancel.run();
            if (!ready) {
                throw new WorkerException(
                        "the runtime did not ask for its assignment; it printed: "
                                + host.earlyOutput());
            }
            return host;
        } finally {
            synchronized (this) {
                pool.starting.remove(host);
            }
            if (!ready) {
                closeLogged(host);
            }
        }
    }

    /**
     * @return false if the pool has no use for it any more
     */
    private synchronized boolean prepared(Pool pool, Optional<RuntimeHost> host) {
        pool.preparing--;
        preparing--;
        notifyAll();
        if (host.isEmpty()) {
            pause(pool);
            return true;
        }
        if (closed || !pools.containsValue(pool)) {
            return false;
        }
        RuntimeHost ready = host.get();
        pool.failures = 0;
        pool.ready.addLast(ready);
        ready.exited()
                .ifPresent(
                        exited -> {
                            var _ = exited.whenComplete((_, _) -> died(pool, ready));
                        });
        return true;
    }

    private void pause(Pool pool) {
        if (closed) {
            return;
        }
        pool.paused = true;
        Duration pause =
                FIRST_PAUSE.multipliedBy(1L << Math.min(pool.failures++, MAX_PAUSE_DOUBLINGS));
        var _ =
                clock.after(
                        pause,
                        () -> {
                            synchronized (this) {
                                pool.paused = false;
                            }
                            refill();
                        });
    }

    /** The process of a prepared sandbox has ended; if nobody has taken it, it is replaced. */
    private void died(Pool pool, RuntimeHost host) {
        synchronized (this) {
            if (!pool.ready.remove(host)) {
                return;
            }
            pause(pool);
        }
        LOG.warn(
                "a prepared runtime of {} ended by itself; it printed: {}",
                pool.image.version(),
                host.earlyOutput());
        Thread.ofVirtual().name("prepare").start(() -> closeLogged(host));
    }

    private void scheduleSweep() {
        var _ =
                clock.after(
                        settings.preparedUnusedFor().dividedBy(2),
                        () -> Thread.ofVirtual().name("prepare-sweep").start(this::sweep));
    }

    private void sweep() {
        List<RuntimeHost> unused = new ArrayList<>();
        synchronized (this) {
            if (closed) {
                return;
            }
            long limit = clock.nanos() - settings.preparedUnusedFor().toNanos();
            pools.values()
                    .removeIf(
                            pool -> {
                                if (pool.usedNanos - limit >= 0) {
                                    return false;
                                }
                                unused.addAll(pool.ready);
                                pool.ready.clear();
                                return true;
                            });
        }
        unused.forEach(PreparedPools::closeLogged);
        scheduleSweep();
    }

    @Override
    public void close() {
        List<RuntimeHost> all = new ArrayList<>();
        synchronized (this) {
            closed = true;
            for (Pool pool : pools.values()) {
                all.addAll(pool.ready);
                pool.ready.clear();
                pool.starting.forEach(RuntimeHost::end);
            }
            pools.clear();
        }
        all.forEach(PreparedPools::closeLogged);
        synchronized (this) {
            try {
                while (preparing > 0) {
                    wait(READY_LIMIT.toMillis());
                }
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
        }
    }

    private static void closeLogged(RuntimeHost host) {
        try {
            host.close();
        } catch (SandboxException e) {
            LOG.error("prepared sandbox {} left something behind", host.id(), e);
        }
    }
}
