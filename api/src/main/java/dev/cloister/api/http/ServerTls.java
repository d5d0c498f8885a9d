package dev.cloister.api.http;

import dev.cloister.api.ApiSettings.TlsFiles;
import io.helidon.common.tls.Tls;
import java.io.IOException;
import java.io.InputStream;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.Principal;
import java.security.PrivateKey;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.security.spec.PKCS8EncodedKeySpec;
import java.util.Base64;
import java.util.List;
import javax.net.ssl.KeyManager;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.X509ExtendedKeyManager;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * TLS with a certificate and key from PEM files, read again when the certificate's file changes, so
 * that a renewal needs no restart. Thread-safe.
 */
final class ServerTls {
    private static final Logger LOG = LoggerFactory.getLogger(ServerTls.class);

    private ServerTls() {}

    static Tls of(TlsFiles files, ConnectionWatch watch) {
        try {
            SSLContext context = SSLContext.getInstance("TLS");
            context.init(new KeyManager[] {new FileKeyManager(files)}, null, null);
            return Tls.builder()
                    .sslContext(new WatchedSslContext(context, watch))
                    .enabledProtocols(List.of("TLSv1.3", "TLSv1.2"))
                    .build();
        } catch (GeneralSecurityException | IOException e) {
            throw new HttpServerException(
                    "can't use the certificate "
                            + files.certificateChain()
                            + " with the key "
                            + files.privateKey()
                            + ": both must be PEM, the key PKCS #8 and not encrypted",
                    e);
        }
    }

    /** What the files hold. Immutable. */
    private static final class Identity {
        private final FileTime modified;
        private final X509Certificate[] chain;
        private final PrivateKey key;

        Identity(TlsFiles files) throws GeneralSecurityException, IOException {
            this.modified = Files.getLastModifiedTime(files.certificateChain());
            try (InputStream in = Files.newInputStream(files.certificateChain())) {
                this.chain =
                        CertificateFactory.getInstance("X.509").generateCertificates(in).stream()
                                .map(X509Certificate.class::cast)
                                .toArray(X509Certificate[]::new);
            }
            if (chain.length == 0) {
                throw new IOException("no certificate in " + files.certificateChain());
            }
            String algorithm = chain[0].getPublicKey().getAlgorithm();
            this.key = KeyFactory.getInstance(algorithm).generatePrivate(pkcs8(files.privateKey()));
        }

        private static PKCS8EncodedKeySpec pkcs8(Path file) throws IOException {
            String pem = Files.readString(file);
            String begin = "-----BEGIN PRIVATE KEY-----";
            int start = pem.indexOf(begin);
            int end = pem.indexOf("-----END PRIVATE KEY-----");
            if (start < 0 || end < start) {
                throw new IOException("no PKCS #8 key in " + file);
            }
            return new PKCS8EncodedKeySpec(
                    Base64.getMimeDecoder().decode(pem.substring(start + begin.length(), end)));
        }
    }

    private static final class FileKeyManager extends X509ExtendedKeyManager {
        private static final String ALIAS = "server";

        private final TlsFiles files;
        private volatile Identity identity;

        FileKeyManager(TlsFiles files) throws GeneralSecurityException, IOException {
            this.files = files;
            this.identity = new Identity(files);
        }

        private Identity current() {
            Identity known = identity;
            try {
                if (!Files.getLastModifiedTime(files.certificateChain()).equals(known.modified)) {
                    Identity renewed = new Identity(files);
                    identity = renewed;
                    return renewed;
                }
            } catch (GeneralSecurityException | IOException e) {
                // The files may be half written: the old certificate serves until they are whole.
                LOG.warn("can't reload the certificate {}: {}", files.certificateChain(), e);
            }
            return known;
        }

        @Override
        public @Nullable String chooseEngineServerAlias(
                String keyType, Principal @Nullable [] issuers, @Nullable SSLEngine engine) {
            return serves(keyType) ? ALIAS : null;
        }

        @Override
        public @Nullable String chooseServerAlias(
                String keyType, Principal @Nullable [] issuers, @Nullable Socket socket) {
            return serves(keyType) ? ALIAS : null;
        }

        private boolean serves(String keyType) {
            return keyType.equals(current().chain[0].getPublicKey().getAlgorithm());
        }

        @Override
        public X509Certificate[] getCertificateChain(String alias) {
            return current().chain.clone();
        }

        @Override
        public PrivateKey getPrivateKey(String alias) {
            return current().key;
        }

        @Override
        public String[] getServerAliases(String keyType, Principal @Nullable [] issuers) {
            return serves(keyType) ? new String[] {ALIAS} : new String[0];
        }

        @Override
        public String[] getClientAliases(String keyType, Principal @Nullable [] issuers) {
            return new String[0];
        }

        @Override
        public @Nullable String chooseClientAlias(
                String @Nullable [] keyTypes,
                Principal @Nullable [] issuers,
                @Nullable Socket socket) {
            return null;
        }
    }
}
