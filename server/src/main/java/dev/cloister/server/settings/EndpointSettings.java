package dev.cloister.server.settings;

import java.net.InetAddress;
import java.nio.file.Path;
import java.util.Optional;

/**
 * Where the API listens: always plain HTTP on 127.0.0.1, and TLS on one further address if {@code
 * bind} is one.
 *
 * @param bind loopback, or an address that gets TLS 1.2 or later
 * @param port 0 to 65,535 for both; 0 takes a free one and goes with loopback only
 * @param tls files given by the operator; empty means a certificate of the installation's own CA
 */
public record EndpointSettings(InetAddress bind, int port, Optional<TlsFiles> tls) {

    /** A certificate chain and its private key, both PEM. */
    public record TlsFiles(Path certificate, Path key) {}
}
