package dev.cloister.worker.environment;

import dev.cloister.worker.CodeImage;
import dev.cloister.worker.EnvironmentSpec.Egress;
import dev.cloister.worker.sandbox.Sandbox;
import dev.cloister.worker.sandbox.SandboxException;
import dev.cloister.worker.sandbox.SandboxOutput;
import dev.cloister.worker.sandbox.SandboxProcess;
import dev.cloister.worker.sandbox.Sandboxes;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.channels.ServerSocketChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Sandboxes without walls: ordinary processes of this host, with listeners on loopback. {@code
 * /var/runtime} stands for the folder of the root image, and the process's working directory is a
 * folder of the sandbox in which {@code task/handler.py} is the code.
 */
final class LocalProcessSandboxes implements Sandboxes {
    private final Path root;
    private final AtomicInteger ids = new AtomicInteger();
    final List<LocalSandbox> made = new CopyOnWriteArrayList<>();

    LocalProcessSandboxes(Path root) {
        this.root = root;
    }

    @Override
    public Sandbox create(Path rootImage, int ephemeralStorageMegabytes, SandboxOutput output) {
        try {
            LocalSandbox sandbox =
                    new LocalSandbox("local-" + ids.incrementAndGet(), root, rootImage, output);
            made.add(sandbox);
            return sandbox;
        } catch (IOException e) {
            throw new SandboxException("no local sandbox", e);
        }
    }

    @Override
    public void close() {
        made.forEach(LocalSandbox::close);
    }

    long open() {
        return made.stream().filter(sandbox -> !sandbox.closed).count();
    }

    static final class LocalSandbox implements Sandbox {
        private final String id;
        private final Path folder;
        private final Path runtime;
        private final SandboxOutput output;
        private final ServerSocketChannel runtimeApi = loopback();
        private final ServerSocketChannel platformApi = loopback();
        private volatile @Nullable LocalProcess process;
        volatile boolean closed;
        volatile boolean frozen;
        final AtomicInteger freezes = new AtomicInteger();
        final AtomicInteger starts = new AtomicInteger();
        volatile long outOfMemoryKills;
        volatile long peakBytes = 30_000_000;
        volatile Limits limits = new Limits(128);
        volatile Egress egress = new Egress.None();

        LocalSandbox(String id, Path root, Path rootImage, SandboxOutput output)
                throws IOException {
            this.id = id;
            this.output = output;
            this.folder = Files.createDirectories(root.resolve(id));
            this.runtime = java.util.Objects.requireNonNull(rootImage.toAbsolutePath().getParent());
            Files.createDirectories(folder.resolve("task"));
        }

        private static ServerSocketChannel loopback() throws IOException {
            return ServerSocketChannel.open()
                    .bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 128);
        }

        @Override
        public String id() {
            return id;
        }

        @Override
        public ServerSocketChannel runtimeApi() {
            return runtimeApi;
        }

        @Override
        public ServerSocketChannel platformApi() {
            return platformApi;
        }

        @Override
        public void mountCode(CodeImage code) throws IOException {
            requireOpen();
            try (InputStream bytes = code.open()) {
                Files.copy(bytes, folder.resolve("task").resolve("handler.py"));
            }
        }

        @Override
        public void mountLayers(CodeImage layers) throws IOException {
            requireOpen();
            try (InputStream bytes = layers.open()) {
                Files.copy(bytes, Files.createDirectory(folder.resolve("opt")).resolve("layer"));
            }
        }

        @Override
        public void limit(Limits limits) {
            requireOpen();
            this.limits = limits;
        }

        @Override
        public void open(Egress egress) {
            requireOpen();
            this.egress = egress;
        }

