package dev.cloister.tests.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import dev.cloister.tests.product.Installation;
import dev.cloister.tests.product.Installation.CommandResult;
import dev.cloister.tests.product.TestFunction;
import java.io.IOException;
import java.io.InputStream;
import java.net.Inet4Address;
import java.net.InetAddress;
import java.net.NetworkInterface;
import java.net.Socket;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.cert.CertificateFactory;
import java.util.Map;
import java.util.Optional;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLHandshakeException;
import javax.net.ssl.SSLSocket;
import javax.net.ssl.TrustManagerFactory;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import software.amazon.awssdk.services.lambda.LambdaClient;

/**
 * What an operator configures: an installation with egress by account and function, and with an
 * endpoint beyond loopback.
 */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
final class ConfigurationTest {
    /** Nobody's address: TEST-NET-3 (RFC 5737) is refused before it leaves the host. */
    private static final String TEST_NET = "203.0.113.5";

    private static final String PROBE =
            """
            import errno, os, socket
            import boto3

            def reach(address):
                with socket.socket() as s:
                    s.settimeout(5)
                    try:
                        s.connect((address, 9))
                    except OSError as e:
                        return errno.errorcode.get(e.errno, str(e))
                    return "reached"

            def resolve(name):
                try:
                    return socket.gethostbyname(name)
                except OSError as e:
                    return type(e).__name__

            def handler(event, context):
                return {
                    "interfaces": [name for _, name in socket.if_nameindex()],
                    "address": reach(event["address"]),
                    "name": resolve("cloister.invalid"),
                    "caller": boto3.client("sts").get_caller_identity()["Account"],
                }
            """;

    private final Installation installation = Installation.inNewFolder();
    private InetAddress address = InetAddress.getLoopbackAddress();

    @BeforeAll
    void start() throws IOException {
        Optional<InetAddress> own =
                NetworkInterface.networkInterfaces()
                        .flatMap(NetworkInterface::inetAddresses)
                        .filter(Inet4Address.class::isInstance)
                        .filter(each -> !each.isLoopbackAddress() && !each.isLinkLocalAddress())
                        .findFirst();
        Assumptions.assumeTrue(own.isPresent(), "needs an address beyond loopback");
        address = own.get();
        Files.writeString(
                installation.data().resolve("cloister.conf"),
                """
                account.id = 123456789012
                egress.123456789012 = none
                egress.123456789012.open = public
                egress.123456789012.confined = 10.91.0.0/16
                """);
        installation.up("--no-sample", "--bind", address.getHostAddress());
    }

    @AfterAll
    void stop() {
        installation.close();
    }

    @Test
    void aFunctionWithoutEgressReachesThePlatformAndNothingElse() {
        try (LambdaClient lambda = installation.lambda();
                TestFunction function = function(lambda, "shut")) {
            assertThat(function.call(event(TEST_NET)))
                    .contains("\"interfaces\": [\"lo\"]")
                    .contains("\"address\": \"ENETUNREACH\"")
                    .contains("\"name\": \"gaierror\"")
                    .contains("\"caller\": \"123456789012\"");
        }
    }

    @Test
    void theMostSpecificSettingCounts() {
        try (LambdaClient lambda = installation.lambda();
                TestFunction open = function(lambda, "open");
                TestFunction confined = function(lambda, "confined")) {
            assertThat(open.call(event(TEST_NET)))
                    .contains("\"eth0\"")
                    .as("private addresses are no public ones")
                    .contains("\"address\": \"EHOSTUNREACH\"");
            assertThat(confined.call(event("11.22.33.44")))
                    .contains("\"eth0\"")
                    .as("a public address is not in its range")
                    .contains("\"address\": \"EHOSTUNREACH\"")
                    .contains("\"caller\": \"123456789012\"");
        }
    }

    @Test
    void theEndpointBeyondLoopbackSpeaksTlsByTheOwnAuthority() throws Exception {
        Path authority = installation.data().resolve("tls/ca.pem");
        CommandResult identity =
                installation.aws(
                        Map.of("AWS_CA_BUNDLE", authority.toString()),
                        "sts",
                        "get-caller-identity",
                        "--endpoint-url",
                        "https://" + address.getHostAddress() + ":" + installation.port());
        assertThat(identity.checked()).contains("\"Account\": \"123456789012\"");

        try (HttpClient client = HttpClient.newBuilder().sslContext(trusting(authority)).build()) {
            HttpResponse<String> health =
                    client.send(
                            HttpRequest.newBuilder(
                                            installation
                                                    .endpoint()
                                                    .resolve("/_cloister/health")
                                                    .resolve(
                                                            "https://"
                                                                    + address.getHostAddress()
                                                                    + ":"
                                                                    + installation.port()
                                                                    + "/_cloister/health"))
                                    .build(),
                            HttpResponse.BodyHandlers.ofString());
            assertThat(health.statusCode()).isEqualTo(200);
            assertThat(health.sslSession().orElseThrow().getProtocol()).isEqualTo("TLSv1.3");
        }
    }

    @Test
    void theEndpointBeyondLoopbackTakesTls12AndNothingOlder() throws Exception {
        SSLContext trusting = trusting(installation.data().resolve("tls/ca.pem"));
        assertThat(handshake(trusting, "TLSv1.2")).isEqualTo("TLSv1.2");
        assertThat(handshake(trusting, "TLSv1.1")).isEqualTo("refused");
    }

    @Test
    void plainHttpIsRefusedBeyondLoopbackAndStaysThere() throws Exception {
        try (Socket socket = new Socket(address, installation.port())) {
            socket.setSoTimeout(30_000);
            socket.getOutputStream()
                    .write(
                            "GET /_cloister/health HTTP/1.1\r\nHost: x\r\n\r\n"
                                    .getBytes(StandardCharsets.US_ASCII));
            byte[] answer = socket.getInputStream().readAllBytes();
            assertThat(new String(answer, StandardCharsets.ISO_8859_1))
                    .doesNotContain("HTTP/1.1 2");
        }
        assertThat(installation.endpoint()).hasToString("http://127.0.0.1:" + installation.port());
        assertThat(installation.aws("sts", "get-caller-identity").checked())
                .contains("123456789012");
    }

    private String handshake(SSLContext context, String protocol) throws IOException {
        try (SSLSocket socket =
                (SSLSocket)
                        context.getSocketFactory()
                                .createSocket(address.getHostAddress(), installation.port())) {
            socket.setEnabledProtocols(new String[] {protocol});
            socket.startHandshake();
            return socket.getSession().getProtocol();
        } catch (SSLHandshakeException e) {
            return "refused";
        }
    }

    private static SSLContext trusting(Path authority)
            throws IOException, GeneralSecurityException {
        KeyStore store = KeyStore.getInstance(KeyStore.getDefaultType());
        store.load(null, null);
        try (InputStream in = Files.newInputStream(authority)) {
            store.setCertificateEntry(
                    "ca", CertificateFactory.getInstance("X.509").generateCertificate(in));
        }
        TrustManagerFactory trust =
                TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
        trust.init(store);
        SSLContext context = SSLContext.getInstance("TLS");
        context.init(null, trust.getTrustManagers(), null);
        return context;
    }

    private static String event(String address) {
        return "{\"address\": \"" + address + "\"}";
    }

    private TestFunction function(LambdaClient lambda, String name) {
        return TestFunction.python(
                installation, lambda, PROBE, r -> r.functionName(name).memorySize(512));
    }
}
