package dev.cloister.api;

import java.net.InetAddress;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * Where and how the edge listens.
 *
 * @param port the TCP port on every address; 0 picks a free one and then only one address may be
 *     given
 * @param addresses the addresses to listen on; loopback ones speak plain HTTP, all others TLS 1.2
 *     or newer
 * @param tls certificate and key for the addresses that are not loopback; without it such an
 *     address is refused
 * @param regions the regions served; empty: every well-formed region code is one
 * @param limits bounds on what a client may send and hold
 * @param domain under which the names of S3's buckets are, as they are under {@code localhost}
 */
public record ApiSettings(
        int port,
        List<InetAddress> addresses,
        Optional<TlsFiles> tls,
        Set<Region> regions,
        HttpLimits limits,
        Optional<String> domain) {

    /** The port of the product's documentation. */
    public static final int DEFAULT_PORT = 4566;

    public ApiSettings {
        if (port < 0 || port > 65_535) {
            throw new IllegalArgumentException("port " + port + " is not in 0 to 65535");
        }
        addresses = List.copyOf(addresses);
        regions = Set.copyOf(regions);
        if (addresses.isEmpty()) {
            throw new IllegalArgumentException("no address to listen on");
        }
        if (port == 0 && addresses.size() > 1) {
            throw new IllegalArgumentException(
                    "port 0 goes with one address only: give a port to listen on " + addresses);
        }
        for (InetAddress address : addresses) {
            if (!address.isLoopbackAddress() && tls.isEmpty()) {
                throw new IllegalArgumentException(
                        address.getHostAddress()
                                + " is not a loopback address: it needs a certificate and key");
            }
        }
    }

    /** With no other names than those of this machine. */
    public ApiSettings(
            int port,
            List<InetAddress> addresses,
            Optional<TlsFiles> tls,
            Set<Region> regions,
            HttpLimits limits) {
        this(port, addresses, tls, regions, limits, Optional.empty());
    }

    /** Plain HTTP on 127.0.0.1 with the usual limits. */
    public static ApiSettings loopback(int port) {
        return new ApiSettings(
                port,
                List.of(InetAddress.ofLiteral("127.0.0.1")),
                Optional.empty(),
                Set.of(),
                HttpLimits.defaults());
    }

    /**
     * A server's certificate chain and private key.
     *
     * @param certificateChain PEM, the server's certificate first
     * @param privateKey PEM, PKCS #8, not encrypted
     */
    public record TlsFiles(Path certificateChain, Path privateKey) {}

    /**
     * Bounds of the HTTP layer; over each, the client gets a 4xx status or is cut off.
     *
     * @param maxRequestLineBytes method, path and query together
     * @param maxHeaderBytes all headers of a request together
     * @param maxBodyBytes the largest body of any request whose operation sets no own bound
     * @param maxConnections connections at a time on each address
     * @param headerTimeout from a request's first byte to the end of its headers
     * @param bodyTimeout from the end of the headers to the end of the body
     * @param idleTimeout between two requests of a connection, and for one read at most
     * @param drain how long closing waits for requests under way
     */
    public record HttpLimits(
            int maxRequestLineBytes,
            int maxHeaderBytes,
            long maxBodyBytes,
            int maxConnections,
            Duration headerTimeout,
            Duration bodyTimeout,
            Duration idleTimeout,
            Duration drain) {

        public static HttpLimits defaults() {
            return new HttpLimits(
                    16 * 1024,
                    32 * 1024,
                    8L * 1024 * 1024,
                    4_096,
                    Duration.ofSeconds(10),
                    Duration.ofMinutes(5),
                    Duration.ofSeconds(60),
                    Duration.ofSeconds(20));
        }
    }
}