        @Override
        public SandboxProcess start(Command command) {
            requireOpen();
            LocalProcess running = process;
            if (running != null && !running.exited.isDone()) {
                throw new SandboxException("a process runs already");
            }
            List<String> arguments = new ArrayList<>();
            command.arguments()
                    .forEach(a -> arguments.add(a.replace("/var/runtime", runtime.toString())));
            ProcessBuilder builder = new ProcessBuilder(arguments).redirectErrorStream(true);
            builder.directory(folder.toFile());
            builder.environment().clear();
            builder.environment().putAll(command.environment());
            try {
                starts.incrementAndGet();
                frozen = false;
                LocalProcess started = new LocalProcess(builder.start(), output, this);
                process = started;
                return started;
            } catch (IOException e) {
                throw new SandboxException("not started: " + arguments, e);
            }
        }

        @Override
        public void freeze() {
            requireOpen();
            frozen = true;
            freezes.incrementAndGet();
            signal("STOP");
        }

        @Override
        public void thaw() {
            requireOpen();
            frozen = false;
            signal("CONT");
        }

        boolean exitIsKnown() {
            LocalProcess running = process;
            return running != null && running.told;
        }

        void signal(String name) {
            LocalProcess running = process;
            if (running == null || !running.process.isAlive()) {
                return;
            }
            try {
                int status =
                        new ProcessBuilder("kill", "-" + name, "" + running.process.pid())
                                .start()
                                .waitFor();
                if (status != 0 && running.process.isAlive()) {
                    throw new SandboxException("kill -" + name + " answered " + status);
                }
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
        }

        @Override
        public MemoryReading memory() {
            return new MemoryReading(peakBytes / 2, peakBytes, outOfMemoryKills);
        }

        @Override
        public void close() {
            closed = true;
            LocalProcess running = process;
            if (running != null) {
                running.kill();
                var _ = running.exited.join();
            }
            try (Stream<Path> files = Files.walk(folder)) {
                runtimeApi.close();
                platformApi.close();
                for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
                    Files.delete(file);
                }
            } catch (java.nio.file.NoSuchFileException e) {
                return; // closed twice
            } catch (IOException e) {
                throw new SandboxException("not removed: " + folder, e);
            }
        }

        private void requireOpen() {
            if (closed) {
                throw new SandboxException("sandbox " + id + " is closed");
            }
        }
    }

    private static final class LocalProcess implements SandboxProcess {
        /** Nothing orders the pipe of an ordinary process: a pause has to do. */
        @Override
        public boolean awaitOutput(java.time.Duration limit) throws InterruptedException {
            Thread.sleep(3);
            return true;
        }

        private final Process process;
        private final LocalSandbox sandbox;
        private final CompletableFuture<Exit> exited = new CompletableFuture<>();

        /** Whether everybody who waits for the exit has been told. */
        private volatile boolean told;

        LocalProcess(Process process, SandboxOutput output, LocalSandbox sandbox) {
            this.process = process;
            this.sandbox = sandbox;
            Thread reader = Thread.ofVirtual().start(() -> copy(output));
            var _ =
                    process.onExit()
                            .thenAccept(
                                    ended -> {
                                        int status = ended.exitValue();
                                        awaitEndOfOutput(reader);
                                        exited.complete(
                                                status > 128
                                                        ? new Exit.Signal(status - 128)
                                                        : new Exit.Code(status));
                                        told = true;
                                    });
        }

        private static void awaitEndOfOutput(Thread reader) {
            try {
                assert reader.join(java.time.Duration.ofSeconds(5)) : "output has no end";
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
        }

        private void copy(SandboxOutput output) {
            byte[] buffer = new byte[8192];
            try (InputStream in = process.getInputStream()) {
                for (int n = in.read(buffer); n >= 0; n = in.read(buffer)) {
                    output.accept(Arrays.copyOf(buffer, n));
                }
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }

        @Override
        public CompletableFuture<Exit> exited() {
            return exited;
        }

        @Override
        public void terminate() {
            var _ = process.toHandle().destroy();
            sandbox.signal("CONT");
        }

        @Override
        public void kill() {
            var _ = process.toHandle().destroyForcibly();
        }
    }
}
