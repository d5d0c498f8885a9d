package dev.cloister.api.tls;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.cloister.api.ApiServer;
import dev.cloister.api.ApiSettings;
import dev.cloister.api.ApiSettings.HttpLimits;
import dev.cloister.api.ApiSettings.TlsFiles;
import dev.cloister.api.FakeCredentials;
import dev.cloister.api.TestServices;
import java.io.IOException;
import java.io.InputStream;
import java.net.Inet4Address;
import java.net.InetAddress;
import java.net.NetworkInterface;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.KeyStore;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLHandshakeException;
import javax.net.ssl.SSLParameters;
import javax.net.ssl.SSLSocket;
import javax.net.ssl.TrustManagerFactory;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class CertificateAuthorityTest {
    @TempDir Path folder;

    private final Instant now = Instant.now();

    private CertificateAuthority authority(Instant at) {
        return new CertificateAuthority(folder.resolve("pki"), InstantSource.fixed(at));
    }

    private X509Certificate read(Path file) throws Exception {
        try (InputStream in = Files.newInputStream(file)) {
            return (X509Certificate)
                    CertificateFactory.getInstance("X.509").generateCertificate(in);
        }
    }

    @Test
    void keepsKeysToItsOwner() throws IOException {
        CertificateAuthority authority = authority(now);
        TlsFiles files = authority.serverCertificate(List.of("localhost"));
        for (Path key : List.of(files.privateKey(), folder.resolve("pki/ca.key"))) {
            assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(key)))
                    .isEqualTo("rw-------");
        }
        assertThat(
                        PosixFilePermissions.toString(
                                Files.getPosixFilePermissions(folder.resolve("pki"))))
                .isEqualTo("rwx------");
    }

    @Test
    void reusesWhatItHasUntilItsEndIsNearOrItsNamesChange() throws Exception {
        List<String> names = List.of("localhost", "10.0.0.1");
        X509Certificate ca = read(authority(now).certificatePath());
        TlsFiles files = authority(now).serverCertificate(names);
        X509Certificate first = read(files.certificateChain());
        authority(now.plus(Duration.ofDays(300)))
                .serverCertificate(List.of("10.0.0.1", "localhost"));
        assertThat(read(files.certificateChain())).isEqualTo(first);

        authority(now.plus(Duration.ofDays(370))).serverCertificate(names);
        X509Certificate renewed = read(files.certificateChain());
        assertThat(renewed.getNotAfter()).isAfter(first.getNotAfter());
        assertThat(renewed.getPublicKey()).isEqualTo(first.getPublicKey());
        renewed.verify(ca.getPublicKey());

        authority(now.plus(Duration.ofDays(370))).serverCertificate(List.of("example.org"));
        assertThat(read(files.certificateChain()).getSubjectAlternativeNames())
                .containsExactly(List.of(2, "example.org"));
        assertThat(read(authority(now).certificatePath())).isEqualTo(ca);
    }

    @Test
    void saysWhatToDoWhenAFileIsDamaged() throws IOException {
        Path key = authority(now).certificatePath().resolveSibling("ca.key");
        Files.writeString(key, "nonsense");
        assertThatThrownBy(() -> authority(now))
                .isInstanceOf(CertificateAuthorityException.class)
                .hasMessageContaining("remove ca.pem");
        assertThatThrownBy(
                        () ->
                                new CertificateAuthority(
                                                folder.resolve("other"), InstantSource.fixed(now))
                                        .serverCertificate(List.of()))
                .isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void servesTls12And13OnlyBeyondLoopbackAndReloads() throws Exception {
        InetAddress address = hostAddress();
        CertificateAuthority authority = authority(now);
        TlsFiles files =
                authority.serverCertificate(List.of(address.getHostAddress(), "localhost"));
        ApiSettings settings =
                new ApiSettings(
                        0, List.of(address), Optional.of(files), Set.of(), HttpLimits.defaults());
        try (ApiServer server =
                new ApiServer(
                        settings,
                        new FakeCredentials(),
                        InstantSource.system(),
                        new TestServices().definitions(),
                        List.of())) {
            server.start();
            SSLContext trusting = trusting(authority.certificatePath());
            for (String protocol : List.of("TLSv1.2", "TLSv1.3")) {
                SSLParameters parameters = new SSLParameters();
                parameters.setProtocols(new String[] {protocol});
                assertThat(get(trusting, parameters, address, server.port())).isEqualTo(200);
            }
            assertThatThrownBy(() -> handshake(trusting, "TLSv1.1", address, server.port()))
                    .isInstanceOf(SSLHandshakeException.class);
            X509Certificate before = handshake(trusting, "TLSv1.3", address, server.port());

            authority.serverCertificate(List.of(address.getHostAddress(), "example.org"));
            Files.setLastModifiedTime(
                    files.certificateChain(), FileTime.from(now.plusSeconds(100)));
            X509Certificate after = handshake(trusting, "TLSv1.3", address, server.port());
            assertThat(after.getSerialNumber()).isNotEqualTo(before.getSerialNumber());
        }
    }

    @Test
    void refusesAnAddressBeyondLoopbackWithoutCertificate() {
        assertThatThrownBy(
                        () ->
                                new ApiSettings(
                                        0,
                                        List.of(InetAddress.ofLiteral("0.0.0.0")),
                                        Optional.empty(),
                                        Set.of(),
                                        HttpLimits.defaults()))
                .hasMessageContaining("needs a certificate");
    }

    private static InetAddress hostAddress() throws IOException {
        Optional<InetAddress> found =
                NetworkInterface.networkInterfaces()
                        .flatMap(NetworkInterface::inetAddresses)
                        .filter(a -> a instanceof Inet4Address && !a.isLoopbackAddress())
                        .findFirst();
        Assumptions.assumeTrue(found.isPresent(), "this host has loopback only");
        return found.orElseThrow();
    }

    private SSLContext trusting(Path ca) throws Exception {
        KeyStore store = KeyStore.getInstance(KeyStore.getDefaultType());
        store.load(null, null);
        store.setCertificateEntry("ca", read(ca));
        TrustManagerFactory factory =
                TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
        factory.init(store);
        SSLContext context = SSLContext.getInstance("TLS");
        context.init(null, factory.getTrustManagers(), null);
        return context;
    }

    private static int get(
            SSLContext context, SSLParameters parameters, InetAddress address, int port)
            throws Exception {
        try (HttpClient client =
                HttpClient.newBuilder().sslContext(context).sslParameters(parameters).build()) {
            URI uri =
                    URI.create(
                            "https://"
                                    + address.getHostAddress()
                                    + ":"
                                    + port
                                    + "/_cloister/health");
            return client.send(
                            HttpRequest.newBuilder(uri).build(),
                            HttpResponse.BodyHandlers.discarding())
                    .statusCode();
        }
    }

    private static X509Certificate handshake(
            SSLContext context, String protocol, InetAddress address, int port) throws IOException {
        try (SSLSocket socket =
                (SSLSocket) context.getSocketFactory().createSocket(address, port)) {
            socket.setEnabledProtocols(new String[] {protocol});
            socket.startHandshake();
            return (X509Certificate) socket.getSession().getPeerCertificates()[0];
        }
    }
}
