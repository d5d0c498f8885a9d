package dev.cloister.identity.federation;

import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.MessageDigest;
import java.security.cert.CertPathValidator;
import java.security.cert.CertificateException;
import java.security.cert.CertificateFactory;
import java.security.cert.PKIXParameters;
import java.security.cert.TrustAnchor;
import java.security.cert.X509Certificate;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Set;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManager;
import javax.net.ssl.TrustManagerFactory;
import javax.net.ssl.X509TrustManager;

/**
 * Which issuers' servers are trusted: those of authorities that the JDK trusts, and "if your IdP
 * relies on a certificate that is not signed by one of these trusted CAs", those whose chain ends
 * in a certificate with one of the provider's thumbprints (IAM User Guide, "Obtain the thumbprint
 * for an OpenID Connect identity provider"). The host's name is checked by the JDK in either case.
 */
final class IssuerTrust implements X509TrustManager {
    private final X509TrustManager usual;
    private final Set<String> thumbprints;

    private IssuerTrust(X509TrustManager usual, Set<String> thumbprints) {
        this.usual = usual;
        this.thumbprints = thumbprints;
    }

    /** Says that a chain is of nobody's that is trusted. */
    static final class StrangeCertificateException extends CertificateException {
        private static final long serialVersionUID = 1L;

        StrangeCertificateException(Throwable cause) {
            super("no trusted authority and no thumbprint fits", cause);
        }
    }

    static SSLContext context(List<String> thumbprints) {
        try {
            TrustManagerFactory factory =
                    TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
            factory.init((KeyStore) null);
            X509TrustManager usual =
                    (X509TrustManager)
                            Arrays.stream(factory.getTrustManagers())
                                    .filter(X509TrustManager.class::isInstance)
                                    .findFirst()
                                    .orElseThrow();
            SSLContext context = SSLContext.getInstance("TLS");
            context.init(
                    null,
                    new TrustManager[] {new IssuerTrust(usual, Set.copyOf(thumbprints))},
                    null);
            return context;
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("the JDK's TLS can't be set up", e);
        }
    }

    @Override
    public void checkServerTrusted(X509Certificate[] chain, String authType)
            throws CertificateException {
        try {
            usual.checkServerTrusted(chain, authType);
        } catch (CertificateException e) {
            if (!endsInThumbprint(chain)) {
                throw new StrangeCertificateException(e);
            }
        }
    }

    private boolean endsInThumbprint(X509Certificate[] chain) throws CertificateException {
        X509Certificate top = chain[chain.length - 1];
        try {
            String thumbprint =
                    HexFormat.of()
                            .formatHex(MessageDigest.getInstance("SHA-1").digest(top.getEncoded()));
            if (!thumbprints.contains(thumbprint)) {
                return false;
            }
            top.checkValidity();
            if (chain.length > 1) {
                PKIXParameters parameters = new PKIXParameters(Set.of(new TrustAnchor(top, null)));
                parameters.setRevocationEnabled(false);
                CertPathValidator.getInstance("PKIX")
                        .validate(
                                CertificateFactory.getInstance("X.509")
                                        .generateCertPath(
                                                List.of(chain).subList(0, chain.length - 1)),
                                parameters);
            }
            return true;
        } catch (GeneralSecurityException e) {
            throw new StrangeCertificateException(e);
        }
    }

    @Override
    public void checkClientTrusted(X509Certificate[] chain, String authType)
            throws CertificateException {
        throw new CertificateException("there are no clients here");
    }

    @Override
    public X509Certificate[] getAcceptedIssuers() {
        return usual.getAcceptedIssuers();
    }
}
