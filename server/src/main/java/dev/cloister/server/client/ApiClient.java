package dev.cloister.server.client;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import software.amazon.awssdk.http.SdkHttpMethod;
import software.amazon.awssdk.http.SdkHttpRequest;
import software.amazon.awssdk.http.auth.aws.signer.AwsV4HttpSigner;
import software.amazon.awssdk.identity.spi.AwsCredentialsIdentity;

/** Sends signed requests to the endpoint. Thread-safe. */
public final class ApiClient implements AutoCloseable {
    private static final Duration CONNECT_TIMEOUT = Duration.ofSeconds(5);
    private static final int SHOWN_OF_BODY = 500;

    /** The JDK's client sets these itself and refuses them from others. */
    private static final Set<String> SET_BY_CLIENT = Set.of("host", "content-length");

    private final ClientProfile profile;
    private final AwsV4HttpSigner signer = AwsV4HttpSigner.create();
    private final HttpClient http;

    public ApiClient(ClientProfile profile) {
        this.profile = profile;
        this.http =
                HttpClient.newBuilder()
                        .version(HttpClient.Version.HTTP_1_1)
                        .connectTimeout(CONNECT_TIMEOUT)
                        .build();
    }

    /**
     * Sends one request and returns the body of a successful answer.
     *
     * @param service the signing name, for example {@code lambda}
     * @param headers besides those of the signature
     * @param timeout for the whole answer
     * @throws ApiCallException if there is no answer or its status is 300 or more
     */
    public HttpResponse<byte[]> call(
            String service,
            String method,
            String path,
            Map<String, String> headers,
            byte[] body,
            Duration timeout) {
        URI uri = URI.create(profile.endpoint() + path);
        HttpRequest request = signed(service, method, uri, headers, body, timeout);
        HttpResponse<byte[]> response = send(request);
        if (response.statusCode() >= 300) {
            String text = new String(response.body(), StandardCharsets.UTF_8);
            throw new ApiCallException(
                    "%s %s answered %d: %s"
                            .formatted(
                                    method,
                                    uri,
                                    response.statusCode(),
                                    text.substring(0, Math.min(text.length(), SHOWN_OF_BODY))),
                    response.statusCode());
        }
        return response;
    }

    @Override
    public void close() {
        http.close();
    }

    private HttpRequest signed(
            String service,
            String method,
            URI uri,
            Map<String, String> headers,
            byte[] body,
            Duration timeout) {
        SdkHttpRequest.Builder unsigned =
                SdkHttpRequest.builder()
                        .uri(uri)
                        .method(SdkHttpMethod.fromValue(method.toUpperCase(Locale.ROOT)));
        headers.forEach(unsigned::putHeader);
        AwsCredentialsIdentity identity =
                AwsCredentialsIdentity.create(
                        profile.accessKeyId(), profile.secretAccessKey().reveal());
        SdkHttpRequest request =
                signer.sign(
                                sign ->
                                        sign.identity(identity)
                                                .request(unsigned.build())
                                                .payload(() -> new ByteArrayInputStream(body))
                                                .putProperty(
                                                        AwsV4HttpSigner.SERVICE_SIGNING_NAME,
                                                        service)
                                                .putProperty(
                                                        AwsV4HttpSigner.REGION_NAME,
                                                        profile.region()))
                        .request();
        HttpRequest.Builder builder =
                HttpRequest.newBuilder(uri)
                        .timeout(timeout)
                        .method(method, BodyPublishers.ofByteArray(body));
        request.forEachHeader(
                (name, values) -> {
                    if (!SET_BY_CLIENT.contains(name.toLowerCase(Locale.ROOT))) {
                        values.forEach(value -> builder.header(name, value));
                    }
                });
        return builder.build();
    }

    private HttpResponse<byte[]> send(HttpRequest request) {
        try {
            return http.send(request, BodyHandlers.ofByteArray());
        } catch (IOException e) {
            throw new ApiCallException(
                    "No answer to %s %s: %s".formatted(request.method(), request.uri(), e), e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new ApiCallException("Interrupted during a call of " + request.uri(), e);
        }
    }
}
