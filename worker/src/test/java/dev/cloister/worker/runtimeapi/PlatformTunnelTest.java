package dev.cloister.worker.runtimeapi;

import static org.assertj.core.api.Assertions.assertThat;

import dev.cloister.worker.runtimeapi.RawClient.Reply;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.channels.ServerSocketChannel;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(30)
final class PlatformTunnelTest {

    @Test
    void bytesPassBothWaysAndEndsArePassedOn() throws IOException {
        try (ServerSocket platform = new ServerSocket(0, 8, InetAddress.getLoopbackAddress());
                ServerSocketChannel listener = listener()) {
            Thread echo = Thread.ofVirtual().start(() -> echoOne(platform));
            try (PlatformTunnel tunnel = tunnel(listener, platform, 4);
                    RawClient client = new RawClient(address(listener))) {
                String body = "b".repeat(3_000_000);
                client.send("HTTP/1.1 200 OK\r\nContent-Length: 3000000\r\n\r\n");
                Thread sender =
                        Thread.ofVirtual()
                                .start(
                                        () -> {
                                            try {
                                                client.send(body);
                                                client.halfClose();
                                            } catch (IOException e) {
                                                throw new java.io.UncheckedIOException(e);
                                            }
                                        });
                Reply reply = client.reply();
                assertThat(reply.body()).isEqualTo(body);
                assertThat(client.ended()).isTrue();
                assertThat(sender.isVirtual() && echo.isVirtual() && tunnel != null).isTrue();
            }
        }
    }

    @Test
    void connectionsAreLimitedAndEndWithTheTunnel() throws IOException {
        try (ServerSocket platform = new ServerSocket(0, 8, InetAddress.getLoopbackAddress());
                ServerSocketChannel listener = listener()) {
            PlatformTunnel tunnel = tunnel(listener, platform, 1);
            try (RawClient first = new RawClient(address(listener));
                    Socket arrived = platform.accept();
                    RawClient second = new RawClient(address(listener))) {
                assertThat(second.ended()).isTrue();
                tunnel.close();
                assertThat(first.ended()).isTrue();
                assertThat(arrived.getInputStream().read()).isEqualTo(-1);
            }
        }
    }

    @Test
    void aPlatformThatIsNotThereEndsTheConnection() throws IOException {
        InetSocketAddress nobody;
        try (ServerSocket closed = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            nobody = (InetSocketAddress) closed.getLocalSocketAddress();
        }
        try (ServerSocketChannel listener = listener();
                PlatformTunnel tunnel = PlatformTunnel.start(listener, nobody, "test", 4);
                RawClient client = new RawClient(address(listener))) {
            assertThat(client.ended()).isTrue();
            assertThat(tunnel).isNotNull();
        }
    }

    private static void echoOne(ServerSocket platform) {
        try (Socket socket = platform.accept()) {
            InputStream in = socket.getInputStream();
            in.transferTo(socket.getOutputStream());
        } catch (IOException e) {
            throw new java.io.UncheckedIOException(e);
        }
    }

    private static PlatformTunnel tunnel(
            ServerSocketChannel listener, ServerSocket platform, int most) {
        return PlatformTunnel.start(
                listener, (InetSocketAddress) platform.getLocalSocketAddress(), "test", most);
    }

    private static ServerSocketChannel listener() throws IOException {
        return ServerSocketChannel.open()
                .bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0));
    }

    private static InetSocketAddress address(ServerSocketChannel listener) throws IOException {
        return (InetSocketAddress) listener.getLocalAddress();
    }
}
