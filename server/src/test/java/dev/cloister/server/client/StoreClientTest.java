package dev.cloister.server.client;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.sun.net.httpserver.HttpServer;
import dev.cloister.api.SecretText;
import dev.cloister.server.client.StoreClient.Addressing;
import dev.cloister.server.client.StoreClient.RefusedException;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** A store that answers as it likes. */
@SuppressWarnings("NullAway.Init")
final class StoreClientTest {
    private static final String SECRET = "a secret that nobody sees";

    private final List<String> asked = new CopyOnWriteArrayList<>();
    private final CountDownLatch end = new CountDownLatch(1);
    private HttpServer server;
    private StoreClient client;

    @BeforeEach
    void start() throws IOException {
        server = HttpServer.create(new InetSocketAddress(InetAddress.ofLiteral("127.0.0.1"), 0), 0);
        server.start();
        client = client(Duration.ofSeconds(20));
    }

    private StoreClient client(Duration limit) {
        return new StoreClient(
                URI.create("http://127.0.0.1:" + server.getAddress().getPort()),
                Addressing.PATH,
                "eu-west-1",
                "AKIASTORE",
                new SecretText(SECRET),
                limit);
    }

    @AfterEach
    void stop() {
        end.countDown();
        client.close();
        server.stop(0);
    }

    private void answer(int status, String body, String... headers) {
        server.createContext(
                "/",
                exchange -> {
                    asked.add(
                            exchange.getRequestURI()
                                    + " "
                                    + exchange.getRequestHeaders().getFirst("Authorization"));
                    for (int i = 0; i < headers.length; i += 2) {
                        exchange.getResponseHeaders().add(headers[i], headers[i + 1]);
                    }
                    byte[] bytes = body.getBytes(StandardCharsets.UTF_8);
                    exchange.sendResponseHeaders(status, bytes.length == 0 ? -1 : bytes.length);
                    exchange.getResponseBody().write(bytes);
                    exchange.close();
                });
    }

    private byte[] get(long most) throws RefusedException {
        return client.get("b", "dir/a +ü", Optional.of("v/1"), most);
    }

    @Test
    void readsWhatItAskedForSigned() throws Exception {
        answer(200, "content");
        assertThat(get(7)).asString(StandardCharsets.UTF_8).isEqualTo("content");
        assertThat(asked)
                .singleElement()
                .asString()
                .startsWith("/b/dir/a%20%2B%C3%BC?versionId=v%2F1 AWS4-HMAC-SHA256")
                .contains("Credential=AKIASTORE/", "/eu-west-1/s3/aws4_request")
                .doesNotContain(SECRET);
    }

    @Test
    void moreThanMayBeIsNotRead() {
        answer(200, "content");
        assertThatThrownBy(() -> get(6))
                .isInstanceOfSatisfying(
                        RefusedException.class,
                        e -> assertThat(e.code()).isEqualTo(StoreClient.TOO_LARGE));
    }

    @Test
    void theStoresErrorIsToldInItsWords() {
        answer(
                404,
                "<Error><Code>NoSuchBucket</Code><Message>The specified bucket does not exist"
                        + "</Message></Error>");
        assertThatThrownBy(() -> get(6))
                .isInstanceOfSatisfying(
                        RefusedException.class,
                        e -> {
                            assertThat(e.code()).isEqualTo("NoSuchBucket");
                            assertThat(e.message())
                                    .isEqualTo("The specified bucket does not exist");
                        });
    }

    @Test
    void aRedirectIsNotFollowed() {
        answer(
                307,
                "",
                "Location",
                "http://127.0.0.1:" + server.getAddress().getPort() + "/elsewhere");
        assertThatThrownBy(() -> get(6))
                .isInstanceOfSatisfying(
                        RefusedException.class,
                        e -> assertThat(e.code()).isEqualTo("PermanentRedirect"));
        assertThat(asked).hasSize(1);
    }

    @Test
    void aStoreThatStallsOrIsNotThereIsToldSo() {
        server.createContext(
                "/",
                exchange -> {
                    exchange.sendResponseHeaders(200, 100);
                    exchange.getResponseBody().write('x');
                    exchange.getResponseBody().flush();
                    try {
                        end.await();
                    } catch (InterruptedException e) {
                        Thread.currentThread().interrupt();
                    }
                });
        try (StoreClient hasty = client(Duration.ofMillis(300))) {
            assertThatThrownBy(() -> hasty.get("b", "k", Optional.empty(), 1_000))
                    .isInstanceOfSatisfying(
                            RefusedException.class,
                            e -> {
                                assertThat(e.code()).isEqualTo("ServiceUnavailable");
                                assertThat(e.message()).doesNotContain(SECRET);
                            });
        }
        end.countDown();
        server.stop(0);
        assertThatThrownBy(() -> get(6))
                .isInstanceOfSatisfying(
                        RefusedException.class,
                        e -> assertThat(e.code()).isEqualTo("ServiceUnavailable"));
    }
}
