package dev.cloister.worker.runtimeapi;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.StandardSocketOptions;
import java.nio.ByteBuffer;
import java.nio.channels.ClosedChannelException;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Joins connections that a sandbox makes to 127.0.0.1:4566 with connections to the platform's own
 * endpoint. Only bytes pass; who may do what is decided there, by each request's signature.
 * Thread-safe. Closing closes both sides of every connection; their threads end by that.
 */
public final class PlatformTunnel implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(PlatformTunnel.class);
    private static final int BUFFER_BYTES = 16 * 1024;
    private static final Duration CONNECT_LIMIT = Duration.ofSeconds(5);
    private static final Duration ACCEPT_PAUSE = Duration.ofMillis(50);

    private final ServerSocketChannel listener;
    private final InetSocketAddress platform;
    private final String name;
    private final int maxConnections;

    // guarded by this
    private final Set<SocketChannel> open = new HashSet<>();
    private int connections;
    private boolean closed;

    private PlatformTunnel(
            ServerSocketChannel listener,
            InetSocketAddress platform,
            String name,
            int maxConnections) {
        this.listener = listener;
        this.platform = platform;
        this.name = name;
        this.maxConnections = maxConnections;
    }

    /**
     * Starts to accept.
     *
     * @param name of the threads
     * @param maxConnections further ones are closed at once
     */
    public static PlatformTunnel start(
            ServerSocketChannel listener,
            InetSocketAddress platform,
            String name,
            int maxConnections) {
        PlatformTunnel tunnel = new PlatformTunnel(listener, platform, name, maxConnections);
        Thread.ofVirtual().name("platform-tunnel-" + name).start(tunnel::accept);
        return tunnel;
    }

    @Override
    public void close() {
        List<SocketChannel> channels;
        synchronized (this) {
            closed = true;
            channels = List.copyOf(open);
        }
        closeQuietly(listener);
        channels.forEach(PlatformTunnel::closeQuietly);
    }

    private void accept() {
        while (true) {
            try {
                SocketChannel inside = listener.accept();
                if (enter(inside)) {
                    Thread.ofVirtual().name("platform-tunnel-" + name).start(() -> join(inside));
                } else {
                    closeQuietly(inside);
                }
            } catch (ClosedChannelException e) {
                return;
            } catch (IOException e) {
                LOG.warn("platform tunnel of {}: accept failed: {}", name, e.toString());
                if (!pause()) {
                    return;
                }
            }
        }
    }

    private synchronized boolean enter(SocketChannel inside) {
        if (closed || connections >= maxConnections) {
            return false;
        }
        connections++;
        open.add(inside);
        return true;
    }

    private void join(SocketChannel inside) {
        try (inside;
                SocketChannel outside = connect()) {
            inside.setOption(StandardSocketOptions.TCP_NODELAY, true);
            Thread back =
                    Thread.ofVirtual()
                            .name("platform-tunnel-" + name)
                            .start(() -> pump(outside, inside));
            pump(inside, outside);
            back.join();
            leave(outside);
        } catch (IOException e) {
            LOG.debug("platform tunnel of {} to {}: {}", name, platform, e.toString());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } finally {
            leave(inside);
            synchronized (this) {
                connections--;
            }
        }
    }

    private SocketChannel connect() throws IOException {
        SocketChannel outside = SocketChannel.open();
        synchronized (this) {
            if (closed) {
                outside.close();
                throw new ClosedChannelException();
            }
            open.add(outside);
        }
        try {
            outside.socket().connect(platform, (int) CONNECT_LIMIT.toMillis());
            outside.setOption(StandardSocketOptions.TCP_NODELAY, true);
            return outside;
        } catch (IOException e) {
            leave(outside);
            closeQuietly(outside);
            throw e;
        }
    }

    private synchronized void leave(SocketChannel channel) {
        open.remove(channel);
    }

    /** Copies until the end of {@code from}, and passes the end on; a failure ends both ways. */
    private static void pump(SocketChannel from, SocketChannel to) {
        ByteBuffer buffer = ByteBuffer.allocate(BUFFER_BYTES);
        try {
            while (from.read(buffer) >= 0) {
                buffer.flip();
                while (buffer.hasRemaining()) {
                    to.write(buffer);
                }
                buffer.clear();
            }
            to.shutdownOutput();
        } catch (IOException e) {
            LOG.debug("platform tunnel ended: {}", e.toString());
            closeQuietly(from);
            closeQuietly(to);
        }
    }

    private static void closeQuietly(java.io.Closeable closeable) {
        try {
            closeable.close();
        } catch (IOException e) {
            LOG.debug("closing a tunnel's channel: {}", e.toString());
        }
    }

    private static boolean pause() {
        try {
            Thread.sleep(ACCEPT_PAUSE);
            return true;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return false;
        }
    }
}
