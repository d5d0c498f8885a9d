package dev.cloister.invoke;

import dev.cloister.api.AccountId;
import dev.cloister.api.Region;
import dev.cloister.functions.FunctionCatalog;
import dev.cloister.functions.VersionSnapshot;
import dev.cloister.worker.ExecutionEnvironment;
import dev.cloister.worker.ExecutionEnvironment.ShutdownReason;
import dev.cloister.worker.WorkerException;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Comparator;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * Gives each invocation an environment of its version's current revision: the idle one that was
 * used last, or a new one. Thread-safe.
 */
final class Assignment implements AutoCloseable {
    private final FunctionCatalog catalog;
    private final EnvironmentFactory factory;
    private final HostMemory memory;
    private final InvokeSettings settings;
    private final InstantSource clock;
    private final ConcurrentHashMap<PoolKey, EnvironmentPool> pools = new ConcurrentHashMap<>();
    private final ConcurrentHashMap<ExecutionEnvironment, Instant> live = new ConcurrentHashMap<>();
    private final AtomicInteger places = new AtomicInteger();
    private final ExecutorService shutdowns = Executors.newVirtualThreadPerTaskExecutor();

    Assignment(
            FunctionCatalog catalog,
            EnvironmentFactory factory,
            HostMemory memory,
            InvokeSettings settings,
            InstantSource clock) {
        this.catalog = catalog;
        this.factory = factory;
        this.memory = memory;
        this.settings = settings;
        this.clock = clock;
    }

    /** An environment for one invocation; given back by {@link #release}. */
    Lease acquire(VersionSnapshot version) {
        EnvironmentPool pool = pool(version);
        return new Lease(pool, pool.take().orElseGet(() -> start(version)));
    }

    /** Keeps the environment for the next invocation, or ends it if its version has moved on. */
    void release(Lease lease) {
        Instant started = live.get(lease.environment());
        if (started == null) {
            return; // it has ended by itself
        }
        Instant now = clock.instant();
        boolean fresh = started.plus(settings.maxAge()).isAfter(now);
        if (!fresh || !lease.pool().offer(lease.environment(), now)) {
            end(lease.environment());
        }
    }

    /** An environment while an invocation has it, and where it goes afterwards. */
    record Lease(EnvironmentPool pool, ExecutionEnvironment environment) {}

    /** Ends every idle environment of a revision and lets the busy ones finish. */
    void retire(VersionSnapshot version) {
        EnvironmentPool pool = pools.remove(PoolKey.of(version));
        if (pool != null) {
            pool.retire().forEach(this::end);
        }
    }

    /** Ends the environments that have been idle for too long. */
    void reapIdle() {
        Instant limit = clock.instant().minus(settings.idleTimeout());
        for (EnvironmentPool pool : pools.values()) {
            pool.takeIdleSince(limit).forEach(this::end);
        }
    }

    int environments() {
        return live.size();
    }

    int idleEnvironments() {
        return pools.values().stream().mapToInt(EnvironmentPool::idleCount).sum();
    }

    @Override
    public void close() {
        pools.values().forEach(pool -> pool.retire().forEach(this::end));
        shutdowns.close();
    }

    private ExecutionEnvironment start(VersionSnapshot version) {
        makeRoom(version.memoryMegabytes());
        try {
            ExecutionEnvironment environment = factory.start(version);
            live.put(environment, clock.instant());
            environment.onEnd(() -> forget(version, environment));
            return environment;
        } catch (WorkerException e) {
            places.decrementAndGet();
            throw InvokeErrors.noCapacity(String.valueOf(e.getMessage()));
        } catch (RuntimeException | Error e) {
            places.decrementAndGet();
            throw e;
        }
    }

    /** Takes a place on the host, ending the environments that were idle longest if need be. */
    private void makeRoom(int memoryMegabytes) {
        if (places.incrementAndGet() > settings.maxEnvironments() && !endOldestIdle()) {
            places.decrementAndGet();
            throw InvokeErrors.throttled("ConcurrentInvocationLimitExceeded");
        }
        long needed = (long) settings.minFreeMemoryMegabytes() + Math.min(memoryMegabytes, 256);
        while (memory.availableMegabytes() < needed) {
            if (!endOldestIdle()) {
                places.decrementAndGet();
                throw InvokeErrors.throttled("ConcurrentInvocationLimitExceeded");
            }
        }
    }

    private boolean endOldestIdle() {
        Optional<EnvironmentPool> oldest =
                pools.values().stream()
                        .filter(pool -> pool.oldestIdle().isPresent())
                        .min(Comparator.comparing(pool -> pool.oldestIdle().orElse(Instant.MAX)));
        if (oldest.isEmpty()) {
            return false;
        }
        Optional<ExecutionEnvironment> victim = oldest.get().takeOldest();
        victim.ifPresent(environment -> environment.shutdown(ShutdownReason.SPINDOWN));
        return victim.isPresent();
    }

    private void forget(VersionSnapshot version, ExecutionEnvironment environment) {
        live.remove(environment);
        places.decrementAndGet();
        EnvironmentPool pool = pools.get(PoolKey.of(version));
        if (pool != null) {
            pool.remove(environment);
        }
    }

    private void end(ExecutionEnvironment environment) {
        shutdowns.execute(() -> environment.shutdown(ShutdownReason.SPINDOWN));
    }

    /**
     * The pool of a version's revision. One that is made after its revision was retired, by an
     * invocation that had found the version before, keeps no environment: {@link #retire} has been
     * called already.
     */
    private EnvironmentPool pool(VersionSnapshot version) {
        PoolKey key = PoolKey.of(version);
        EnvironmentPool existing = pools.get(key);
        if (existing != null) {
            return existing;
        }
        EnvironmentPool pool = pools.computeIfAbsent(key, _ -> new EnvironmentPool());
        if (!isCurrent(version)) {
            retire(version);
        }
        return pool;
    }

    private boolean isCurrent(VersionSnapshot version) {
        return catalog.resolve(
                        version.account(),
                        version.region(),
                        version.name(),
                        Optional.of(version.version()))
                .map(now -> now.version().revision().equals(version.revision()))
                .orElse(false);
    }

    private record PoolKey(
            AccountId account, Region region, String name, String version, String revision) {
        static PoolKey of(VersionSnapshot snapshot) {
            return new PoolKey(
                    snapshot.account(),
                    snapshot.region(),
                    snapshot.name(),
                    snapshot.version(),
                    snapshot.revision());
        }
    }
}
