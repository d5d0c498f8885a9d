package dev.cloister.keys.external;

import dev.cloister.keys.RootKeyException;
import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.cert.Certificate;
import java.security.cert.CertificateFactory;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManagerFactory;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** Posts JSON to a key service. Neither requests nor answers are in errors: they hold keys. */
final class ExternalHttp {
    /** The longest that one call takes. */
    static final Duration LIMIT = Duration.ofSeconds(10);

    private static final int MOST_ANSWER_BYTES = 64 << 10;
    private static final JsonMapper JSON = new JsonMapper();

    private final HttpClient client;
    private final URI address;

    /**
     * @param address https, or http to this host
     * @param authority PEM certificates to trust instead of the JDK's
     */
    ExternalHttp(SealDescription description, URI address, Optional<Path> authority) {
        boolean local =
                "localhost".equals(address.getHost())
                        || String.valueOf(address.getHost()).startsWith("127.")
                        || "[::1]".equals(address.getHost());
        if (!"https".equals(address.getScheme())
                && !(local && "http".equals(address.getScheme()))) {
            throw description.wrong(
                    "address", "is an https URL, or an http URL of this host's loopback");
        }
        this.address = address;
        HttpClient.Builder builder =
                HttpClient.newBuilder()
                        .connectTimeout(LIMIT)
                        .followRedirects(HttpClient.Redirect.NEVER);
        authority.ifPresent(file -> builder.sslContext(trusting(file)));
        this.client = builder.build();
    }

    private static SSLContext trusting(Path file) {
        try (InputStream pem = Files.newInputStream(file)) {
            KeyStore trusted = KeyStore.getInstance(KeyStore.getDefaultType());
            trusted.load(null, null);
            int number = 0;
            for (Certificate certificate :
                    CertificateFactory.getInstance("X.509").generateCertificates(pem)) {
                trusted.setCertificateEntry("ca" + number++, certificate);
            }
            TrustManagerFactory factory =
                    TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
            factory.init(trusted);
            SSLContext context = SSLContext.getInstance("TLS");
            context.init(null, factory.getTrustManagers(), null);
            return context;
        } catch (IOException | GeneralSecurityException e) {
            throw new RootKeyException("could not use the certificates in " + file + ": " + e, e);
        }
    }

    URI address() {
        return address;
    }

    byte[] body(Map<String, ?> members) {
        return JSON.writeValueAsBytes(members);
    }

    /**
     * The answer to a POST.
     *
     * @throws RootKeyException if nobody answers in time, or it is no success
     */
    JsonNode post(String path, Map<String, String> headers, byte[] body) {
        HttpRequest.Builder request =
                HttpRequest.newBuilder(address.resolve(path))
                        .timeout(LIMIT)
                        .POST(HttpRequest.BodyPublishers.ofByteArray(body));
        headers.forEach(request::header);
        try {
            HttpResponse<InputStream> response =
                    client.send(request.build(), HttpResponse.BodyHandlers.ofInputStream());
            try (InputStream in = response.body()) {
                byte[] answer = in.readNBytes(MOST_ANSWER_BYTES);
                JsonNode document = JSON.readTree(answer);
                if (response.statusCode() != 200) {
                    throw new RootKeyException(
                            "%s answered %d %s"
                                    .formatted(address, response.statusCode(), reason(document)));
                }
                return document;
            }
        } catch (IOException | JacksonException e) {
            throw new RootKeyException(
                    "%s could not be asked for the root key: %s. Without it the installation can't be opened: see that the service runs and can be reached"
                            .formatted(address, e.getClass().getSimpleName()),
                    e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new RootKeyException("interrupted while asking " + address, e);
        }
    }

    /** KMS says __type and message, transit says errors; both may be shown. */
    private static String reason(JsonNode document) {
        String type = document.path("__type").asString("");
        String message = document.path("message").asString("");
        return type.isEmpty() ? document.path("errors").toString() : type + ": " + message;
    }
}
