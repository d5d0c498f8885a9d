package dev.cloister.server;

import static org.assertj.core.api.Assertions.assertThat;

import dev.cloister.api.ApiSettings.TlsFiles;
import dev.cloister.api.tls.CertificateAuthority;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(30)
final class CertificateRenewalTest {
    private static final List<String> NAMES = List.of("192.0.2.7", "localhost");

    private final AtomicReference<Instant> now = new AtomicReference<>(Instant.now());

    @Test
    void aCertificateNearItsEndIsRenewedWhileTheServerRuns(@TempDir Path folder) throws Exception {
        CertificateAuthority authority = new CertificateAuthority(folder, now::get);
        TlsFiles files = authority.serverCertificate(NAMES);
        X509Certificate first = certificate(files);

        try (CertificateRenewal _ =
                new CertificateRenewal(authority, NAMES, Duration.ofMillis(5))) {
            now.set(first.getNotAfter().toInstant().minus(Duration.ofDays(29)));
            while (certificate(files).equals(first)) {
                Thread.onSpinWait();
            }
        }

        X509Certificate second = certificate(files);
        assertThat(second.getNotAfter()).isAfter(first.getNotAfter());
        assertThat(second.getPublicKey()).isEqualTo(first.getPublicKey());
        assertThat(List.copyOf(second.getSubjectAlternativeNames()))
                .isEqualTo(List.copyOf(first.getSubjectAlternativeNames()));
    }

    private static X509Certificate certificate(TlsFiles files)
            throws IOException, GeneralSecurityException {
        try (InputStream in = Files.newInputStream(files.certificateChain())) {
            return (X509Certificate)
                    CertificateFactory.getInstance("X.509").generateCertificates(in).stream()
                            .findFirst()
                            .orElseThrow();
        }
    }
}
