package dev.cloister.worker.sandbox;

import static dev.cloister.worker.sandbox.SandboxFixture.shell;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.cloister.worker.EnvironmentSpec.Egress;
import dev.cloister.worker.linux.Fd;
import dev.cloister.worker.linux.NamespaceThreads;
import dev.cloister.worker.linux.Rtnetlink;
import dev.cloister.worker.linux.Tool;
import dev.cloister.worker.sandbox.SandboxFixture.Printed;
import java.io.IOException;
import java.net.Inet4Address;
import java.net.InetSocketAddress;
import java.net.StandardProtocolFamily;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.Timeout;

/**
 * What a sandbox's connections reach. The other side is a test host: a network namespace that has
 * the addresses in question, to which this host's routes for exactly these addresses lead; nothing
 * leaves the machine.
 */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
@Timeout(120)
final class EgressTest {
    private static final String PUBLIC = "11.22.33.44";
    private static final String PRIVATE = "10.77.88.99";
    private static final String SHARED = "100.64.77.88";
    private static final String METADATA = "169.254.169.254";
    private static final int DEVICE = (1 << 24) - 1;
    private static final String HOST_DEVICE = "clvtesthost";
    private static final String REFUSED = "No route to host";

    private final SandboxSettings settings = SandboxFixture.settings("egresstest");
    private NamespaceThreads threads;
    private OciSandboxes sandboxes;
    private Path image;

    @BeforeAll
    void prepare() {
        SandboxFixture.assumeHost();
        assumeTrue(Tool.find("nft").isPresent(), "needs nftables");
        image = SandboxFixture.rootImage();
        sandboxes = new OciSandboxes(settings);
        threads = new NamespaceThreads(1);
        List<Inet4Address> addresses =
                List.of(PUBLIC, PRIVATE, SHARED, METADATA).stream()
                        .map(NetworkNamespace::address)
                        .toList();
        Fd namespace =
                threads.inNewNetwork(
                        fd -> {
                            serve(80);
                            serve(25);
                            return fd;
                        });
        String here = "02:00:00:00:00:01";
        String there = "02:00:00:00:00:02";
        try (Rtnetlink host = new Rtnetlink()) {
            host.addVethPair(
                    new Rtnetlink.End(HOST_DEVICE, DEVICE, here),
                    new Rtnetlink.End("eth0", 2, there),
                    namespace);
            for (Inet4Address address : addresses) {
                host.addHostRoute(address, DEVICE);
                host.addNeighbor(address, DEVICE, there);
            }
        }
        var _ =
                threads.inNetwork(
                        namespace,
                        fd -> {
                            try (Rtnetlink inside = new Rtnetlink()) {
                                inside.loopbackUp();
                                inside.up(2);
                                for (Inet4Address address : addresses) {
                                    inside.addAddress(2, address);
                                }
                                Inet4Address gateway = NetworkNamespace.address("172.30.0.1");
                                inside.addNeighbor(gateway, 2, here);
                                inside.addDefaultRoute(gateway, 2);
                            }
                            return fd;
                        });
    }

    /** Answers every connection with one line, in the calling thread's namespace. */
    private static void serve(int port) throws IOException {
        ServerSocketChannel server = ServerSocketChannel.open(StandardProtocolFamily.INET);
        server.bind(new InetSocketAddress(port));
        Thread.ofVirtual()
                .start(
                        () -> {
                            while (server.isOpen()) {
                                try (SocketChannel client = server.accept()) {
                                    client.socket()
                                            .getOutputStream()
                                            .write(
                                                    "served\n"
                                                            .getBytes(
                                                                    java.nio.charset
                                                                            .StandardCharsets
                                                                            .US_ASCII));
                                } catch (IOException e) {
                                    return;
                                }
                            }
                        });
    }

    @AfterAll
    void leaveNothing() throws IOException {
        if (sandboxes == null) {
            return;
        }
        sandboxes.close();
        try (Rtnetlink host = new Rtnetlink()) {
            host.removeLink(HOST_DEVICE);
        }
        threads.close();
        assertThat(Files.readString(Path.of("/proc/net/dev")))
                .doesNotContain(settings.devicePrefix());
        assertThat(tables()).doesNotContain(settings.rulesTable());
    }

    private static String tables() throws IOException {
        Process nft = new ProcessBuilder("/usr/sbin/nft", "list", "tables").start();
        return new String(
                nft.getInputStream().readAllBytes(), java.nio.charset.StandardCharsets.UTF_8);
    }

    private String attempt(Egress egress, String address, int port) throws Exception {
        Printed printed = new Printed();
        try (Sandbox sandbox = sandboxes.create(image, 512, printed)) {
            sandbox.open(egress);
            var _ = sandbox.start(connect(address, port)).exited().get(60, TimeUnit.SECONDS);
        }
        return printed.text();
    }

    private static Sandbox.Command connect(String address, int port) {
        return shell("exec 3<> /dev/tcp/%s/%d && timeout 5 cat <&3".formatted(address, port));
    }

    @Test
    void reachesPublicAddresses() throws Exception {
        assertThat(attempt(new Egress.Public(), PUBLIC, 80)).isEqualTo("served\n");
    }

    @Test
    void reachesNothingWithoutEgress() throws Exception {
        assertThat(attempt(new Egress.None(), PUBLIC, 80)).contains("Network is unreachable");
    }

    @Test
    void doesNotReachMailServers() throws Exception {
        assertThat(attempt(new Egress.Public(), PUBLIC, 25)).contains(REFUSED);
    }

