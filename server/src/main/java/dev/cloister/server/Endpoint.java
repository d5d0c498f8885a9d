package dev.cloister.server;

import dev.cloister.api.ApiSettings;
import dev.cloister.api.ApiSettings.HttpLimits;
import dev.cloister.api.Region;
import dev.cloister.api.tls.CertificateAuthority;
import dev.cloister.functions.urls.UrlNames;
import dev.cloister.server.settings.EndpointSettings;
import dev.cloister.server.settings.EndpointSettings.UrlDomain;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;

/**
 * Where the API listens: plain HTTP on loopback always, because execution environments reach the
 * platform there, and TLS on one further address if the configuration names one.
 *
 * @param ownCertificate of the TLS address, if it is by the installation's own authority
 * @param urlNames where function URLs are
 */
record Endpoint(ApiSettings settings, Optional<OwnCertificate> ownCertificate, UrlNames urlNames) {
    private static final InetAddress LOOPBACK = InetAddress.ofLiteral("127.0.0.1");

    /** Who issues the certificate, and for which names. */
    record OwnCertificate(CertificateAuthority authority, List<String> names) {
        OwnCertificate {
            names = List.copyOf(names);
        }
    }

    /**
     * @param region whose function URLs and buckets the own certificate is for
     */
    static Endpoint of(
            EndpointSettings wanted, Region region, DataLayout layout, InstantSource clock)
            throws IOException {
        List<InetAddress> addresses = new ArrayList<>(List.of(LOOPBACK));
        Optional<ApiSettings.TlsFiles> tls = wanted.tls().map(Endpoint::given);
        Optional<OwnCertificate> own = Optional.empty();
        if (!wanted.bind().isLoopbackAddress()) {
            addresses.add(wanted.bind());
            if (tls.isEmpty()) {
                own = Optional.of(own(wanted, region, layout, clock));
                tls = own.map(of -> of.authority().serverCertificate(of.names()));
            }
        }
        ApiSettings settings =
                new ApiSettings(
                        port(wanted),
                        addresses,
                        tls,
                        Set.of(),
                        HttpLimits.defaults(),
                        Optional.of(wanted.urls().name()));
        return new Endpoint(settings, own, urlNames(wanted, settings.port()));
    }

    private static UrlNames urlNames(EndpointSettings wanted, int port) {
        UrlDomain domain = wanted.urls();
        boolean local = domain.name().equals(UrlDomain.LOCAL);
        boolean secure =
                domain.scheme()
                        .map("https"::equals)
                        .orElse(!local && !wanted.bind().isLoopbackAddress());
        OptionalInt shown = domain.port();
        if (shown.isEmpty() && domain.scheme().isEmpty()) {
            shown = OptionalInt.of(port);
        }
        int usual = secure ? 443 : 80;
        return new UrlNames(
                secure,
                domain.name(),
                shown.equals(OptionalInt.of(usual)) ? OptionalInt.empty() : shown);
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
            EndpointSettings wanted, Region region, DataLayout layout, InstantSource clock) {
        String domain = wanted.urls().name();
        List<String> names = new ArrayList<>(List.of(wanted.bind().getHostAddress(), "localhost"));
        if (!domain.equals(UrlDomain.LOCAL)) {
            // A wildcard stands for one label (RFC 6125, section 6.4.3).
            names.add("*.lambda-url." + region + "." + domain);
            names.add("*.s3." + region + "." + domain);
            names.add("s3." + region + "." + domain);
            names.add("*.s3." + domain);
            names.add("s3." + domain);
        }
        return new OwnCertificate(new CertificateAuthority(layout.certificates(), clock), names);
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
