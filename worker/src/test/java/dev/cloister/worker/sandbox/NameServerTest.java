package dev.cloister.worker.sandbox;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Name resolution of sandboxes, with a resolver of the test's in place of the host's. */
@Timeout(60)
final class NameServerTest {
    private static final InetAddress OWN = InetAddress.ofLiteral("127.0.0.77");
    private static final int TYPE_ANY = 255;

    private final AtomicInteger asked = new AtomicInteger();
    private DatagramSocket upstream;
    private NameServer server;

    @BeforeEach
    void serve(@TempDir Path folder) throws IOException {
        assumeTrue(System.getProperty("user.name").equals("root"), "needs root: port 53");
        upstream = new DatagramSocket(new InetSocketAddress(InetAddress.ofLiteral("127.0.0.1"), 0));
        Thread.ofVirtual().start(this::answerAsResolver);
        Path configuration =
                Files.writeString(folder.resolve("resolv.conf"), "# test\nnameserver 127.0.0.1\n");
        server = new NameServer(OWN, new HostResolvers(configuration, upstream.getLocalPort()));
        server.start();
    }

    /** Every name has the address 11.22.33.44. */
    private void answerAsResolver() {
        DatagramPacket packet = new DatagramPacket(new byte[2048], 2048);
        while (true) {
            try {
                upstream.receive(packet);
                asked.incrementAndGet();
                byte[] query = Arrays.copyOf(packet.getData(), packet.getLength());
                DnsMessage.Question question = DnsMessage.question(query).orElseThrow();
                byte[] answer = DnsMessage.answer(query, question, new byte[] {11, 22, 33, 44});
                upstream.send(new DatagramPacket(answer, answer.length, packet.getSocketAddress()));
            } catch (IOException e) {
                return;
            }
        }
    }

    @AfterEach
    void close() throws IOException {
        if (server != null) {
            server.close();
            upstream.close();
        }
    }

    private static byte[] query(String name, int type) {
        ByteBuffer out = ByteBuffer.allocate(512);
        out.putShort((short) 0x1234).putShort((short) 0x0100).putShort((short) 1);
        out.putShort((short) 0).putShort((short) 0).putShort((short) 0);
        for (String label : name.split("\\.", -1)) {
            out.put((byte) label.length()).put(label.getBytes(StandardCharsets.US_ASCII));
        }
        out.put((byte) 0).putShort((short) type).putShort((short) 1);
        byte[] message = new byte[out.position()];
        out.flip().get(message);
        return message;
    }

    private static byte[] ask(byte[] query) throws IOException {
        try (DatagramSocket socket = new DatagramSocket()) {
            socket.setSoTimeout(5_000);
            socket.send(new DatagramPacket(query, query.length, new InetSocketAddress(OWN, 53)));
            DatagramPacket answer = new DatagramPacket(new byte[2048], 2048);
            socket.receive(answer);
            return Arrays.copyOf(answer.getData(), answer.getLength());
        }
    }

    private static int code(byte[] answer) {
        return answer[3] & 0x0f;
    }

    private static byte[] address(byte[] answer) {
        return Arrays.copyOfRange(answer, answer.length - 4, answer.length);
    }

    @Test
    void knowsTheSandboxAndNothingElseWithoutEgress() throws IOException {
        assertThat(address(ask(query("Sandbox.LocalDomain", DnsMessage.TYPE_A))))
                .containsExactly(127, 0, 0, 77);
        assertThat(address(ask(query("localhost", DnsMessage.TYPE_A))))
                .containsExactly(127, 0, 0, 1);
        assertThat(code(ask(query("example.com", DnsMessage.TYPE_A))))
                .isEqualTo(DnsMessage.NO_SUCH_NAME);
        assertThat(asked).hasValue(0);
    }

    @Test
    void forwardsOnceTheNetworkIsOpen() throws IOException {
        server.forward();

        byte[] answer = ask(query("example.com", DnsMessage.TYPE_A));

        assertThat(Arrays.copyOf(answer, 2)).containsExactly(0x12, 0x34);
        assertThat(address(answer)).containsExactly(11, 22, 33, 44);
    }

    @Test
    void answersOverTcp() throws IOException {
        byte[] query = query("sandbox.localdomain", DnsMessage.TYPE_A);
        try (Socket socket = new Socket(OWN, 53)) {
            DataOutputStream out = new DataOutputStream(socket.getOutputStream());
            out.writeShort(query.length);
            out.write(query);
            DataInputStream in = new DataInputStream(socket.getInputStream());
            byte[] answer = new byte[in.readUnsignedShort()];
            in.readFully(answer);
            assertThat(address(answer)).containsExactly(127, 0, 0, 77);
        }
    }

    @Test
    void refusesWhatIsNoOrdinaryQuestion() throws IOException {
        server.forward();
        byte[] twoQuestions = query("example.com", DnsMessage.TYPE_A);
        twoQuestions[5] = 2;
        byte[] pointer = query("example.com", DnsMessage.TYPE_A);
        pointer[12] = (byte) 0xc0;
        byte[] cut = Arrays.copyOf(query("example.com", DnsMessage.TYPE_A), 20);

        assertThat(code(ask(twoQuestions))).isEqualTo(DnsMessage.FORMAT_ERROR);
        assertThat(code(ask(pointer))).isEqualTo(DnsMessage.FORMAT_ERROR);
        assertThat(code(ask(cut))).isEqualTo(DnsMessage.FORMAT_ERROR);
        assertThat(code(ask(query("example.com", TYPE_ANY)))).isEqualTo(DnsMessage.REFUSED);
        assertThatThrownBy(() -> ask(new byte[] {1, 2, 3}))
                .isInstanceOf(SocketTimeoutException.class);
        assertThat(asked).hasValue(0);
    }
}
