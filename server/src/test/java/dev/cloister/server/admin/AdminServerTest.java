package dev.cloister.server.admin;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(20)
class AdminServerTest {
    private static final Status STATUS =
            new Status(
                    "http://127.0.0.1:4566",
                    "us-east-1",
                    "000000000000",
                    Instant.parse("2026-01-02T03:04:05Z"),
                    new Status.ServerProcess(7, 100, 50),
                    List.of(
                            new Status.FunctionVersion(
                                    "f", "$LATEST", "python3.13", 128, "Active")),
                    List.of(
                            new Status.Environment(
                                    "e",
                                    "f",
                                    "$LATEST",
                                    "IDLE",
                                    9,
                                    Instant.parse("2026-01-02T03:04:06Z"))),
                    List.of(new Status.WorkerHost("local", List.of("x86_64"), "crun", 1)),
                    List.of(new Status.Queue("events", 3)));

    @TempDir Path folder;

    @Test
    void aClientGetsTheWholeStatus() throws IOException {
        try (AdminServer server = AdminServer.start(socket(), () -> STATUS)) {
            assertThat(new AdminClient(socket()).status()).contains(STATUS);
        }
    }

    @Test
    void aStatusOfThousandsOfEnvironmentsFits() throws IOException {
        List<Status.Environment> many =
                IntStream.range(0, 10_000)
                        .mapToObj(
                                n ->
                                        new Status.Environment(
                                                "environment-" + n,
                                                "f",
                                                "1",
                                                "IDLE",
                                                n,
                                                Instant.EPOCH))
                        .toList();
        Status large =
                new Status(
                        "e",
                        "r",
                        "a",
                        Instant.EPOCH,
                        STATUS.process(),
                        List.of(),
                        many,
                        List.of(),
                        List.of());
        try (AdminServer server = AdminServer.start(socket(), () -> large)) {
            assertThat(new AdminClient(socket()).status()).contains(large);
        }
    }

    @Test
    void accountsAreMadeListedAndFound() throws IOException {
        AccountAdministration accounts =
                new AccountAdministration() {
                    @Override
                    public List<AccountLine> accounts() {
                        return List.of(new AccountLine("123456789012", "ten ants", Instant.EPOCH));
                    }

                    @Override
                    public AccountCredentials create(String name) {
                        if (name.isEmpty()) {
                            throw new IllegalArgumentException("no name");
                        }
                        return new AccountCredentials(name, "e", "r", "AKIA", "secret");
                    }

                    @Override
                    public Optional<AccountCredentials> credentials(String id) {
                        return id.equals("123456789012")
                                ? Optional.of(create("123456789012"))
                                : Optional.empty();
                    }
                };
        AdminClient client = new AdminClient(socket());
        try (AdminServer server = AdminServer.start(socket(), () -> STATUS, accounts)) {
            assertThat(client.accounts()).contains(accounts.accounts());
            assertThat(client.createAccount("n")).contains(accounts.create("n"));
            assertThat(client.accountCredentials("123456789012"))
                    .contains(accounts.create("123456789012"));
            assertThatThrownBy(() -> client.accountCredentials("000000000000"))
                    .hasMessageContaining("there is no account 000000000000");
            assertThatThrownBy(() -> client.createAccount("")).hasMessageContaining("no name");
        }
        assertThat(client.accounts()).isEmpty();
        assertThat(accounts.create("n").toString()).doesNotContain("secret");
    }

    @Test
    void onlyTheOwnerMayUseTheSocketAndClosingRemovesIt() throws IOException {
        try (AdminServer server = AdminServer.start(socket(), () -> STATUS)) {
            assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(socket())))
                    .isEqualTo("rw-------");
        }
        assertThat(socket()).doesNotExist();
    }

    @Test
    void withoutAServerThereIsNoStatus() throws IOException {
        assertThat(new AdminClient(socket()).status()).isEmpty();
    }

    @Test
    void aDeadServersSocketIsNoServerAndIsReplaced() throws IOException {
        try (ServerSocketChannel dead = ServerSocketChannel.open(StandardProtocolFamily.UNIX)) {
            dead.bind(UnixDomainSocketAddress.of(socket()));
        }
        assertThat(new AdminClient(socket()).status()).isEmpty();
        try (AdminServer server = AdminServer.start(socket(), () -> STATUS)) {
            assertThat(new AdminClient(socket()).status()).contains(STATUS);
        }
    }

    @Test
    void nonsenseDoesNotKeepTheNextClientFromAnAnswer() throws IOException {
        try (AdminServer server = AdminServer.start(socket(), () -> STATUS)) {
            for (String nonsense :
                    List.of("\n", "{\n", "[1]\n", "{\"command\":{}}\n", "x".repeat(9000))) {
                assertThat(ask(nonsense)).isEmpty();
            }
            assertThat(ask("{}\n")).contains("there is no command ''");
            assertThat(ask("{\"command\":\"dance\"}\n")).contains("there is no command 'dance'");
            assertThat(new AdminClient(socket()).status()).contains(STATUS);
        }
    }

    @Test
    void moreSilentClientsThanConnectionsAreDroppedInTime() throws IOException {
        try (AdminServer server =
                AdminServer.start(
                        socket(), () -> STATUS, Optional.empty(), Duration.ofMillis(200))) {
            List<SocketChannel> silent = IntStream.range(0, 20).mapToObj(_ -> connect()).toList();
            assertThat(new AdminClient(socket()).status()).contains(STATUS);
            for (SocketChannel channel : silent) {
                channel.close();
            }
        }
    }

    @Test
    void anOperatorSeesWhyTheServerRefuses() {
        JsonLines lines = new JsonLines();
        assertThatThrownBy(
                        () -> {
                            try (ServerSocketChannel listener =
                                    ServerSocketChannel.open(StandardProtocolFamily.UNIX)) {
                                listener.bind(UnixDomainSocketAddress.of(socket()));
                                Thread.startVirtualThread(() -> refuseOne(listener, lines));
                                new AdminClient(socket()).status();
                            }
                        })
                .isInstanceOf(IOException.class)
                .hasMessageContaining("only root may ask");
    }

    private static void refuseOne(ServerSocketChannel listener, JsonLines lines) {
        try (SocketChannel channel = listener.accept()) {
            lines.read(channel, AdminRequest.MAXIMUM_REQUEST_BYTES, AdminRequest.class);
            lines.write(channel, AdminAnswer.refused("only root may ask"));
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }

    private String ask(String line) throws IOException {
        try (SocketChannel channel = connect()) {
            channel.write(ByteBuffer.wrap(line.getBytes(StandardCharsets.UTF_8)));
            channel.shutdownOutput();
            ByteBuffer answer = ByteBuffer.allocate(1000);
            while (channel.read(answer) >= 0 && answer.hasRemaining()) {
                assertThat(answer.position()).isLessThan(answer.capacity());
            }
            return new String(answer.array(), 0, answer.position(), StandardCharsets.UTF_8);
        } catch (IOException reset) {
            return "";
        }
    }

    private SocketChannel connect() {
        try {
            return SocketChannel.open(UnixDomainSocketAddress.of(socket()));
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }

    private Path socket() {
        return folder.resolve("a.sock");
    }
}
