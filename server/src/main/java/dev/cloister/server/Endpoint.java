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
 *
 * @param ownCertificate of the TLS address, if it is by the installation's own authority
 */
record Endpoint(ApiSettings settings, Optional<OwnCertificate> ownCertificate) {
    private static final InetAddress LOOPBACK = InetAddress.ofLiteral("127.0.0.1");

    /** Who issues the certificate, and for which names. */
    record OwnCertificate(CertificateAuthority authority, List<String> names) {
        OwnCertificate {
            names = List.copyOf(names);
        }
    }

    static Endpoint of(EndpointSettings wanted, DataLayout layout, InstantSource clock)
            throws IOException {
        List<InetAddress> addresses = new ArrayList<>(List.of(LOOPBACK));
        Optional<ApiSettings.TlsFiles> tls = wanted.tls().map(Endpoint::given);
        Optional<OwnCertificate> own = Optional.empty();
        if (!wanted.bind().isLoopbackAddress()) {
            addresses.add(wanted.bind());
            if (tls.isEmpty()) {
                own = Optional.of(own(wanted, layout, clock));
                tls = own.map(of -> of.authority().serverCertificate(of.names()));
            }
        }
        return new Endpoint(
                new ApiSettings(port(wanted), addresses, tls, Set.of(), HttpLimits.defaults()),
                own);
    }

    InetSocketAddress loopback() {
        return new InetSocketAddress(LOOPBACK, settings.port());
    }

    /** As clients of this machine address it. */
    String url() {
        return "http://127.0.0.1:" + settings.port();
    }

    private static ApiSettings.TlsFiles given(EndpointSettings.TlsFiles files) {
        return new ApiSettings.TlsFiles(files.certificate(), files.key());
    }

    private static OwnCertificate own(
            EndpointSettings wanted, DataLayout layout, InstantSource clock) {
        return new OwnCertificate(
                new CertificateAuthority(layout.certificates(), clock),
                List.of(wanted.bind().getHostAddress(), "localhost"));
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
