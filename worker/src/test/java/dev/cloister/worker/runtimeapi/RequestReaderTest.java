package dev.cloister.worker.runtimeapi;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.time.Duration;
import java.util.concurrent.Semaphore;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(30)
final class RequestReaderTest {

    @Test
    void aSlowSenderIsGivenUp() throws IOException {
        try (ServerSocketChannel listener =
                        ServerSocketChannel.open()
                                .bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0));
                RawClient client = new RawClient((InetSocketAddress) listener.getLocalAddress());
                SocketChannel channel = listener.accept()) {
            RequestReader reader =
                    new RequestReader(channel, new Semaphore(1), Duration.ofMillis(30));
            client.send("GET / HTTP/1.1\r\nHost");
            assertThat(reader.awaitRequest()).isTrue();
            assertThatThrownBy(reader::readHead)
                    .isInstanceOfSatisfying(
                            BadRequestException.class,
                            e -> assertThat(e.status()).isEqualTo("408 Request Timeout"));
        }
    }

    @Test
    void requestsInOnePieceAndInManyAreTheSame() throws IOException {
        String one =
                "POST /a?b=c HTTP/1.1\r\nContent-length:  3 \r\nExpect: 100-Continue\r\n\r\nabc";
        try (ServerSocketChannel listener =
                        ServerSocketChannel.open()
                                .bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0));
                RawClient client = new RawClient((InetSocketAddress) listener.getLocalAddress());
                SocketChannel channel = listener.accept()) {
            RequestReader reader =
                    new RequestReader(channel, new Semaphore(1), Duration.ofSeconds(10));
            Thread sender =
                    Thread.ofVirtual()
                            .start(
                                    () -> {
                                        try {
                                            client.send(one + one);
                                            for (int at = 0; at < one.length(); at++) {
                                                client.send(one.substring(at, at + 1));
                                            }
                                        } catch (IOException e) {
                                            throw new java.io.UncheckedIOException(e);
                                        }
                                    });
            for (int i = 0; i < 3; i++) {
                assertThat(reader.awaitRequest()).isTrue();
                RequestHead head = reader.readHead();
                assertThat(head)
                        .isEqualTo(new RequestHead("POST", "/a", true, 3, false, true, "", ""));
                BodyReader.Body body = BodyReader.read(reader, head, 3);
                assertThat(body)
                        .isInstanceOfSatisfying(
                                BodyReader.Body.Complete.class,
                                whole -> assertThat(whole.payload().utf8()).isEqualTo("abc"));
            }
            assertThat(sender.isVirtual()).isTrue();
        }
    }
}
