package dev.cloister.server;

import dev.cloister.api.tls.CertificateAuthority;
import dev.cloister.api.tls.CertificateAuthorityException;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Has the installation's authority issue the endpoint's certificate anew before it ends, while the
 * server runs; the listener notices the changed file. Closing ends the checks.
 */
final class CertificateRenewal implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(CertificateRenewal.class);

    private final CertificateAuthority authority;
    private final List<String> names;
    private final ScheduledExecutorService timer =
            Executors.newSingleThreadScheduledExecutor(
                    Thread.ofVirtual().name("certificate-renewal").factory());

    CertificateRenewal(CertificateAuthority authority, List<String> names, Duration interval) {
        this.authority = authority;
        this.names = List.copyOf(names);
        var _ =
                timer.scheduleWithFixedDelay(
                        this::check,
                        interval.toMillis(),
                        interval.toMillis(),
                        TimeUnit.MILLISECONDS);
    }

    /** A failure is for the operator, who has 30 days; the next check tries again. */
    private void check() {
        try {
            var _ = authority.serverCertificate(names);
        } catch (CertificateAuthorityException e) {
            LOG.error("the endpoint's certificate could not be renewed; it is tried again", e);
        }
    }

    @Override
    public void close() {
        timer.shutdownNow();
    }
}