    @Test
    void reachesPrivateRangesOnlyWhenNamed() throws Exception {
        assertThat(attempt(new Egress.Public(), PRIVATE, 80)).contains(REFUSED);
        assertThat(attempt(new Egress.Public(), SHARED, 80)).contains(REFUSED);
        Egress named = new Egress.PublicAnd(List.of("10.77.0.0/16", "10.77.88.0/24"));
        assertThat(attempt(named, PRIVATE, 80)).isEqualTo("served\n");
        assertThat(attempt(named, PUBLIC, 80)).isEqualTo("served\n");
        assertThat(attempt(named, SHARED, 80)).contains(REFUSED);
    }

    @Test
    void reachesNothingButItsRangesWhenConfinedToThem() throws Exception {
        Egress only = new Egress.Only(List.of("10.77.0.0/16"));
        assertThat(attempt(only, PRIVATE, 80)).isEqualTo("served\n");
        assertThat(attempt(only, PUBLIC, 80)).contains(REFUSED);
        assertThat(attempt(only, SHARED, 80)).contains(REFUSED);
        assertThat(attempt(new Egress.Public(), PUBLIC, 80)).isEqualTo("served\n");
    }

    @Test
    void neverReachesTheMetadataAddress() throws Exception {
        assertThat(attempt(new Egress.Public(), METADATA, 80)).contains(REFUSED);
        assertThatThrownBy(
                        () ->
                                attempt(
                                        new Egress.PublicAnd(List.of("169.254.169.254/32")),
                                        METADATA,
                                        80))
                .isInstanceOf(SandboxException.class)
                .hasMessageContaining("never possible");
    }

    @Test
    void neverReachesTheHost() throws Exception {
        try (ServerSocketChannel server = ServerSocketChannel.open(StandardProtocolFamily.INET)) {
            server.bind(new InetSocketAddress(0));
            int port = server.socket().getLocalPort();
            for (String address : hostAddresses()) {
                Egress.PublicAnd named = new Egress.PublicAnd(List.of(address + "/32"));
                assertThat(attempt(new Egress.Public(), address, port)).contains(REFUSED);
                assertThat(attempt(named, address, port)).contains(REFUSED);
            }
            // The gateway is nobody's address.
            assertThat(attempt(new Egress.Public(), "198.18.0.1", port))
                    .containsPattern(REFUSED + "|Network is unreachable");
        }
    }

    private static List<String> hostAddresses() throws IOException {
        return java.net.NetworkInterface.networkInterfaces()
                .flatMap(java.net.NetworkInterface::inetAddresses)
                .filter(Inet4Address.class::isInstance)
                .filter(address -> !address.isLoopbackAddress() && !address.isLinkLocalAddress())
                .map(java.net.InetAddress::getHostAddress)
                .toList();
    }

    @Test
    void isReachedByNobody() throws Exception {
        Printed first = new Printed();
        Printed second = new Printed();
        try (Sandbox listening = sandboxes.create(image, 512, first);
                Sandbox other = sandboxes.create(image, 512, second)) {
            listening.open(new Egress.Public());
            other.open(new Egress.Public());
            var _ =
                    listening.start(
                            shell(
                                    "perl -MSocket -e 'socket(S, PF_INET, SOCK_STREAM, 0);"
                                            + " bind(S, sockaddr_in(8080, INADDR_ANY)); listen(S, 5);"
                                            + " $| = 1; print \"up\\n\"; accept(C, S);"
                                            + " print \"reached\\n\"'"));
            first.await("up");
            List<String> addresses = sandboxAddresses();
            assertThat(addresses).hasSize(2);
            for (String address : addresses) {
                var _ =
                        other.start(shell("timeout 1 bash -c ': > /dev/tcp/" + address + "/8080'"))
                                .exited()
                                .get(60, TimeUnit.SECONDS);
                assertThat(reaches(address)).isFalse();
            }
        }
        assertThat(first.text()).isEqualTo("up\n");
    }

    /** What this host routes to sandboxes of ours; route(8) writes addresses back to front. */
    private List<String> sandboxAddresses() throws IOException {
        return Files.readAllLines(Path.of("/proc/net/route")).stream()
                .filter(line -> line.startsWith(settings.devicePrefix()))
                .map(
                        line ->
                                Integer.reverseBytes(
                                        Integer.parseUnsignedInt(line.split("\t", -1)[1], 16)))
                .map(
                        number ->
                                NetworkNamespace.address(
                                        EgressRanges.canonical(Integer.toUnsignedLong(number))))
                .map(Inet4Address::getHostAddress)
                .toList();
    }

    private static boolean reaches(String address) {
        try (SocketChannel channel = SocketChannel.open()) {
            channel.socket()
                    .connect(new InetSocketAddress(NetworkNamespace.address(address), 8080), 100);
            return true;
        } catch (IOException e) {
            return false;
        }
    }

    @Test
    void leavesForwardingToTheOtherInstallation() throws Exception {
        Path forwarding = Path.of("/proc/sys/net/ipv4/ip_forward");
        try (Sandbox first = sandboxes.create(image, 512, new Printed())) {
            first.open(new Egress.Public());
            try (OciSandboxes more = new OciSandboxes(SandboxFixture.settings("egressother"));
                    Sandbox second = more.create(image, 512, new Printed())) {
                second.open(new Egress.Public());
            }
            assertThat(Files.readString(forwarding)).startsWith("1");
            assertThat(attempt(new Egress.Public(), PUBLIC, 80)).isEqualTo("served\n");
        }
    }
}
