package dev.cloister.worker.sandbox;

import dev.cloister.worker.linux.Fd;
import dev.cloister.worker.linux.NamespaceThreads;
import dev.cloister.worker.linux.Rtnetlink;
import java.io.IOException;
import java.net.Inet4Address;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.StandardProtocolFamily;
import java.nio.channels.ServerSocketChannel;

/**
 * A sandbox's network: loopback, with this process listening on it. The namespace lives as long as
 * a descriptor, a socket or a process holds it.
 */
final class NetworkNamespace implements AutoCloseable {
    /** Where Lambda's runtimes find the Runtime API. */
    static final Inet4Address PLATFORM = address("169.254.100.1");

    private static final int RUNTIME_API_PORT = 9001;
    private static final int PLATFORM_API_PORT = 4566;

    private final Fd namespace;
    private final ServerSocketChannel runtimeApi;
    private final ServerSocketChannel platformApi;
    private final NameServer nameServer;

    private NetworkNamespace(
            Fd namespace,
            ServerSocketChannel runtimeApi,
            ServerSocketChannel platformApi,
            NameServer nameServer) {
        this.namespace = namespace;
        this.runtimeApi = runtimeApi;
        this.platformApi = platformApi;
        this.nameServer = nameServer;
    }

    static NetworkNamespace make(NamespaceThreads threads, HostResolvers resolvers) {
        NetworkNamespace made = threads.inNewNetwork(namespace -> furnish(namespace, resolvers));
        made.nameServer.start();
        return made;
    }

    private static NetworkNamespace furnish(Fd namespace, HostResolvers resolvers)
            throws IOException {
        try (Rtnetlink network = new Rtnetlink()) {
            network.loopbackUp();
            network.addLoopbackAddress(PLATFORM);
        } catch (RuntimeException e) {
            namespace.close();
            throw e;
        }
        ServerSocketChannel runtimeApi = listen(new InetSocketAddress(PLATFORM, RUNTIME_API_PORT));
        ServerSocketChannel platformApi =
                listen(new InetSocketAddress(address("127.0.0.1"), PLATFORM_API_PORT));
        return new NetworkNamespace(
                namespace, runtimeApi, platformApi, new NameServer(PLATFORM, resolvers));
    }

    private static ServerSocketChannel listen(InetSocketAddress address) throws IOException {
        ServerSocketChannel channel = ServerSocketChannel.open(StandardProtocolFamily.INET);
        channel.bind(address);
        return channel;
    }

    static Inet4Address address(String literal) {
        return (Inet4Address) InetAddress.ofLiteral(literal);
    }

    Fd namespace() {
        return namespace;
    }

    ServerSocketChannel runtimeApi() {
        return runtimeApi;
    }

    ServerSocketChannel platformApi() {
        return platformApi;
    }

    NameServer nameServer() {
        return nameServer;
    }

    @Override
    public void close() {
        try {
            runtimeApi.close();
            platformApi.close();
            nameServer.close();
        } catch (IOException e) {
            throw new SandboxException("Closing a sandbox's listeners failed", e);
        } finally {
            namespace.close();
        }
    }
}
