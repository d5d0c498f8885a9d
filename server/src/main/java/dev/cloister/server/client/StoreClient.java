package dev.cloister.server.client;

import dev.cloister.api.SecretText;
import dev.cloister.api.message.Percent;
import java.io.ByteArrayInputStream;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandler;
import java.net.http.HttpResponse.BodyHandlers;
import java.net.http.HttpResponse.BodySubscribers;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import software.amazon.awssdk.http.SdkHttpMethod;
import software.amazon.awssdk.http.SdkHttpRequest;
import software.amazon.awssdk.http.auth.aws.signer.AwsV4HttpSigner;
import software.amazon.awssdk.identity.spi.AwsCredentialsIdentity;

/**
 * Reads objects of one store that speaks S3. It contacts no other address: redirects are answers
 * like others. Thread-safe.
 */
public final class StoreClient implements AutoCloseable {
    private static final Duration CONNECT_TIMEOUT = Duration.ofSeconds(10);
    private static final Set<String> SET_BY_CLIENT = Set.of("host", "content-length");
    private static final int MOST_OF_ERROR = 64 * 1_024;
    private static final int SHOWN = 500;

    private final URI endpoint;
    private final Addressing addressing;
    private final String region;
    private final String accessKeyId;
    private final SecretText secretAccessKey;
    private final Duration limit;
    private final AwsV4HttpSigner signer = AwsV4HttpSigner.create();
    private final HttpClient http =
            HttpClient.newBuilder()
                    .version(HttpClient.Version.HTTP_1_1)
                    .followRedirects(HttpClient.Redirect.NEVER)
                    .connectTimeout(CONNECT_TIMEOUT)
                    .build();

    /** Where a bucket's name stands. */
    public enum Addressing {
        PATH,
        VIRTUAL_HOST
    }

    /**
     * @param endpoint without a path
     * @param limit for one object, its last byte included
     */
    public StoreClient(
            URI endpoint,
            Addressing addressing,
            String region,
            String accessKeyId,
            SecretText secretAccessKey,
            Duration limit) {
        this.endpoint = endpoint;
        this.addressing = addressing;
        this.region = region;
        this.accessKeyId = accessKeyId;
        this.secretAccessKey = secretAccessKey;
        this.limit = limit;
    }

    /** What the store said instead of the object, in S3's code and words. */
    public static final class RefusedException extends Exception {
        private static final long serialVersionUID = 1L;

        private final String code;

        RefusedException(String code, String message) {
            super(message, null, false, false);
            this.code = code;
        }

        public String code() {
            return code;
        }

        public String message() {
            String message = getMessage();
            return message == null ? "" : message;
        }
    }

    /** What stands for an object that is larger than may be. */
    public static final String TOO_LARGE = "EntityTooLarge";

    /**
     * Reads a whole object.
     *
     * @throws RefusedException if it can't be had, with {@link #TOO_LARGE} if it is larger
     */
    public byte[] get(String bucket, String key, Optional<String> version, long most)
            throws RefusedException {
        HttpResponse<Body> response = send(signed(address(bucket, key, version)), most);
        if (response.statusCode() == 200) {
            if (response.body().cut) {
                throw new RefusedException(TOO_LARGE, "The object is too large.");
            }
            return response.body().bytes;
        }
        throw refusal(
                response.statusCode(), new String(response.body().bytes, StandardCharsets.UTF_8));
    }

    private URI address(String bucket, String key, Optional<String> version) {
        StringBuilder uri = new StringBuilder();
        switch (addressing) {
            case PATH -> uri.append(endpoint).append('/').append(bucket).append('/');
            case VIRTUAL_HOST ->
                    uri.append(endpoint.getScheme())
                            .append("://")
                            .append(bucket)
                            .append('.')
                            .append(endpoint.getRawAuthority())
                            .append('/');
        }
        for (String part : key.split("(?<=/)|(?=/)", -1)) {
            if (part.equals("/")) {
                uri.append('/');
            } else {
                Percent.encode(part, uri);
            }
        }
        if (version.isPresent()) {
            uri.append("?versionId=");
            Percent.encode(version.get(), uri);
        }
        return URI.create(uri.toString());
    }

