package dev.cloister.functions.contract;

import dev.cloister.api.AccountId;
import dev.cloister.api.ApiServer;
import dev.cloister.api.ApiSettings;
import dev.cloister.api.CredentialLookup.SigningCredential;
import dev.cloister.api.Principal;
import dev.cloister.api.SecretText;
import dev.cloister.api.ServiceDefinition;
import dev.cloister.functions.Installation;
import dev.cloister.functions.wire.LambdaAccess;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.InstantSource;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import software.amazon.awssdk.http.SdkHttpMethod;
import software.amazon.awssdk.http.SdkHttpRequest;
import software.amazon.awssdk.http.auth.aws.signer.AwsV4HttpSigner;
import software.amazon.awssdk.identity.spi.AwsCredentialsIdentity;

/** The edge in front of an {@link Installation}, and a client that signs. */
final class Edge implements AutoCloseable {
    static final AccountId OTHER_ACCOUNT = new AccountId("210987654321");

    /** Of any operation without a deployment package. */
    static final int BODY_LIMIT = 64 * 1024;

    private static final String SECRET = "contract";
    private static final Duration PATIENCE = Duration.ofSeconds(20);

    private final Installation installation;
    private final ApiServer server;
    private final HttpClient http =
            HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();
    private final AwsV4HttpSigner signer = AwsV4HttpSigner.create();

    Edge(Installation installation) {
        this.installation = installation;
        ApiSettings.HttpLimits defaults = ApiSettings.HttpLimits.defaults();
        this.server =
                new ApiServer(
                        new ApiSettings(
                                0,
                                List.of(InetAddress.ofLiteral("127.0.0.1")),
                                Optional.empty(),
                                Set.of(),
                                new ApiSettings.HttpLimits(
                                        defaults.maxRequestLineBytes(),
                                        defaults.maxHeaderBytes(),
                                        BODY_LIMIT,
                                        defaults.maxConnections(),
                                        defaults.headerTimeout(),
                                        defaults.bodyTimeout(),
                                        defaults.idleTimeout(),
                                        defaults.drain())),
                        Edge::credential,
                        InstantSource.system(),
                        List.of(
                                new ServiceDefinition(
                                        "lambda",
                                        "/facts/lambda.json",
                                        installation.operations(),
                                        LambdaAccess.table())),
                        List.of());
        server.start();
    }

    /** An access key id is an account's id here. */
    private static Optional<SigningCredential> credential(String accessKeyId) {
        AccountId account = new AccountId(accessKeyId);
        return Optional.of(
                new SigningCredential(
                        new Principal(
                                account,
                                "arn:aws:iam::" + account + ":root",
                                account.value(),
                                accessKeyId),
                        new SecretText(SECRET),
                        Optional.empty()));
    }

    /**
     * What came back.
     *
     * @param code of the error; empty if there is none
     */
    record Answer(int status, String code, String body) {}

    Answer send(Request request) {
        return send(request, Installation.ACCOUNT, Installation.REGION.value());
    }

    Answer send(Request request, AccountId account, String region) {
        URI uri = URI.create("http://127.0.0.1:" + server.port() + request.pathAndQuery());
        byte[] body = request.body();
        SdkHttpRequest signed =
                signer.sign(
                                sign ->
                                        sign.identity(
                                                        AwsCredentialsIdentity.create(
                                                                account.value(), SECRET))
                                                .request(
                                                        SdkHttpRequest.builder()
                                                                .uri(uri)
                                                                .method(
                                                                        SdkHttpMethod.fromValue(
                                                                                request.method()))
                                                                .build())
                                                .payload(() -> new ByteArrayInputStream(body))
                                                .putProperty(
                                                        AwsV4HttpSigner.SERVICE_SIGNING_NAME,
                                                        "lambda")
                                                .putProperty(AwsV4HttpSigner.REGION_NAME, region))
                        .request();
        HttpRequest.Builder builder =
                HttpRequest.newBuilder(uri)
                        .timeout(PATIENCE)
                        .method(
                                request.method(),
                                body.length == 0
                                        ? HttpRequest.BodyPublishers.noBody()
                                        : HttpRequest.BodyPublishers.ofByteArray(body));
        signed.forEachHeader(
                (name, values) -> {
                    if (!name.equalsIgnoreCase("Host")
                            && !name.equalsIgnoreCase("Content-Length")) {
                        values.forEach(value -> builder.header(name, value));
                    }
                });
        try {
            HttpResponse<String> response =
                    http.send(builder.build(), HttpResponse.BodyHandlers.ofString());
            return new Answer(
                    response.statusCode(),
                    response.headers().firstValue("x-amzn-ErrorType").orElse(""),
                    response.body());
        } catch (IOException e) {
            throw new UncheckedIOException("no answer to " + request, e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(e);
        }
    }

    /** Everything stored: each row of each table, and the names of all artifacts. */
    String dump() {
        StringBuilder text = new StringBuilder();
        installation
                .database()
                .read(
                        handle -> {
                            List<String> tables =
                                    handle.createQuery(
                                                    "SELECT name FROM sqlite_master WHERE type ="
                                                            + " 'table' ORDER BY name")
                                            .mapTo(String.class)
                                            .list();
                            for (String table : tables) {
                                for (Map<String, Object> row :
                                        handle.createQuery("SELECT * FROM " + table)
                                                .mapToMap()
                                                .list()) {
                                    text.append(table).append(' ');
                                    row.forEach(
                                            (column, value) ->
                                                    text.append(column)
                                                            .append('=')
                                                            .append(shown(value))
                                                            .append(' '));
                                    text.append('\n');
                                }
                            }
                            return tables.size();
                        });
        return text.append(installation.artifactNames()).toString();
    }

    private static String shown(@org.jspecify.annotations.Nullable Object value) {
        return value instanceof byte[] bytes
                ? HexFormat.of().formatHex(bytes)
                : String.valueOf(value);
    }

    static byte[] utf8(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }

    @Override
    public void close() {
        http.close();
        server.close();
    }
}
