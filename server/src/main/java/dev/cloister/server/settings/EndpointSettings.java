package dev.cloister.server.settings;

import java.net.InetAddress;
import java.nio.file.Path;
import java.util.Optional;

/**
 * Where the API listens.
 *
 * @param bind plain HTTP on loopback, TLS 1.2 or later on any other address
 * @param port 0 to 65,535; 0 takes a free one
 * @param tls files given by the operator; empty means a certificate of the installation's own CA
 */
public record EndpointSettings(InetAddress bind, int port, Optional<TlsFiles> tls) {

    /** Whether the endpoint speaks TLS. */
    public boolean secure() {
        return tls.isPresent() || !bind.isLoopbackAddress();
    }

    /** A certificate chain and its private key, both PEM. */
    public record TlsFiles(Path certificate, Path key) {}
}
