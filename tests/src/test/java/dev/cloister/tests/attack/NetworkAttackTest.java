package dev.cloister.tests.attack;

import static org.assertj.core.api.Assertions.assertThat;

import dev.cloister.tests.product.Installation;
import dev.cloister.tests.product.SharedInstallation;
import java.io.IOException;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.NetworkInterface;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.extension.ExtendWith;
import software.amazon.awssdk.services.lambda.LambdaClient;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * Connections that must not come about: to this host, to other environments, to the metadata
 * address, to private networks, by IPv6, and into an environment. Each address is first given to a
 * {@link TestHost} or is this host's own, and shown to be reachable from here.
 */
@ExtendWith(SharedInstallation.class)
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
final class NetworkAttackTest {
    private static final int TIMEOUT_MILLIS = 2_000;

    private final LambdaClient lambda;
    private final HostileFunction hostile;
    private final HostileFunction victim;
    private final TestHost host;
    private final ServerSocket ours;
    private final DatagramSocket oursByDatagram;
    private final AtomicInteger accepted = new AtomicInteger();
    private final AtomicInteger received = new AtomicInteger();

    NetworkAttackTest(Installation installation) throws IOException {
        lambda = installation.lambda();
        hostile = new HostileFunction(installation, lambda);
        victim = new HostileFunction(installation, lambda);
        host = new TestHost();
        ours = new ServerSocket(0);
        oursByDatagram = new DatagramSocket(ours.getLocalPort());
        Thread.ofVirtual().start(this::accept);
        Thread.ofVirtual().start(this::receive);
    }

    private void accept() {
        try {
            while (true) {
                ours.accept().close();
                accepted.incrementAndGet();
            }
        } catch (IOException e) {
            assertThat(ours.isClosed()).isTrue();
        }
    }

    private void receive() {
        try {
            while (true) {
                oursByDatagram.receive(new DatagramPacket(new byte[64], 64));
                received.incrementAndGet();
            }
        } catch (IOException e) {
            assertThat(oursByDatagram.isClosed()).isTrue();
        }
    }

    @AfterAll
    void close() throws IOException {
        host.close();
        ours.close();
        oursByDatagram.close();
        hostile.close();
        victim.close();
        lambda.close();
    }

    @BeforeEach
    void forget() {
        host.forget();
    }

    /** The control of all others: the way out is open, for both protocols. */
    @Test
    void aPublicAddressIsReachable() {
        assertThat(attack(List.of(TestHost.PUBLIC), TestHost.PORT))
                .containsExactly(TestHost.PUBLIC + " connected allowed");
        awaitArrival("tcp 192.31.196.10 7007");
        awaitArrival("udp 192.31.196.10 attack");
    }

    @TestFactory
    Stream<DynamicTest> networksThatAreNotPublicAreNotReachable() {
        return Stream.concat(TestHost.FORBIDDEN.stream(), TestHost.FORBIDDEN_SIX.stream())
                .map(address -> DynamicTest.dynamicTest(address, () -> assertUnreachable(address)));
    }

    private void assertUnreachable(String address) throws IOException {
        String arrival = "tcp " + address + " " + TestHost.PORT;
        connect(address, TestHost.PORT);
        awaitArrival(arrival);
        host.forget();

        List<String> answers = attack(List.of(address, TestHost.PUBLIC), TestHost.PORT);
        assertThat(answers.getFirst()).doesNotContain("connected");
        assertThat(answers.getLast()).contains("connected");
        awaitArrival("udp 192.31.196.10 attack");
        assertThat(host.arrivals()).noneMatch(line -> line.contains(address));
    }

    @Test
    void mailCannotBeSentDirectly() throws IOException {
        connect(TestHost.PUBLIC, TestHost.MAIL);
        awaitArrival("tcp 192.31.196.10 25");
        host.forget();
        assertThat(attack(List.of(TestHost.PUBLIC), TestHost.MAIL).getFirst())
                .doesNotContain("connected");
        assertThat(host.arrivals()).noneMatch(line -> line.startsWith("tcp"));
    }

    /** All addresses that this host has, loopback and link-local ones too, and its gateway's. */
    @Test
    void thisHostIsNotReachable() throws IOException {
        List<String> addresses = ownAddresses();
        assertThat(addresses).contains(TestHost.OWN, "127.0.0.1");
        for (String address : addresses) {
            connect(address, ours.getLocalPort());
        }
        Await.until("connections to ourselves", () -> accepted.get() == addresses.size());
        byte[] text = "control".getBytes(StandardCharsets.US_ASCII);
        try (DatagramSocket socket = new DatagramSocket()) {
            socket.send(
                    new DatagramPacket(
                            text,
                            text.length,
                            new InetSocketAddress(TestHost.OWN, ours.getLocalPort())));
        }
        Await.until("a datagram to ourselves", () -> received.get() == 1);

        List<String> targets = new ArrayList<>(addresses);
        targets.addAll(List.of("198.18.0.1", "255.255.255.255", "224.0.0.1", "ff02::1"));
        assertThat(attack(targets, ours.getLocalPort()))
                .hasSize(targets.size())
                .noneMatch(line -> line.contains("connected"));
        attack(List.of(TestHost.PUBLIC), TestHost.PORT);
        awaitArrival("udp 192.31.196.10 attack");
        assertThat(accepted.get()).isEqualTo(addresses.size());
        assertThat(received.get()).isEqualTo(1);
    }

