package dev.cloister.api;

import static org.assertj.core.api.Assertions.assertThat;

import dev.cloister.api.http.RawClient;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.TestInstance.Lifecycle;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Hosts that are not the API's: which requests they get, and what a signature tells them. */
@TestInstance(Lifecycle.PER_CLASS)
class HostRouteTest {
    private final HostRoute own =
            new HostRoute() {
                @Override
                public boolean takes(String host) {
                    return host.equals("127.0.0.1") || host.equals("own.example");
                }

                @Override
                public long maxBody() {
                    return 10;
                }

                @Override
                public void handle(HostRequest request, RawHandler.RawResponse response)
                        throws IOException {
                    String body =
                            request.rawPath().equals("/signed")
                                    ? signed(request)
                                    : new String(request.body(), StandardCharsets.UTF_8);
                    response.addHeader("Set-Cookie", "a=1")
                            .addHeader("Set-Cookie", "b=2")
                            .send(
                                    ("own " + request.host() + request.rawPath() + " " + body)
                                            .getBytes(StandardCharsets.UTF_8));
                }
            };

    private static String signed(HostRoute.HostRequest request) {
        HostRoute.Signed signed = request.signed("lambda");
        return signed.principal().arn()
                + " "
                + signed.region()
                + " "
                + new String(signed.body(), StandardCharsets.UTF_8);
    }

    private final ApiServer server =
            new ApiServer(
                    ApiSettings.loopback(0),
                    new FakeCredentials(),
                    InstantSource.system(),
                    new TestServices().definitions(),
                    List.of(own),
                    List.of());

    @BeforeAll
    void start() {
        server.start();
    }

    @AfterAll
    void stop() {
        server.close();
    }

    private String exchange(byte[] request) throws IOException {
        try (RawClient client = new RawClient(server.port())) {
            return client.send(request).reply();
        }
    }

    private String get(String host, String path) throws IOException {
        return exchange(
                ("GET " + path + " HTTP/1.1\r\nHost: " + host + "\r\n\r\n")
                        .getBytes(StandardCharsets.UTF_8));
    }

    @ParameterizedTest
    @ValueSource(strings = {"/", "/_cloister/health", "/2015-03-31/functions", "//x/../%zz"})
    void getsEveryPathOfItsHosts(String path) throws IOException {
        assertThat(get("own.example:4566", path))
                .startsWith("HTTP/1.1 200")
                .contains("Set-Cookie: a=1")
                .contains("Set-Cookie: b=2")
                .endsWith("own own.example" + path + " ");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "localhost",
                "x.own.example",
                "own.example.evil",
                "own.example/",
                "own.example@evil",
                "[::1]:4566",
                "own.example\u00e9"
            })
    void getsNoOtherHosts(String host) throws IOException {
        assertThat(get(host, "/2015-03-31/functions")).doesNotContain("own ");
    }

    @Test
    void isChosenByTheHostHeaderAlone() throws IOException {
        String forwarded = "GET /2015-03-31/functions HTTP/1.1\r\nHost: api\r\n";
        assertThat(
                        exchange(
                                (forwarded
                                                + "X-Forwarded-Host: own.example\r\n"
                                                + "Forwarded: host=own.example\r\n\r\n")
                                        .getBytes(StandardCharsets.UTF_8)))
                .startsWith("HTTP/1.1 403")
                .contains("MissingAuthenticationTokenException");
        assertThat(
                        exchange(
                                (forwarded + "Host: own.example\r\n\r\n")
                                        .getBytes(StandardCharsets.UTF_8)))
                .startsWith("HTTP/1.1 400");
    }

    @Test
    void learnsWhoSigned() throws IOException {
        assertThat(get("own.example", "/signed"))
                .startsWith("HTTP/1.1 403")
                .contains("MissingAuthenticationTokenException");
        byte[] good =
                SignedText.of(
                        "lambda",
                        "POST",
                        "/signed",
                        Map.of(),
                        "hello".getBytes(StandardCharsets.UTF_8));
        assertThat(exchange(good)).startsWith("HTTP/1.1 200").endsWith("hello");
        String changed = new String(good, StandardCharsets.UTF_8).replace("hello", "hullo");
        assertThat(exchange(changed.getBytes(StandardCharsets.UTF_8)))
                .startsWith("HTTP/1.1 403")
                .contains("InvalidSignatureException");
        assertThat(exchange(SignedText.of("sts", "POST", "/signed", Map.of(), new byte[] {'x'})))
                .startsWith("HTTP/1.1 403")
                .contains("correct service: 'lambda'");
    }

    @Test
    void refusesABodyOverItsLimit() throws IOException {
        String head = "POST / HTTP/1.1\r\nHost: own.example\r\nContent-Length: ";
        assertThat(exchange((head + "10\r\n\r\n0123456789").getBytes(StandardCharsets.UTF_8)))
                .startsWith("HTTP/1.1 200");
        assertThat(exchange((head + "11\r\n\r\n0123456789a").getBytes(StandardCharsets.UTF_8)))
                .startsWith("HTTP/1.1 413")
                .contains("Request must be smaller than 10 bytes");
    }
}