    private HttpRequest signed(URI uri) {
        SdkHttpRequest request =
                signer.sign(
                                sign ->
                                        sign.identity(
                                                        AwsCredentialsIdentity.create(
                                                                accessKeyId,
                                                                secretAccessKey.reveal()))
                                                .request(
                                                        SdkHttpRequest.builder()
                                                                .uri(uri)
                                                                .method(SdkHttpMethod.GET)
                                                                .build())
                                                .payload(
                                                        () -> new ByteArrayInputStream(new byte[0]))
                                                .putProperty(
                                                        AwsV4HttpSigner.SERVICE_SIGNING_NAME, "s3")
                                                .putProperty(AwsV4HttpSigner.REGION_NAME, region)
                                                .putProperty(
                                                        AwsV4HttpSigner.DOUBLE_URL_ENCODE, false)
                                                .putProperty(AwsV4HttpSigner.NORMALIZE_PATH, false))
                        .request();
        HttpRequest.Builder builder = HttpRequest.newBuilder(uri).timeout(limit).GET();
        request.forEachHeader(
                (name, values) -> {
                    if (!SET_BY_CLIENT.contains(name.toLowerCase(Locale.ROOT))) {
                        values.forEach(value -> builder.header(name, value));
                    }
                });
        return builder.build();
    }

    /** What was read, or that nothing was. */
    private static final class Body {
        private final byte[] bytes;
        private final boolean cut;

        Body(byte[] bytes, boolean cut) {
            this.bytes = bytes;
            this.cut = cut;
        }
    }

    private HttpResponse<Body> send(HttpRequest request, long most) throws RefusedException {
        CompletableFuture<HttpResponse<Body>> answer = http.sendAsync(request, handler(most));
        try {
            return answer.get(limit.toMillis(), TimeUnit.MILLISECONDS);
        } catch (ExecutionException e) {
            throw unavailable(String.valueOf(e.getCause()));
        } catch (TimeoutException e) {
            answer.cancel(true);
            throw unavailable("no whole answer within " + limit.toSeconds() + " s");
        } catch (InterruptedException e) {
            answer.cancel(true);
            Thread.currentThread().interrupt();
            throw unavailable("interrupted");
        }
    }

    /** Where more is announced than may be, nothing is read of it. */
    private static BodyHandler<Body> handler(long most) {
        return info -> {
            long bound = info.statusCode() == 200 ? most : MOST_OF_ERROR;
            boolean over = info.headers().firstValueAsLong("content-length").orElse(0) > bound;
            return over
                    ? new Abandoned()
                    : BodySubscribers.mapping(
                            BodyHandlers.limiting(BodyHandlers.ofByteArray(), bound).apply(info),
                            bytes -> new Body(bytes, false));
        };
    }

    /** Reads nothing, and so ends the connection. */
    private static final class Abandoned implements HttpResponse.BodySubscriber<Body> {
        @Override
        public CompletableFuture<Body> getBody() {
            return CompletableFuture.completedFuture(new Body(new byte[0], true));
        }

        @Override
        public void onSubscribe(java.util.concurrent.Flow.Subscription subscription) {
            subscription.cancel();
        }

        @Override
        public void onNext(java.util.List<java.nio.ByteBuffer> item) {}

        @Override
        public void onError(Throwable throwable) {}

        @Override
        public void onComplete() {}
    }

    private static RefusedException refusal(int status, String document) {
        String code = element("Code", document).orElse("");
        String message = element("Message", document).orElse("");
        if (status / 100 == 3) {
            return new RefusedException(
                    code.isEmpty() ? "PermanentRedirect" : code,
                    message.isEmpty() ? "The store redirects to another address." : message);
        }
        if (code.isEmpty()) {
            code = status == 403 ? "AccessDenied" : status == 404 ? "NoSuchKey" : "HTTP" + status;
        }
        return new RefusedException(code, message.isEmpty() ? "HTTP status " + status : message);
    }

    /** The texts of an error's document; it comes from a machine that need not be trusted. */
    private static Optional<String> element(String name, String document) {
        Matcher matcher =
                Pattern.compile("<" + name + ">([^<]{1," + SHOWN + "})</" + name + ">")
                        .matcher(document);
        return matcher.find()
                ? Optional.of(matcher.group(1).replaceAll("\\p{Cntrl}", " "))
                : Optional.empty();
    }

    private RefusedException unavailable(String why) {
        return new RefusedException(
                "ServiceUnavailable", "The store " + endpoint + " does not answer: " + why);
    }

    @Override
    public void close() {
        http.shutdownNow();
    }
}
