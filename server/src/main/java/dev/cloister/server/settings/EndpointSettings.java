package dev.cloister.server.settings;

import java.net.InetAddress;
import java.nio.file.Path;
import java.util.Optional;
import java.util.OptionalInt;

/**
 * Where the API listens: always plain HTTP on 127.0.0.1, and TLS on one further address if {@code
 * bind} is one.
 *
 * @param bind loopback, or an address that gets TLS 1.2 or later
 * @param port 0 to 65,535 for both; 0 takes a free one and goes with loopback only
 * @param tls files given by the operator; empty means a certificate of the installation's own CA
 * @param urls under which domain function URLs are
 */
public record EndpointSettings(InetAddress bind, int port, Optional<TlsFiles> tls, UrlDomain urls) {

    /**
     * The domain of function URLs as clients see it.
     *
     * @param scheme {@code http} or {@code https}; empty means the endpoint's own
     * @param port empty means the scheme's own if a scheme is given, else the endpoint's
     */
    public record UrlDomain(String name, Optional<String> scheme, OptionalInt port) {
        /** The domain whose names lead to this machine without DNS. */
        public static final String LOCAL = "localhost";
    }

    /** A certificate chain and its private key, both PEM. */
    public record TlsFiles(Path certificate, Path key) {}
}
