package dev.cloister.identity.federation;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpsConfigurator;
import com.sun.net.httpserver.HttpsServer;
import dev.cloister.api.ApiSettings.TlsFiles;
import dev.cloister.api.tls.CertificateAuthority;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.KeyStore;
import java.security.MessageDigest;
import java.security.Signature;
import java.security.cert.Certificate;
import java.security.cert.CertificateFactory;
import java.security.interfaces.ECPublicKey;
import java.security.interfaces.RSAPublicKey;
import java.security.spec.ECGenParameterSpec;
import java.security.spec.PKCS8EncodedKeySpec;
import java.time.InstantSource;
import java.util.Base64;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import tools.jackson.databind.json.JsonMapper;

/** An OpenID Connect issuer on loopback, with keys and an authority of its own. */
public final class TestIssuer implements AutoCloseable {
    private static final Base64.Encoder BASE64 = Base64.getUrlEncoder().withoutPadding();
    private static final JsonMapper JSON = new JsonMapper();

    private final HttpsServer server;
    private final String thumbprint;
    private final Map<String, byte[]> pages = new ConcurrentHashMap<>();
    private final AtomicInteger requests = new AtomicInteger();
    private final KeyPair rsa;
    private final KeyPair curve;

    /**
     * @param folder for the authority
     * @param names that the certificate is for
     */
    public TestIssuer(Path folder, List<String> names)
            throws IOException, GeneralSecurityException {
        KeyPairGenerator keys = KeyPairGenerator.getInstance("RSA");
        keys.initialize(2_048);
        this.rsa = keys.generateKeyPair();
        KeyPairGenerator curves = KeyPairGenerator.getInstance("EC");
        curves.initialize(new ECGenParameterSpec("secp256r1"));
        this.curve = curves.generateKeyPair();
        CertificateAuthority authority = new CertificateAuthority(folder, InstantSource.system());
        this.server =
                HttpsServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 16);
        List<Certificate> chain = chain(authority.serverCertificate(names));
        this.thumbprint = thumbprint(chain.getLast());
        server.setHttpsConfigurator(
                new HttpsConfigurator(context(chain, authority.serverCertificate(names))));
        server.createContext("/", this::answer);
        server.start();
        page(
                "/.well-known/openid-configuration",
                JSON.writeValueAsString(Map.of("issuer", url(), "jwks_uri", url() + "/keys")));
        page("/keys", keys());
    }

    private static List<Certificate> chain(TlsFiles files)
            throws IOException, GeneralSecurityException {
        try (InputStream in = Files.newInputStream(files.certificateChain())) {
            return List.copyOf(CertificateFactory.getInstance("X.509").generateCertificates(in));
        }
    }

    private static String thumbprint(Certificate certificate) throws GeneralSecurityException {
        return HexFormat.of()
                .formatHex(MessageDigest.getInstance("SHA-1").digest(certificate.getEncoded()));
    }

    private static SSLContext context(List<Certificate> chain, TlsFiles files)
            throws IOException, GeneralSecurityException {
        String key =
                Files.readString(files.privateKey())
                        .replaceAll("-----[A-Z ]+-----", "")
                        .replaceAll("\\s", "");
        PKCS8EncodedKeySpec encoded = new PKCS8EncodedKeySpec(Base64.getDecoder().decode(key));
        KeyStore store = KeyStore.getInstance("PKCS12");
        store.load(null, null);
        store.setKeyEntry(
                "server",
                KeyFactory.getInstance(chain.getFirst().getPublicKey().getAlgorithm())
                        .generatePrivate(encoded),
                new char[0],
                chain.toArray(new Certificate[0]));
        KeyManagerFactory managers =
                KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
        managers.init(store, new char[0]);
        SSLContext context = SSLContext.getInstance("TLS");
        context.init(managers.getKeyManagers(), null, null);
        return context;
    }

    private void answer(HttpExchange exchange) throws IOException {
        try (exchange) {
            requests.incrementAndGet();
            byte[] page = pages.get(exchange.getRequestURI().getPath());
            if (page == null) {
                exchange.sendResponseHeaders(404, -1);
            } else {
                exchange.sendResponseHeaders(200, page.length);
                exchange.getResponseBody().write(page);
            }
        }
    }

    /** Puts a document at a path. */
    public void page(String path, String content) {
        pages.put(path, content.getBytes(StandardCharsets.UTF_8));
    }

    public void remove(String path) {
        pages.remove(path);
    }

    /** How many documents have been asked for. */
    public int requests() {
        return requests.get();
    }

    public String url() {
        return "https://" + name();
    }

    /** As ARNs and condition keys have it. */
    public String name() {
        return "127.0.0.1:" + server.getAddress().getPort();
    }

    /** Of its authority's certificate. */
    public String thumbprint() {
        return thumbprint;
    }

    /** Both keys as a set. */
    public String keys() {
        RSAPublicKey one = (RSAPublicKey) rsa.getPublic();
        ECPublicKey other = (ECPublicKey) curve.getPublic();
        return JSON.writeValueAsString(
                Map.of(
                        "keys",
                        List.of(
                                Map.of(
                                        "kty", "RSA",
                                        "kid", "rsa",
                                        "use", "sig",
                                        "n", text(one.getModulus().toByteArray()),
                                        "e", text(one.getPublicExponent().toByteArray())),
                                Map.of(
                                        "kty", "EC",
                                        "kid", "curve",
                                        "crv", "P-256",
                                        "x", text(other.getW().getAffineX().toByteArray()),
                                        "y", text(other.getW().getAffineY().toByteArray())))));
    }

    private static String text(byte[] bytes) {
        return BASE64.encodeToString(bytes);
    }

    /** A token signed with the RSA key. */
    public String token(Map<String, ?> claims) throws GeneralSecurityException {
        return token(Map.of("alg", "RS256", "kid", "rsa", "typ", "JWT"), claims);
    }

    /** A token with that header, signed by its {@code alg}: RS256 or ES256. */
    public String token(Map<String, ?> header, Map<String, ?> claims)
            throws GeneralSecurityException {
        String signed =
                text(JSON.writeValueAsBytes(header)) + "." + text(JSON.writeValueAsBytes(claims));
        boolean byCurve = "ES256".equals(header.get("alg"));
        Signature signature =
                Signature.getInstance(byCurve ? "SHA256withECDSAinP1363Format" : "SHA256withRSA");
        signature.initSign(byCurve ? curve.getPrivate() : rsa.getPrivate());
        signature.update(signed.getBytes(StandardCharsets.US_ASCII));
        return signed + "." + text(signature.sign());
    }

    @Override
    public void close() {
        server.stop(0);
    }
}
