package dev.cloister.secrets.contract;

import dev.cloister.api.ApiServer;
import dev.cloister.api.ApiSettings;
import dev.cloister.api.Authorizer;
import dev.cloister.api.CredentialLookup.SigningCredential;
import dev.cloister.api.SecretText;
import dev.cloister.api.ServiceDefinition;
import dev.cloister.secrets.TestKeys;
import dev.cloister.secrets.manager.PolicyCheck.Finding;
import dev.cloister.secrets.manager.SecretLifecycle.NewSecret;
import dev.cloister.secrets.manager.SecretValue;
import dev.cloister.secrets.manager.SecretsManager;
import dev.cloister.secrets.parameters.ParameterKind;
import dev.cloister.secrets.parameters.ParameterStore;
import dev.cloister.secrets.parameters.ParameterWrites.NewParameter;
import dev.cloister.secrets.parameters.ParameterWrites.Overwrite;
import dev.cloister.secrets.parameters.ParameterWrites.WantedTier;
import dev.cloister.secrets.wire.SecretsManagerService;
import dev.cloister.secrets.wire.SsmService;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.InstantSource;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.http.SdkHttpMethod;
import software.amazon.awssdk.http.SdkHttpRequest;
import software.amazon.awssdk.http.auth.aws.signer.AwsV4HttpSigner;
import software.amazon.awssdk.identity.spi.AwsCredentialsIdentity;

/** Both services behind the edge, with a secret and a parameter there, and a client that signs. */
final class Edge implements AutoCloseable {
    /** The secret's version. */
    static final String VERSION = "11111111-2222-3333-4444-555555555555";

    private static final Duration PATIENCE = Duration.ofSeconds(20);
    private static final String SECRET = "contract";
    private static final Pattern TYPE = Pattern.compile("\"__type\":\"(?:[^\"#]*#)?([^\"]+)\"");

    private final TestKeys world;
    private final SecretsManager manager;
    private final List<ServiceDefinition> services;
    private final ApiServer server;
    private final HttpClient http =
            HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();
    private final AwsV4HttpSigner signer = AwsV4HttpSigner.create();

    Edge(Path folder) {
        world = new TestKeys(folder);
        manager =
                new SecretsManager(
                        world.database,
                        world.values,
                        (_, _) -> new Finding.Sound(),
                        world,
                        new SecureRandom());
        ParameterStore parameters =
                new ParameterStore(world.database, world.values, world.envelope, world);
        fill(parameters);
        services =
                List.of(
                        SecretsManagerService.definition(manager, Authorizer.EVERYTHING),
                        SsmService.definition(parameters));
        server =
                new ApiServer(
                        new ApiSettings(
                                0,
                                List.of(InetAddress.ofLiteral("127.0.0.1")),
                                Optional.empty(),
                                Set.of(),
                                ApiSettings.HttpLimits.defaults()),
                        id ->
                                Optional.of(
                                        new SigningCredential(
                                                TestKeys.OWNER.principal(),
                                                new SecretText(SECRET),
                                                Optional.empty())),
                        InstantSource.system(),
                        services,
                        List.of());
        server.start();
    }

    private void fill(ParameterStore parameters) {
        manager.lifecycle()
                .create(
                        TestKeys.OWNER,
                        new NewSecret(
                                "there",
                                Optional.empty(),
                                Optional.empty(),
                                Optional.of(SecretValue.text("value")),
                                Optional.of(VERSION),
                                Map.of()));
        parameters
                .writes()
                .put(
                        TestKeys.OWNER,
                        new NewParameter(
                                "/there",
                                "value",
                                Optional.of(ParameterKind.SECURE_STRING),
                                Optional.empty(),
                                Optional.empty(),
                                Optional.empty(),
                                Optional.empty(),
                                WantedTier.UNSAID,
                                Overwrite.REFUSED,
                                Map.of()));
    }

    List<ServiceDefinition> services() {
        return services;
    }

    /**
     * What came back.
     *
     * @param code of the error; empty if there is none
     */
    record Answer(int status, String code, String body) {}

    Answer send(String service, String target, byte[] body) {
        URI uri = URI.create("http://127.0.0.1:" + server.port() + "/");
        SdkHttpRequest signed =
                signer.sign(
                                sign ->
                                        sign.identity(
                                                        AwsCredentialsIdentity.create(
                                                                "AKIAEXAMPLE", SECRET))
                                                .request(
                                                        SdkHttpRequest.builder()
                                                                .uri(uri)
                                                                .method(SdkHttpMethod.POST)
                                                                .putHeader("X-Amz-Target", target)
                                                                .putHeader(
                                                                        "Content-Type",
                                                                        "application/x-amz-json-1.1")
                                                                .build())
                                                .payload(() -> new ByteArrayInputStream(body))
                                                .putProperty(
                                                        AwsV4HttpSigner.SERVICE_SIGNING_NAME,
                                                        service)
                                                .putProperty(
                                                        AwsV4HttpSigner.REGION_NAME, "us-east-1"))
                        .request();
        HttpRequest.Builder builder =
                HttpRequest.newBuilder(uri)
                        .timeout(PATIENCE)
                        .POST(HttpRequest.BodyPublishers.ofByteArray(body));
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
            Matcher type = TYPE.matcher(response.body());
            return new Answer(
                    response.statusCode(), type.find() ? type.group(1) : "", response.body());
        } catch (IOException e) {
            throw new UncheckedIOException("no answer to " + target, e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(e);
        }
    }

    /** Every row that is stored. */
    String dump() {
        StringBuilder text = new StringBuilder();
        world.database.read(
                handle -> {
                    List<String> tables =
                            handle.createQuery(
                                            "SELECT name FROM sqlite_master WHERE type = 'table'"
                                                    + " ORDER BY name")
                                    .mapTo(String.class)
                                    .list();
                    for (String table : tables) {
                        for (Map<String, Object> row :
                                handle.createQuery("SELECT * FROM " + table).mapToMap().list()) {
                            text.append(table);
                            row.forEach(
                                    (column, value) ->
                                            text.append(' ')
                                                    .append(column)
                                                    .append('=')
                                                    .append(shown(value)));
                            text.append('\n');
                        }
                    }
                    return tables.size();
                });
        return text.toString();
    }

    private static String shown(@Nullable Object value) {
        return value instanceof byte[] bytes
                ? HexFormat.of().formatHex(bytes)
                : String.valueOf(value);
    }

    @Override
    public void close() {
        http.close();
        server.close();
        manager.close();
        world.close();
    }
}
