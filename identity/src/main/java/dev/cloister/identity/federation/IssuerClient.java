package dev.cloister.identity.federation;

import dev.cloister.api.AwsError;
import dev.cloister.identity.directory.OidcProvider;
import dev.cloister.identity.federation.IssuerTrust.StrangeCertificateException;
import java.io.IOException;
import java.net.InetAddress;
import java.net.URI;
import java.net.UnknownHostException;
import java.net.http.HttpClient;
import java.net.http.HttpClient.Redirect;
import java.net.http.HttpClient.Version;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;

/**
 * Fetches an issuer's keys over HTTPS: its discovery document says where they are (OpenID Connect
 * Discovery, section 4). Redirects are not followed. Thread-safe.
 */
final class IssuerClient {
    private static final Duration CONNECT = Duration.ofSeconds(5);

    /** One document, from the connection's beginning to its last byte. */
    private static final Duration FETCH = Duration.ofSeconds(10);

    private static final int MOST_BYTES = 256 * 1_024;
    private static final int MOST_AT_A_TIME = 8;
    private static final String DISCOVERY = "/.well-known/openid-configuration";

    private final IssuerNetwork network;
    private final Semaphore slots = new Semaphore(MOST_AT_A_TIME);

    IssuerClient(IssuerNetwork network) {
        this.network = network;
    }

    /**
     * @throws AwsError IDPCommunicationError, InvalidIdentityToken
     */
    List<VerificationKey> fetch(OidcProvider provider) {
        String base = provider.url();
        String url = (base.endsWith("/") ? base.substring(0, base.length() - 1) : base) + DISCOVERY;
        if (!slots.tryAcquire()) {
            throw FederationErrors.unreachable(url, "too many keys are being fetched; try again");
        }
        try (HttpClient client = client(provider)) {
            JsonNode discovery = document(client, URI.create(url));
            String issuer = discovery.path("issuer").asString("");
            if (!issuer.equals(base) && !issuer.equals(provider.name())) {
                throw FederationErrors.noKey();
            }
            URI keys = URI.create(discovery.path("jwks_uri").asString(""));
            return JsonWebKeys.keys(document(client, keys).path("keys"));
        } catch (IllegalArgumentException e) {
            throw FederationErrors.noKey(); // an address or a list of keys that is none
        } finally {
            slots.release();
        }
    }

    private static HttpClient client(OidcProvider provider) {
        return HttpClient.newBuilder()
                .sslContext(IssuerTrust.context(provider.thumbprints()))
                .connectTimeout(CONNECT)
                .followRedirects(Redirect.NEVER)
                .version(Version.HTTP_1_1)
                .executor(task -> Thread.ofVirtual().name("issuer-keys").start(task))
                .build();
    }

    private JsonNode document(HttpClient client, URI uri) {
        checkAddress(uri);
        HttpRequest request =
                HttpRequest.newBuilder(uri).header("Accept", "application/json").build();
        try {
            HttpResponse<byte[]> response =
                    client.sendAsync(
                                    request,
                                    BodyHandlers.limiting(BodyHandlers.ofByteArray(), MOST_BYTES))
                            .get(FETCH.toMillis(), TimeUnit.MILLISECONDS);
            if (response.statusCode() >= 500) {
                throw FederationErrors.unreachable(
                        uri.toString(), "HTTP status " + response.statusCode());
            }
            if (response.statusCode() != 200) {
                throw FederationErrors.noKey();
            }
            return WebToken.JSON.readTree(new String(response.body(), StandardCharsets.UTF_8));
        } catch (ExecutionException e) {
            throw failed(uri, e);
        } catch (TimeoutException e) {
            client.shutdownNow();
            throw FederationErrors.unreachable(
                    uri.toString(), "no answer within " + FETCH.toSeconds() + " s");
        } catch (InterruptedException e) {
            client.shutdownNow();
            Thread.currentThread().interrupt();
            throw FederationErrors.unreachable(uri.toString(), "the server is ending");
        } catch (JacksonException e) {
            throw FederationErrors.noKey(); // what an issuer sends is its own affair
        }
    }

    private static AwsError failed(URI uri, ExecutionException failure) {
        Throwable cause = failure.getCause() == null ? failure : failure.getCause();
        for (Throwable one = cause; one != null; one = one.getCause()) {
            if (one instanceof StrangeCertificateException) {
                return FederationErrors.strangeCertificate();
            }
        }
        return cause instanceof IOException
                ? FederationErrors.unreachable(uri.toString(), cause.getClass().getSimpleName())
                : FederationErrors.noKey();
    }

    private void checkAddress(URI uri) {
        String host = uri.getHost();
        if (!"https".equals(uri.getScheme()) || host == null || uri.getRawUserInfo() != null) {
            throw FederationErrors.noKey();
        }
        try {
            for (InetAddress address : InetAddress.getAllByName(host)) {
                if (!network.allows(address)) {
                    throw FederationErrors.unreachable(
                            uri.toString(), "this installation fetches no keys from there");
                }
            }
        } catch (UnknownHostException e) {
            throw FederationErrors.unreachable(uri.toString(), "the host is unknown");
        }
    }
}
