package dev.cloister.worker.environment;

import dev.cloister.worker.CodeImage;
import dev.cloister.worker.EnvironmentSpec.Egress;
import dev.cloister.worker.sandbox.Sandbox;
import dev.cloister.worker.sandbox.SandboxException;
import dev.cloister.worker.sandbox.SandboxOutput;
import dev.cloister.worker.sandbox.SandboxProcess;
import dev.cloister.worker.sandbox.Sandboxes;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.channels.ServerSocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/**
 * Sandboxes within this process. Fault model: a runtime echoes, but at any request it may exit, be
 * killed, hang up and connect again, answer twice, report an error, or never answer; it does so by
 * a seed. Breaches of the {@link Sandbox} contract by the worker (two threads at once, a call after
 * close, an event for a frozen runtime, a second process) are recorded in {@link #breaches}.
 */
final class UnreliableSandboxes implements Sandboxes {
    private final Random seeds;
    private final AtomicInteger ids = new AtomicInteger();
    final List<String> breaches = new CopyOnWriteArrayList<>();
    final AtomicInteger open = new AtomicInteger();

    UnreliableSandboxes(long seed) {
        seeds = new Random(seed);
    }

    @Override
    public Sandbox create(Path rootImage, int ephemeralStorageMegabytes, SandboxOutput output) {
        try {
            long seed;
            synchronized (seeds) {
                seed = seeds.nextLong();
            }
            open.incrementAndGet();
            return new UnreliableSandbox("u-" + ids.incrementAndGet(), new Random(seed), output);
        } catch (IOException e) {
            throw new SandboxException("no sandbox", e);
        }
    }

    @Override
    public void close() {
        // each was closed by its environment, or the test says so
    }

    private final class UnreliableSandbox implements Sandbox {
        private final String id;
        private final Random random;
        private final SandboxOutput output;
        private final ServerSocketChannel runtimeApi = loopback();
        private final ServerSocketChannel platformApi = loopback();
        private final AtomicReference<@Nullable Thread> user = new AtomicReference<>();
        private volatile @Nullable EchoRuntime runtime;
        private volatile boolean frozen;
        private volatile boolean closed;

        UnreliableSandbox(String id, Random random, SandboxOutput output) throws IOException {
            this.id = id;
            this.random = random;
            this.output = output;
        }

        private static ServerSocketChannel loopback() throws IOException {
            return ServerSocketChannel.open()
                    .bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 128);
        }

