package dev.cloister.worker.environment;

import dev.cloister.worker.EnvironmentGoneException;
import dev.cloister.worker.EnvironmentSpec;
import dev.cloister.worker.ExecutionEnvironment;
import dev.cloister.worker.Invocation;
import dev.cloister.worker.InvokeOutcome;
import dev.cloister.worker.Worker.EnvironmentStatus;
import dev.cloister.worker.WorkerException;
import dev.cloister.worker.WorkerSettings;
import dev.cloister.worker.sandbox.SandboxException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.locks.ReentrantLock;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * An environment in a sandbox. Thread-safe: whoever holds {@link #ownership} owns the environment,
 * its sandbox and its runtime; everybody else can only end the runtime's session, which wakes the
 * owner.
 */
final class SandboxedEnvironment implements ExecutionEnvironment {
    private static final Logger LOG = LoggerFactory.getLogger(SandboxedEnvironment.class);

    private final EnvironmentSpec spec;
    private final RuntimeHost host;
    private final WorkerSettings settings;
    private final WorkerClock clock;
    private final EnvironmentLog log;
    private final RuntimeLife life;
    private final Instant startedAt;

    private final ReentrantLock ownership = new ReentrantLock();
    private final AtomicBoolean invoking = new AtomicBoolean();
    private final AtomicBoolean ending = new AtomicBoolean();
    private final AtomicBoolean freezeArmed = new AtomicBoolean();
    private final CountDownLatch ended = new CountDownLatch(1);
    private volatile State state = State.INITIALIZING;
    private volatile boolean leaseOver;
    private volatile long idleSinceNanos;
    private volatile Runnable cancelLease = () -> {};

    // guarded by itself; null-free, emptied once the environment has ended
    private final List<Runnable> endActions = new ArrayList<>();

    SandboxedEnvironment(
            EnvironmentSpec spec, RuntimeHost host, WorkerSettings settings, WorkerClock clock) {
        this.spec = spec;
        this.host = host;
        this.settings = settings;
        this.clock = clock;
        this.startedAt = clock.instant();
        this.log = new EnvironmentLog(spec.log(), host.id(), clock);
        this.life = new RuntimeLife(spec, host, settings.initLimit(), clock, log);
    }

    /** Lets the init phase run, on a thread of its own. */
    void begin() {
        log.start();
        host.outputTo(log);
        cancelLease = clock.after(settings.maxLease(), () -> onThread("lease", this::endLease));
        onThread("init", this::initUnlessInvoked);
    }

    @Override
    public String id() {
        return host.id();
    }

    @Override
    public State state() {
        return state;
    }

    EnvironmentStatus status() {
        return new EnvironmentStatus(
                id(),
                spec.functionName(),
                spec.version(),
                state,
                life.memory().currentBytes(),
                startedAt);
    }

    @Override
    public InvokeOutcome invoke(Invocation invocation) {
        if (!invoking.compareAndSet(false, true)) {
            throw new IllegalStateException("environment " + id() + " runs an invocation already");
        }
        try {
            ownership.lock();
            try {
                return invokeOwned(invocation);
            } finally {
                ownership.unlock();
            }
        } finally {
            invoking.set(false);
        }
    }

    private InvokeOutcome invokeOwned(Invocation invocation) {
        requireAlive();
        try {
            if (!life.initialized()) {
                life.init();
                requireAlive();
            }
            if (state == State.FROZEN) {
                host.sandbox().thaw();
            }
            state = State.BUSY;
            try {
                return life.invoke(invocation);
            } finally {
                becomeIdle();
            }
        } catch (SandboxException | WorkerException e) {
            throw broken(e);
        }
    }

    private void requireAlive() {
        if (leaseOver || ending.get()) {
            throw new EnvironmentGoneException("environment " + id() + " has ended");
        }
    }

    /** The sandbox does not do what it is told: nothing runs in it any more. */
    private WorkerException broken(RuntimeException cause) {
        onThread("failure", () -> shutdown(ShutdownReason.FAILURE));
        return new WorkerException(
                "environment "
                        + id()
                        + " of "
                        + spec.functionName()
                        + " failed and is being removed: "
                        + cause.getMessage(),
                cause);
    }

    private void initUnlessInvoked() {
        ownership.lock();
        try {
            if (life.initialized() || ending.get()) {
                return;
            }
            life.init();
            becomeIdle();
        } catch (SandboxException | WorkerException e) {
            LOG.warn("init failed", broken(e));
        } finally {
            ownership.unlock();
        }
    }

    private void becomeIdle() {
        idleSinceNanos = clock.nanos();
        state = State.IDLE;
        armFreeze(settings.freezeAfter());
    }

    /** One timer serves however many invocations come before it is due. */
    private void armFreeze(Duration after) {
        if (freezeArmed.compareAndSet(false, true)) {
            var _ = clock.after(after, () -> onThread("freeze", this::freezeIfIdle));
        }
    }

    private void freezeIfIdle() {
        freezeArmed.set(false);
        if (!ownership.tryLock()) {
            // its owner arms the timer again when it is idle
            return;
        }
        try {
            if (state != State.IDLE || ending.get() || !life.usable()) {
                return;
            }
            Duration idle = Duration.ofNanos(clock.nanos() - idleSinceNanos);
            boolean late = idle.compareTo(spec.timeout()) > 0;
            if (idle.compareTo(settings.freezeAfter()) < 0) {
                armFreeze(settings.freezeAfter().minus(idle));
            } else if (!life.waitsForEvent() && !late) {
                // it has answered, but has not asked for more: until its time is over it may work
                armFreeze(settings.freezeAfter());
            } else {
                life.memory().refresh();
                host.sandbox().freeze();
                state = State.FROZEN;
            }
        } catch (SandboxException e) {
            LOG.warn("freezing failed", broken(e));
        } finally {
            ownership.unlock();
        }
    }

    /** Takes no more invocations, and ends when the one under way has ended. */
    private void endLease() {
        leaseOver = true;
        ownership.lock();
        try {
            shutdown(ShutdownReason.SPINDOWN);
        } finally {
            ownership.unlock();
        }
    }

    @Override
    public void shutdown(ShutdownReason reason) {
        if (!ending.compareAndSet(false, true)) {
            awaitEnd();
            return;
        }
        cancelLease.run();
        host.end();
        ownership.lock();
        try {
            state = State.SHUTTING_DOWN;
            // AWS: 0 ms when there are no extensions, and none after a failure
            Duration grace =
                    reason == ShutdownReason.SPINDOWN ? settings.shutdownGrace() : Duration.ZERO;
            host.terminate(grace);
        } catch (SandboxException e) {
            LOG.warn("environment {} could not be asked to end; it is killed", id(), e);
        } finally {
            remove();
            ownership.unlock();
        }
    }

    private void remove() {
        try {
            life.close();
            host.close();
        } catch (SandboxException e) {
            LOG.error("environment {} left something behind", id(), e);
        } finally {
            log.close();
            state = State.ENDED;
            List<Runnable> actions;
            synchronized (endActions) {
                ended.countDown();
                actions = List.copyOf(endActions);
                endActions.clear();
            }
            actions.forEach(SandboxedEnvironment::runLogged);
        }
    }

    private void awaitEnd() {
        if (ownership.isHeldByCurrentThread()) {
            return;
        }
        try {
            ended.await();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    @Override
    public void onEnd(Runnable action) {
        synchronized (endActions) {
            if (ended.getCount() > 0) {
                endActions.add(action);
                return;
            }
        }
        action.run();
    }

    private static void runLogged(Runnable action) {
        try {
            action.run();
        } catch (RuntimeException e) {
            LOG.error("an action at an environment's end failed", e);
        }
    }

    private void onThread(String what, Runnable action) {
        Thread.ofVirtual().name(what + "-" + id()).start(action);
    }
}
