package dev.cloister.worker.runtimeapi;

import java.io.IOException;
import java.net.StandardSocketOptions;
import java.nio.channels.ClosedChannelException;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.Semaphore;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Serves the Runtime API of one sandbox, to one runtime process after the other. Thread-safe.
 * Closing closes the connections; their threads end by that.
 */
public final class RuntimeApiServer implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(RuntimeApiServer.class);
    private static final Duration ACCEPT_PAUSE = Duration.ofMillis(50);

    private final ServerSocketChannel listener;
    private final String name;
    private final int maxConnections;
    private final Semaphore largeHeads = new Semaphore(1);

    // guarded by this
    private final Set<RuntimeApiConnection> connections = new HashSet<>();
    private RuntimeSession session;
    private boolean closed;

    private RuntimeApiServer(
            ServerSocketChannel listener, String name, int maxConnections, RuntimeSession first) {
        this.listener = listener;
        this.name = name;
        this.maxConnections = maxConnections;
        this.session = first;
    }

    /**
     * Starts to accept.
     *
     * @param name of the threads
     * @param maxConnections further ones are closed at once
     * @param first whom the first connections belong to
     */
    public static RuntimeApiServer start(
            ServerSocketChannel listener, String name, int maxConnections, RuntimeSession first) {
        RuntimeApiServer server = new RuntimeApiServer(listener, name, maxConnections, first);
        Thread.ofVirtual().name("runtime-api-" + name).start(server::accept);
        return server;
    }

    /**
     * Serves {@code next} from now on. The process of the session before has ended: its connections
     * are closed.
     */
    public void serve(RuntimeSession next) {
        List<RuntimeApiConnection> old;
        synchronized (this) {
            session = next;
            old = List.copyOf(connections);
            connections.clear();
        }
        old.forEach(RuntimeApiConnection::close);
    }

    @Override
    public void close() {
        List<RuntimeApiConnection> open;
        synchronized (this) {
            closed = true;
            open = List.copyOf(connections);
            connections.clear();
        }
        try {
            listener.close();
        } catch (IOException e) {
            LOG.debug("closing the Runtime API's listener: {}", e.toString());
        }
        open.forEach(RuntimeApiConnection::close);
    }

    private void accept() {
        while (true) {
            try {
                serveConnection(listener.accept());
            } catch (ClosedChannelException e) {
                return;
            } catch (IOException e) {
                // out of descriptors, or a connection that is gone already: others may follow
                LOG.warn("Runtime API of {}: accept failed: {}", name, e.toString());
                if (!pause()) {
                    return;
                }
            }
        }
    }

    private void serveConnection(SocketChannel channel) throws IOException {
        RuntimeApiConnection connection;
        synchronized (this) {
            if (closed || connections.size() >= maxConnections) {
                channel.close();
                return;
            }
            connection = new RuntimeApiConnection(channel, session, largeHeads);
            connections.add(connection);
        }
        try {
            channel.setOption(StandardSocketOptions.TCP_NODELAY, true);
        } catch (IOException e) {
            // the runtime hung up: its connection's thread will see that too
            LOG.debug("TCP_NODELAY: {}", e.toString());
        }
        Thread.ofVirtual()
                .name("runtime-api-" + name)
                .start(
                        () -> {
                            try {
                                connection.run();
                            } finally {
                                forget(connection);
                            }
                        });
    }

    private synchronized void forget(RuntimeApiConnection connection) {
        connections.remove(connection);
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