        private void used(String call, Runnable action) {
            if (closed) {
                throw new SandboxException(call + " after close");
            }
            if (!user.compareAndSet(null, Thread.currentThread())) {
                breaches.add(call + " while another call was under way");
            }
            action.run();
            user.set(null);
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
        public void mountCode(CodeImage code) {
            used("mountCode", () -> {});
        }

        @Override
        public void mountLayers(CodeImage layers) {
            used("mountLayers", () -> {});
        }

        @Override
        public void limit(Limits limits) {
            used("limit", () -> {});
        }

        @Override
        public void open(Egress egress) {
            used("open", () -> {});
        }

        @Override
        public SandboxProcess start(Command command) {
            used(
                    "start",
                    () -> {
                        EchoRuntime before = runtime;
                        if (before != null && !before.exited.isDone()) {
                            breaches.add("a second process");
                        }
                        frozen = false;
                        EchoRuntime started =
                                new EchoRuntime(
                                        command.environment().get("AWS_LAMBDA_RUNTIME_API"),
                                        new Random(random.nextLong()),
                                        this);
                        runtime = started;
                        Thread.ofVirtual().start(started);
                    });
            return java.util.Objects.requireNonNull(runtime);
        }

        @Override
        public void freeze() {
            used(
                    "freeze",
                    () -> {
                        if (frozen) {
                            breaches.add("frozen twice");
                        }
                        frozen = true;
                        slowly();
                    });
        }

        /** The kernel's freezer takes its time: until then others may try to interfere. */
        private static void slowly() {
            try {
                Thread.sleep(2);
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
        }

        @Override
        public void thaw() {
            used("thaw", () -> frozen = false);
        }

        @Override
        public MemoryReading memory() {
            return new MemoryReading(1, 2, 0);
        }

        @Override
        public void close() {
            if (closed) {
                return;
            }
            closed = true;
            EchoRuntime running = runtime;
            if (running != null) {
                running.kill();
            }
            try {
                runtimeApi.close();
                platformApi.close();
            } catch (IOException e) {
                throw new SandboxException("listeners", e);
            }
            open.decrementAndGet();
        }
    }

    /** The runtime: one thread, one connection at a time. */
    private final class EchoRuntime implements SandboxProcess, Runnable {
        @Override
        public boolean awaitOutput(java.time.Duration limit) {
            return true;
        }

        private final String address;
        private final Random random;
        private final UnreliableSandbox sandbox;
        private final CompletableFuture<Exit> exited = new CompletableFuture<>();
        private volatile @Nullable Socket socket;

        EchoRuntime(@Nullable String address, Random random, UnreliableSandbox sandbox) {
            this.address = java.util.Objects.requireNonNull(address);
            this.random = random;
            this.sandbox = sandbox;
        }

        @Override
        public void run() {
            try {
                if (random.nextInt(12) == 0) {
                    exit(new Exit.Code(3));
                }
                while (!exited.isDone()) {
                    connection();
                }
            } catch (IOException e) {
                exit(new Exit.Code(1));
            }
        }

        private void connection() throws IOException {
            int colon = address.indexOf(':');
            try (Socket connected =
                    new Socket(
                            address.substring(0, colon),
                            Integer.parseInt(address.substring(colon + 1)))) {
                connected.setTcpNoDelay(true);
                socket = connected;
                while (!exited.isDone() && random.nextInt(20) != 0) {
                    send("GET /2018-06-01/runtime/invocation/next HTTP/1.1\r\n\r\n");
                    if (random.nextInt(40) == 0) {
                        return;
                    }
                    serve(receive());
                }
            }
        }

        private void serve(String event) throws IOException {
            if (sandbox.frozen) {
                breaches.add("an event for a frozen runtime");
            }
            String name = "Lambda-Runtime-Aws-Request-Id: ";
            int at = event.indexOf(name);
            if (at < 0) {
                // an event of the connection before this one was not answered: start anew
                exit(new Exit.Code(2));
                return;
            }
            String id = event.substring(at + name.length(), at + name.length() + 36);
            String path = "/2018-06-01/runtime/invocation/" + id;
            sandbox.output.accept(("echo " + id + "\n").getBytes(StandardCharsets.UTF_8));
            switch (random.nextInt(30)) {
                case 0 -> exit(new Exit.Code(random.nextInt(3)));
                case 1 -> exit(new Exit.Signal(9));
                case 2 -> hang();
                case 3 -> post(path + "/error", "{\"errorType\":\"Oops\"}");
                case 4 -> {
                    post(path + "/response", "\"" + id + "\"");
                    post(path + "/response", "\"twice\"");
                }
                case 5 -> {
                    post("/2018-06-01/runtime/invocation/unknown/response", "\"wrong\"");
                    post(path + "/response", "\"" + id + "\"");
                }
                default -> post(path + "/response", "\"" + id + "\"");
            }
        }

        private void hang() {
            var _ = exited.join();
        }

        private void post(String path, String body) throws IOException {
            send(
                    "POST "
                            + path
                            + " HTTP/1.1\r\nContent-Length: "
                            + body.length()
                            + "\r\n\r\n"
                            + body);
            var _ = receive();
        }

        private void send(String text) throws IOException {
            Socket connected = java.util.Objects.requireNonNull(socket);
            connected.getOutputStream().write(text.getBytes(StandardCharsets.US_ASCII));
        }

        /** One reply, its head and body; replies here are small and end with their body. */
        private String receive() throws IOException {
            InputStream in = java.util.Objects.requireNonNull(socket).getInputStream();
            ByteArrayOutputStream head = new ByteArrayOutputStream();
            while (!head.toString(StandardCharsets.US_ASCII).endsWith("\r\n\r\n")) {
                int c = in.read();
                if (c < 0) {
                    throw new IOException("hung up");
                }
                head.write(c);
            }
            String text = head.toString(StandardCharsets.US_ASCII);
            String name = "Content-Length: ";
            int at = text.indexOf(name) + name.length();
            int length = Integer.parseInt(text.substring(at, text.indexOf('\r', at)));
            return text + new String(in.readNBytes(length), StandardCharsets.UTF_8);
        }

        private void exit(Exit how) {
            exited.complete(how);
            Socket connected = socket;
            if (connected != null) {
                try {
                    connected.close();
                } catch (IOException e) {
                    breaches.add(e.toString());
                }
            }
        }

        @Override
        public CompletableFuture<Exit> exited() {
            return exited;
        }

        @Override
        public void terminate() {
            sandbox.frozen = false;
            exit(new Exit.Signal(15));
        }

        @Override
        public void kill() {
            exit(new Exit.Signal(9));
        }
    }
}
