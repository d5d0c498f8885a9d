package dev.cloister.api.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.cloister.api.ApiSettings;
import dev.cloister.api.ApiSettings.HttpLimits;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@Timeout(60)
class HttpServerTest {
    private static final HttpLimits LIMITS =
            new HttpLimits(
                    1_024,
                    4_096,
                    10_000,
                    8,
                    Duration.ofMillis(400),
                    Duration.ofMillis(600),
                    Duration.ofMillis(800),
                    Duration.ofSeconds(10));

    private final CountDownLatch release = new CountDownLatch(1);
    private final CountDownLatch entered = new CountDownLatch(1);
    private final CountDownLatch gaveUp = new CountDownLatch(1);
    private HttpServer server = new HttpServer(settings(0), this::handle);

    private static ApiSettings settings(int port) {
        return new ApiSettings(
                port,
                List.of(InetAddress.getLoopbackAddress()),
                Optional.empty(),
                Set.of(),
                LIMITS);
    }

    @BeforeEach
    void start() {
        server.start();
    }

    @AfterEach
    void stop() {
        release.countDown();
        server.close();
    }

    private void handle(HttpExchange exchange) {
        try {
            String path = exchange.head().rawPath();
            switch (path) {
                case "/wait" -> {
                    entered.countDown();
                    release.await();
                    exchange.response().send(new byte[0]);
                }
                case "/endless" -> {
                    OutputStream out = exchange.response().stream();
                    byte[] block = new byte[1 << 20];
                    try {
                        while (true) {
                            out.write(block);
                        }
                    } catch (ClientGoneException e) {
                        gaveUp.countDown();
                        throw e;
                    }
                }
                case "/chunks" -> {
                    try (OutputStream out = exchange.response().stream()) {
                        out.write('a');
                        out.flush();
                        out.write('b');
                    }
                }
                case "/unfinished" -> {
                    OutputStream out = exchange.response().stream();
                    out.write('a');
                    out.flush();
                }
                case "/unread" -> exchange.response().send(new byte[0]);
                default -> {
                    byte[] body = exchange.readBody(LIMITS.maxBodyBytes());
                    String text = path + " " + body.length + " " + exchange.head().rawQuery();
                    exchange.response().send(text.getBytes(StandardCharsets.UTF_8));
                }
            }
        } catch (BodyTooLargeException e) {
            send(exchange, 413);
        } catch (dev.cloister.api.message.MalformedRequestException e) {
            send(exchange, 400);
        } catch (IOException | InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }

    private static void send(HttpExchange exchange, int status) {
        try {
            exchange.response().status(status).send(new byte[0]);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private RawClient client() throws IOException {
        return new RawClient(server.port());
    }

    @Test
    void keepsConnectionsAndAnswersPipelinedRequestsInOrder() throws IOException {
        try (RawClient client = client()) {
            client.send("GET /1?a=b HTTP/1.1\r\nHost: h\r\n\r\n");
            assertThat(client.reply()).startsWith("HTTP/1.1 200").endsWith("/1 0 a=b");
            client.send(
                    "POST /2 HTTP/1.1\r\nHost: h\r\nContent-Length: 3\r\n\r\nabc"
                            + "POST /3 HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: chunked\r\n\r\n"
                            + "2\r\nab\r\n3\r\ncde\r\n0\r\n\r\n"
                            + "HEAD /4 HTTP/1.1\r\nHost: h\r\n\r\n");
            assertThat(client.reply()).endsWith("/2 3 ");
            assertThat(client.reply()).endsWith("/3 5 ");
            assertThat(client.reply()).endsWith("\r\n\r\n").contains("x-amzn-RequestId: ");
            client.send("GET /chunks HTTP/1.1\r\nHost: h\r\nConnection: close\r\n\r\n");
            assertThat(client.untilClosed()).endsWith("1\r\na\r\n1\r\nb\r\n0\r\n\r\n");
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "/a;b=c/d",
                "//a//b",
                "/a%2Fb",
                "/a+b",
                "/a%3Ab",
                "/$LATEST",
                "/a/../b/./c",
                "/%zz",
                "/%",
                "/{}|^`\\\"<>",
                "/a:b@c!*'()"
            })
    void handsPathsOverAsReceived(String path) throws IOException {
        try (RawClient client = client()) {
            client.send("GET " + path + " HTTP/1.1\r\nHost: h\r\n\r\n");
            assertThat(client.reply()).startsWith("HTTP/1.1 200").endsWith(path + " 0 ");
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "GET / HTTP/1.1\r\n\r\n",
                "GET / HTTP/1.1\r\nHost: a\r\nHost: b\r\n\r\n",
                "GET / HTTP/1.1\r\nHost: a\r\nBad Name: b\r\n\r\n",
                "GET / HTTP/1.1\r\nHost: a\r\nX: \u0001\r\n\r\n",
                "GET / HTTP/1.1\r\nHost: a\r\nno colon\r\n\r\n",
                "GET a HTTP/1.1\r\nHost: a\r\n\r\n",
                "GET / HTTP/3.7\r\nHost: a\r\n\r\n",
                "GET\r\n\r\n",
                "\u0000\u0001\u0002\r\n\r\n",
                "GET /\u00fc HTTP/1.1\r\nHost: a\r\n\r\n",
                "POST / HTTP/1.1\r\nHost: a\r\nContent-Length: x\r\n\r\n",
                "POST / HTTP/1.1\r\nHost: a\r\nContent-Length: -1\r\n\r\n",
                "POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\nab",
                "POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 1\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
                "POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n",
                "POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n-1\r\n\r\n"
            })
    void refusesWhatIsNotHttp(String request) throws IOException {
        try (RawClient client = client()) {
            client.send(request).endOutput();
            assertThat(client.untilClosed()).startsWith("HTTP/1.1 4");
        }
    }

    @Test
    void refusesLongLinesAndHeaders() throws IOException {
        try (RawClient client = client()) {
            client.send("GET /" + "a".repeat(2_000) + " HTTP/1.1\r\nHost: h\r\n\r\n");
            assertThat(client.untilClosed()).startsWith("HTTP/1.1 414");
        }
        try (RawClient client = client()) {
            client.send("GET / HTTP/1.1\r\nHost: h\r\nA: " + "a".repeat(5_000) + "\r\n\r\n");
            assertThat(client.untilClosed()).startsWith("HTTP/1.1 400");
        }
    }

    @Test
    void refusesLongBodiesAndServesOn() throws IOException {
        byte[] body = new byte[10_001];
        try (RawClient client = client()) {
            client.send("POST /a HTTP/1.1\r\nHost: h\r\nContent-Length: 10001\r\n\r\n").send(body);
            assertThat(client.reply()).startsWith("HTTP/1.1 413");
            client.send("POST /a HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: chunked\r\n\r\n2711\r\n")
                    .send(body)
                    .send("\r\n0\r\n\r\n");
            assertThat(client.reply()).startsWith("HTTP/1.1 413");
            client.send("POST /a HTTP/1.1\r\nHost: h\r\nContent-Length: 10000\r\n\r\n")
                    .send(new byte[10_000]);
            assertThat(client.reply()).endsWith("/a 10000 ");
            client.send("POST /unread HTTP/1.1\r\nHost: h\r\nContent-Length: 3\r\n\r\nabc");
            assertThat(client.reply()).startsWith("HTTP/1.1 200");
            client.send("GET /b HTTP/1.1\r\nHost: h\r\n\r\n");
            assertThat(client.reply()).endsWith("/b 0 ");
        }
    }

    @Test
    void answersAClientThatWaitsForLeaveToSend() throws IOException {
        try (RawClient client = client()) {
            client.send(
                    "POST /a HTTP/1.1\r\nHost: h\r\nContent-Length: 3\r\nExpect: 100-continue\r\n\r\n");
            assertThat(client.reply()).startsWith("HTTP/1.1 100");
            client.send("abc");
            assertThat(client.reply()).endsWith("/a 3 ");
            client.send(
                    "POST /a HTTP/1.1\r\nHost: h\r\nContent-Length: 300000\r\nExpect: 100-continue\r\n\r\n");
            assertThat(client.untilClosed()).startsWith("HTTP/1.1 413");
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "GET / HT",
                "GET / HTTP/1.1\r\nHost: h\r\n",
                "POST /a HTTP/1.1\r\nHost: h\r\nContent-Length: 30\r\n\r\n",
                "POST /a HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: chunked\r\n\r\n"
            })
    void cutsOffAClientThatTrickles(String beginning) throws IOException {
        try (RawClient client = client()) {
            client.send(beginning);
            ExecutorService executor = Executors.newVirtualThreadPerTaskExecutor();
            Future<?> trickle =
                    executor.submit(
                            () -> {
                                while (true) {
                                    Thread.sleep(50);
                                    client.send(beginning.isEmpty() ? "" : "a");
                                }
                            });
            assertThat(client.untilClosed()).isEmpty();
            trickle.cancel(true);
            executor.close();
        }
    }

    @Test
    void cutsOffAClientThatDoesNotTakeItsReply() throws Exception {
        try (RawClient client = client()) {
            client.send("GET /endless HTTP/1.1\r\nHost: h\r\n\r\n");
            assertThat(gaveUp.await(20, TimeUnit.SECONDS)).isTrue();
        }
    }

    @Test
    void breaksOffAReplyThatItsHandlerDidNotFinish() throws IOException {
        try (RawClient client = client()) {
            client.send("GET /unfinished HTTP/1.1\r\nHost: h\r\n\r\n");
            assertThat(client.untilClosed()).doesNotEndWith("0\r\n\r\n");
        }
    }

    @Test
    void letsConnectionsOverTheCapWait() throws Exception {
        RawClient[] clients = new RawClient[9];
        for (int i = 0; i < 9; i++) {
            clients[i] = client();
        }
        // Eight idle connections end by their timeout, and the ninth is served then.
        clients[8].send("GET /a HTTP/1.1\r\nHost: h\r\n\r\n");
        assertThat(clients[8].reply()).startsWith("HTTP/1.1 200");
        for (RawClient client : clients) {
            client.close();
        }
    }

    @Test
    void closesAfterRequestsUnderWay() throws Exception {
        try (RawClient client = client()) {
            client.send("GET /wait HTTP/1.1\r\nHost: h\r\n\r\n");
            assertThat(entered.await(10, TimeUnit.SECONDS)).isTrue();
            int port = server.port();
            CompletableFuture<Void> closing = CompletableFuture.runAsync(server::close);
            assertThatThrownBy(
                            () -> {
                                while (true) {
                                    new RawClient(port).close();
                                    Thread.sleep(10);
                                }
                            })
                    .isInstanceOf(java.net.ConnectException.class);
            assertThat(closing).isNotDone();
            release.countDown();
            assertThat(client.reply()).startsWith("HTTP/1.1 200");
            closing.get(20, TimeUnit.SECONDS);
        }
    }

    @Test
    void saysWhichAddressItCannotHave() {
        assertThatThrownBy(() -> new HttpServer(settings(server.port()), this::handle).start())
                .isInstanceOf(HttpServerException.class)
                .hasMessageContaining("port " + server.port());
    }
}
