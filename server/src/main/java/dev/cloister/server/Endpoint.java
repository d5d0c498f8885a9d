package dev.cloister.server;

import dev.cloister.api.ApiSettings;
import dev.cloister.api.ApiSettings.HttpLimits;
import dev.cloister.api.tls.CertificateAuthority;
import dev.cloister.server.settings.EndpointSettings;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * Where the API listens: plain HTTP on loopback always, because execution environments reach the
 * platform there, and TLS on one further address if the configuration names one.
 */
record Endpoint(ApiSettings settings) {
    private static final InetAddress LOOPBACK = InetAddress.ofLiteral("127.0.0.1");

    static Endpoint of(EndpointSettings wanted, DataLayout layout) throws IOException {
        List<InetAddress> addresses = new ArrayList<>(List.of(LOOPBACK));
        Optional<ApiSettings.TlsFiles> tls = Optional.empty();
        if (!wanted.bind().isLoopbackAddress()) {
            addresses.add(wanted.bind());
            tls = Optional.of(tls(wanted, layout));
        }
        return new Endpoint(
                new ApiSettings(port(wanted), addresses, tls, Set.of(), HttpLimits.defaults()));
    }

    InetSocketAddress loopback() {
        return new InetSocketAddress(LOOPBACK, settings.port());
    }

    /** As clients of this machine address it. */
    String url() {
        return "http://127.0.0.1:" + settings.port();
    }

    private static ApiSettings.TlsFiles tls(EndpointSettings wanted, DataLayout layout)
            throws IOException {
        if (wanted.tls().isPresent()) {
            EndpointSettings.TlsFiles files = wanted.tls().get();
            return new ApiSettings.TlsFiles(files.certificate(), files.key());
        }
        return new CertificateAuthority(layout.certificates(), InstantSource.system())
                .serverCertificate(List.of(wanted.bind().getHostAddress(), "localhost"));
    }

    /** The port has to be known before the server starts: environments are told of it. */
    private static int port(EndpointSettings wanted) throws IOException {
        if (wanted.port() != 0) {
            return wanted.port();
        }
        try (ServerSocket free = new ServerSocket(0, 1, LOOPBACK)) {
            return free.getLocalPort();
        }
    }
}
