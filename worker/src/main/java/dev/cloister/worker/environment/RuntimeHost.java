package dev.cloister.worker.environment;

import dev.cloister.runtimes.RuntimeImage;
import dev.cloister.worker.WorkerException;
import dev.cloister.worker.WorkerSettings;
import dev.cloister.worker.runtimeapi.PlatformTunnel;
import dev.cloister.worker.runtimeapi.RuntimeApiServer;
import dev.cloister.worker.runtimeapi.RuntimeSession;
import dev.cloister.worker.runtimeapi.SessionEnd;
import dev.cloister.worker.sandbox.Sandbox;
import dev.cloister.worker.sandbox.Sandbox.Command;
import dev.cloister.worker.sandbox.SandboxException;
import dev.cloister.worker.sandbox.SandboxOutput;
import dev.cloister.worker.sandbox.SandboxProcess;
import dev.cloister.worker.sandbox.SandboxProcess.Exit;
import dev.cloister.worker.sandbox.Sandboxes;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.channels.ServerSocketChannel;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;

/**
 * One sandbox with its Runtime API, its tunnel to the platform, and the runtime process in it, one
 * after the other. Confined to the owner of the environment, except {@link #end} and {@link
 * #close}, which any thread may call.
 */
final class RuntimeHost implements AutoCloseable {
    private static final Duration KILL_LIMIT = Duration.ofSeconds(10);
    private static final String WORKING_DIRECTORY = "/var/task";

    private final RuntimeImage image;
    private final Sandbox sandbox;
    private final SwitchedOutput output;
    private final RuntimeApiServer server;
    private final PlatformTunnel tunnel;
    private final String runtimeApi;

    private final Object sessionLock = new Object();

    // guarded by sessionLock
    private RuntimeSession session;
    private boolean ended;

    private @Nullable SandboxProcess process;
    private long outOfMemoryKills;
    private boolean awaitsAssignment;

    private RuntimeHost(
            RuntimeImage image,
            Sandbox sandbox,
            SwitchedOutput output,
            RuntimeApiServer server,
            PlatformTunnel tunnel,
            RuntimeSession session) {
        this.image = image;
        this.sandbox = sandbox;
        this.output = output;
        this.server = server;
        this.tunnel = tunnel;
        this.session = session;
        this.runtimeApi = address(sandbox.runtimeApi());
    }

    /**
     * Makes a sandbox without a process.
     *
     * @throws SandboxException if it can't be made
     */
    static RuntimeHost create(
            Sandboxes sandboxes,
            RuntimeImage image,
            int ephemeralStorageMegabytes,
            WorkerSettings settings) {
        SwitchedOutput output = new SwitchedOutput();
        Sandbox sandbox = sandboxes.create(image.file(), ephemeralStorageMegabytes, output);
        RuntimeSession first = RuntimeSession.starting();
        return new RuntimeHost(
                image,
                sandbox,
                output,
                RuntimeApiServer.start(
                        sandbox.runtimeApi(), sandbox.id(), settings.runtimeConnections(), first),
                PlatformTunnel.start(
                        sandbox.platformApi(),
                        settings.platformEndpoint(),
                        sandbox.id(),
                        settings.platformConnections()),
                first);
    }

    String id() {
        return sandbox.id();
    }

    Sandbox sandbox() {
        return sandbox;
    }

    /** Host and port of the Runtime API, seen from inside. */
    String runtimeApi() {
        return runtimeApi;
    }

    RuntimeSession session() {
        synchronized (sessionLock) {
            return session;
        }
    }

    boolean awaitsAssignment() {
        return awaitsAssignment;
    }

    void assigned() {
        awaitsAssignment = false;
    }

    void outputTo(SandboxOutput log) {
        output.to(log);
    }

    /** What was printed while no log was there. */
    String earlyOutput() {
        return output.kept();
    }

    /** Starts the runtime with its function's variables; an earlier process is killed first. */
    RuntimeSession start(Map<String, String> variables) {
        return start(variables, RuntimeSession.starting());
    }

    /** Starts the runtime without a function. */
    RuntimeSession prepare(Map<String, String> variables) {
        awaitsAssignment = true;
        return start(variables, RuntimeSession.preparing());
    }

    private RuntimeSession start(Map<String, String> variables, RuntimeSession next) {
        killAndAwait();
        synchronized (sessionLock) {
            session = next;
            if (ended) {
                next.end(new SessionEnd.ShutDown());
            }
        }
        server.serve(next);
        outOfMemoryKills = sandbox.memory().outOfMemoryKills();
        SandboxProcess started =
                sandbox.start(new Command(image.command(), variables, WORKING_DIRECTORY));
        process = started;
        // an exit that can't be observed leaves nothing to wait for either
        var _ =
                started.exited()
                        .handle(
                                (exit, failure) -> {
                                    next.end(
                                            new SessionEnd.Exited(
                                                    failure == null ? exit : new Exit.Code(255)));
                                    return null;
                                });
        return next;
    }

    /** Whether the kernel has killed for want of memory since the process was started. */
    boolean ranOutOfMemory() {
        return sandbox.memory().outOfMemoryKills() > outOfMemoryKills;
    }

    /** Waits until what the runtime has printed is in the log, up to a limit. */
    void awaitOutput(Duration limit) throws InterruptedException {
        SandboxProcess running = process;
        if (running != null) {
            // Over the limit the rest comes later: order is lost then, but no line is.
            var _ = running.awaitOutput(limit);
        }
    }

    /** When the process that runs now has ended. */
    Optional<CompletableFuture<Exit>> exited() {
        return Optional.ofNullable(process).map(SandboxProcess::exited);
    }

    /** Kills the runtime's processes; does not wait for that. */
    void kill() {
        SandboxProcess running = process;
        if (running != null && !running.exited().isDone()) {
            running.kill();
        }
    }

    /** SIGTERM, and SIGKILL when {@code grace} has passed. */
    void terminate(Duration grace) {
        SandboxProcess running = process;
        if (running == null || running.exited().isDone()) {
            return;
        }
        if (!grace.isZero()) {
            running.terminate();
            if (awaitExit(running, grace)) {
                return;
            }
        }
        running.kill();
    }

    private void killAndAwait() {
        kill();
        SandboxProcess running = process;
        if (running != null && !awaitExit(running, KILL_LIMIT)) {
            throw new WorkerException(
                    "the processes of sandbox "
                            + id()
                            + " were killed and did not end within "
                            + KILL_LIMIT.toSeconds()
                            + " s; the environment is given up");
        }
    }

    private static boolean awaitExit(SandboxProcess running, Duration limit) {
        try {
            var _ = running.exited().get(limit.toNanos(), TimeUnit.NANOSECONDS);
            return true;
        } catch (TimeoutException e) {
            return false;
        } catch (ExecutionException e) {
            return true;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return false;
        }
    }

    /** Ends the session, and those of processes that are started later: the owner wakes up. */
    void end() {
        synchronized (sessionLock) {
            ended = true;
            session.end(new SessionEnd.ShutDown());
        }
    }

    @Override
    public void close() {
        end();
        try {
            sandbox.close();
        } finally {
            server.close();
            tunnel.close();
        }
    }

    private static String address(ServerSocketChannel listener) {
        try {
            if (listener.getLocalAddress() instanceof InetSocketAddress address) {
                return address.getAddress().getHostAddress() + ":" + address.getPort();
            }
        } catch (IOException e) {
            throw new SandboxException("the Runtime API's listener has no address", e);
        }
        throw new SandboxException("the Runtime API's listener is not bound to an IP address");
    }
}