    private static List<String> ownAddresses() throws IOException {
        return NetworkInterface.networkInterfaces()
                .flatMap(NetworkInterface::inetAddresses)
                .map(InetAddress::getHostAddress)
                .distinct()
                .toList();
    }

    /** Neither another environment, nor this host, nor a machine beyond it gets in. */
    @Test
    void nothingOutsideConnectsIntoAnEnvironment() throws Exception {
        String address = victim.run("result = own_address()").asString();
        assertThat(address).matches("198\\.1[89]\\..*");
        try (ExecutorService other = Executors.newVirtualThreadPerTaskExecutor()) {
            Future<JsonNode> listening = other.submit(() -> victim.run(LISTEN));
            awaitArrival("udp 192.31.196.10 listening");
            assertThat(attack(List.of(address), TestHost.PORT).getFirst())
                    .doesNotContain("connected");
            assertThat(connects(address, TestHost.PORT)).as("from this host").isFalse();
            assertThat(host.connects(address, TestHost.PORT)).as("from beyond").isFalse();
            // Its own connection and datagram are all that it has seen.
            assertThat(listening.get().toString()).isEqualTo("[1,1]");
        }
    }

    private static final String LISTEN =
            """
            server = socket.create_server(('0.0.0.0', 7007)); server.settimeout(0.1)
            box = socket.socket(socket.AF_INET, socket.SOCK_DGRAM); box.bind(('0.0.0.0', 7007)); box.settimeout(0.1)
            connect(own_address(), 7007); datagram(own_address(), 7007)
            with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as s: s.sendto(b'listening', ('192.31.196.10', 7007))
            connections, datagrams, end = 0, 0, time.time() + 6
            while time.time() < end:
                try: server.accept()[0].close(); connections += 1
                except OSError: pass
                try: box.recv(100); datagrams += 1
                except OSError: pass
            server.close(); box.close()
            result = [connections, datagrams]
            """;

    /** Sending under another's address would fool whoever trusts addresses. */
    @Test
    void anotherSourceAddressDoesNotGetOut() {
        String code =
                """
                answers = []
                for source, text in (('198.18.77.77', b'spoofed'), ('10.1.2.3', b'spoofed'), ('127.0.0.1', b'spoofed'), ('0.0.0.0', b'honest')):
                    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as s:
                        s.setsockopt(socket.IPPROTO_IP, 15, 1)  # IP_FREEBIND
                        answers.append(refused(lambda: (s.bind((source, 0)), s.sendto(text, ('192.31.196.10', 7007)))))
                result = answers
                """;
        var _ = hostile.run(code);
        awaitArrival("udp 192.31.196.10 honest");
        assertThat(host.arrivals()).doesNotContain("udp 192.31.196.10 spoofed");
    }

    @Test
    void itsNetworkIsNotItsToChange() {
        String code =
                """
                import fcntl
                s = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
                name = b'eth0'.ljust(16, b'\\0')
                address = struct.pack('HH4s8x', 2, 0, socket.inet_aton('198.18.77.77'))
                route = struct.pack('@L16s16s16sHhLPBxhPLLH6x', 0, struct.pack('HH4s8x', 2, 0, socket.inet_aton('10.0.0.0')), struct.pack('HH4s8x', 2, 0, socket.inet_aton('198.18.0.1')), struct.pack('HH4s8x', 2, 0, socket.inet_aton('255.0.0.0')), 3, 0, 0, 0, 0, 0, 0, 0, 0, 0)
                result = [
                    refused(lambda: fcntl.ioctl(s, 0x8916, name + address + b'\\0' * 8)),
                    refused(lambda: fcntl.ioctl(s, 0x890b, route)),
                    refused(lambda: fcntl.ioctl(s, 0x8914, name + struct.pack('H22x', 0))),
                    refused(lambda: s.setsockopt(socket.IPPROTO_IP, 19, 1)),
                    refused(lambda: s.setsockopt(socket.SOL_SOCKET, 36, 1)),
                    refused(lambda: fcntl.ioctl(s, 0x8913, name + b'\\0' * 24)),
                ]
                """;
        JsonNode answers = hostile.run(code);
        assertThat(answers.toString())
                .as("set address, add route, set down, IP_TRANSPARENT, SO_MARK, read flags")
                .isEqualTo("[\"EPERM\",\"EPERM\",\"EPERM\",\"EPERM\",\"EPERM\",\"allowed\"]");
    }

    private void awaitArrival(String line) {
        Await.until(line, () -> host.arrivals().contains(line));
    }

    /** Tries TCP and UDP from the hostile function: "address answer answer" for each. */
    private List<String> attack(List<String> addresses, int port) {
        String code =
                """
                import concurrent.futures
                with concurrent.futures.ThreadPoolExecutor(16) as pool:
                    tcp = list(pool.map(lambda a: connect(a, %2$d), %1$s))
                udp = [datagram(a, %2$d) for a in %1$s]
                result = ['%%s %%s %%s' %% t for t in zip(%1$s, tcp, udp)]
                """
                        .formatted(JsonMapper.shared().writeValueAsString(addresses), port);
        return hostile.run(code).valueStream().map(JsonNode::asString).toList();
    }

    private static void connect(String address, int port) throws IOException {
        try (Socket socket = new Socket()) {
            socket.connect(new InetSocketAddress(address, port), TIMEOUT_MILLIS);
        }
    }

    private static boolean connects(String address, int port) {
        try {
            connect(address, port);
            return true;
        } catch (IOException e) {
            return false;
        }
    }
}
