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
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Predicate;

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
    Lease acquire(VersionSnapshot version, Optional<String> tenant) {
        PoolKey key = PoolKey.of(version, tenant);
        while (true) {
            EnvironmentPool pool = pool(key, version);
            Optional<ExecutionEnvironment> idle = pool.take();
            if (idle.isPresent()) {
                return new Lease(pool, idle.get());
            }
            if (pool.enter()) {
                return new Lease(pool, start(key, pool, version));
            }
            // Its last environment has just ended: the pool is on its way out of the map.
            pools.remove(key, pool);
        }
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
        for (PoolKey key : pools.keySet()) {
            EnvironmentPool pool = key.serves(version) ? pools.remove(key) : null;
            if (pool != null) {
                pool.retire().forEach(this::end);
            }
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

    private ExecutionEnvironment start(PoolKey key, EnvironmentPool pool, VersionSnapshot version) {
        boolean started = false;
        try {
            checkTenants(key);
            ExecutionEnvironment environment = start(version);
            started = true;
            environment.onEnd(() -> forget(key, pool, environment));
            return environment;
        } finally {
            if (!started) {
                leave(key, pool);
            }
        }
    }

    private ExecutionEnvironment start(VersionSnapshot version) {
        makeRoom(version.memoryMegabytes());
        try {
            ExecutionEnvironment environment = factory.start(version);
            live.put(environment, clock.instant());
            return environment;
        } catch (WorkerException e) {
            places.decrementAndGet();
            throw InvokeErrors.noCapacity(String.valueOf(e.getMessage()));
        } catch (RuntimeException | Error e) {
            places.decrementAndGet();
            throw e;
        }
    }

    /** Keeps an account's tenants within their environments, ending its idlest if need be. */
    private void checkTenants(PoolKey key) {
        if (key.tenant.isEmpty()) {
            return;
        }
        int members = 0;
        for (Map.Entry<PoolKey, EnvironmentPool> entry : pools.entrySet()) {
            members += entry.getKey().isTenantOf(key) ? entry.getValue().members() : 0;
        }
        if (members > settings.tenantEnvironments() && !endOldestIdle(key::isTenantOf)) {
            throw InvokeErrors.throttled("ConcurrentInvocationLimitExceeded");
        }
    }

    /** Takes a place on the host, ending the environments that were idle longest if need be. */
    private void makeRoom(int memoryMegabytes) {
        if (places.incrementAndGet() > settings.maxEnvironments() && !endOldestIdle(_ -> true)) {
            places.decrementAndGet();
            throw InvokeErrors.throttled("ConcurrentInvocationLimitExceeded");
        }
        long needed = (long) settings.minFreeMemoryMegabytes() + Math.min(memoryMegabytes, 256);
        while (memory.availableMegabytes() < needed) {
            if (!endOldestIdle(_ -> true)) {
                places.decrementAndGet();
                throw InvokeErrors.throttled("ConcurrentInvocationLimitExceeded");
            }
        }
    }

    private boolean endOldestIdle(Predicate<PoolKey> among) {
        Optional<EnvironmentPool> oldest =
                pools.entrySet().stream()
                        .filter(entry -> among.test(entry.getKey()))
                        .map(Map.Entry::getValue)
                        .filter(pool -> pool.oldestIdle().isPresent())
                        .min(Comparator.comparing(pool -> pool.oldestIdle().orElse(Instant.MAX)));
        if (oldest.isEmpty()) {
            return false;
        }
        Optional<ExecutionEnvironment> victim = oldest.get().takeOldest();
        victim.ifPresent(environment -> environment.shutdown(ShutdownReason.SPINDOWN));
        return victim.isPresent();
    }

    private void forget(PoolKey key, EnvironmentPool pool, ExecutionEnvironment environment) {
        live.remove(environment);
        places.decrementAndGet();
        pool.remove(environment);
        leave(key, pool);
    }

    /** Tenants are as many as callers name: a pool goes with its last environment. */
    private void leave(PoolKey key, EnvironmentPool pool) {
        if (pool.leave()) {
            pools.remove(key, pool);
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
    private EnvironmentPool pool(PoolKey key, VersionSnapshot version) {
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

    /** One revision of a version, and one tenant of it where the function isolates tenants. */
    private record PoolKey(
            AccountId account,
            Region region,
            String name,
            String version,
            String revision,
            Optional<String> tenant) {
        static PoolKey of(VersionSnapshot snapshot, Optional<String> tenant) {
            return new PoolKey(
                    snapshot.account(),
                    snapshot.region(),
                    snapshot.name(),
                    snapshot.version(),
                    snapshot.revision(),
                    tenant);
        }

        boolean serves(VersionSnapshot snapshot) {
            return equals(of(snapshot, tenant));
        }

        /** Whether both are tenants' in one account and region. */
        boolean isTenantOf(PoolKey other) {
            return tenant.isPresent()
                    && other.tenant.isPresent()
                    && account.equals(other.account)
                    && region.equals(other.region);
        }
    }
}
