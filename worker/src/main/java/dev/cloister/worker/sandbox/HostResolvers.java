package dev.cloister.worker.sandbox;

import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.util.List;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Asks the name servers that the host is configured with (resolv.conf(5)). Thread-safe. */
final class HostResolvers {
    private static final Logger LOG = LoggerFactory.getLogger(HostResolvers.class);
    private static final int PORT = 53;
    private static final int TIMEOUT_MILLIS = 2_000;
    private static final int MAX_SERVERS = 3;
    private static final int MAX_UDP = 4_096;

    private final Path configuration;
    private final int port;
    private final SecureRandom random = new SecureRandom();

    HostResolvers() {
        this(Path.of("/etc/resolv.conf"), PORT);
    }

    HostResolvers(Path configuration, int port) {
        this.configuration = configuration;
        this.port = port;
    }

    /** The first answer of a configured server; empty if none answers in time. */
    Optional<byte[]> ask(byte[] query, DnsMessage.Question question, boolean stream) {
        byte[] own = query.clone();
        // A number of our own: the sandbox must not choose what an off-path attacker has to guess.
        int number = random.nextInt(1 << 16);
        own[0] = (byte) (number >> 8);
        own[1] = (byte) number;
        for (InetAddress server : servers()) {
            InetSocketAddress address = new InetSocketAddress(server, port);
            try {
                byte[] response = stream ? overTcp(address, own) : overUdp(address, own, question);
                if (DnsMessage.answers(response, own, question)) {
                    response[0] = query[0];
                    response[1] = query[1];
                    return Optional.of(response);
                }
            } catch (IOException e) {
                // The next one is asked, as resolvers do.
                LOG.debug("The name server {} does not answer", address, e);
            }
        }
        return Optional.empty();
    }

    /** Read anew for each question: the file changes when the host changes networks. */
    private List<InetAddress> servers() {
        try {
            return Files.readAllLines(configuration).stream()
                    .map(String::strip)
                    .filter(line -> line.startsWith("nameserver"))
                    .flatMap(
                            line -> literal(line.substring("nameserver".length()).strip()).stream())
                    .limit(MAX_SERVERS)
                    .toList();
        } catch (IOException e) {
            return List.of();
        }
    }

    private static Optional<InetAddress> literal(String text) {
        try {
            return Optional.of(InetAddress.ofLiteral(text));
        } catch (IllegalArgumentException e) {
            return Optional.empty();
        }
    }

    private static byte[] overUdp(
            InetSocketAddress server, byte[] query, DnsMessage.Question question)
            throws IOException {
        try (DatagramSocket socket = new DatagramSocket()) {
            socket.connect(server);
            socket.setSoTimeout(TIMEOUT_MILLIS);
            socket.send(new DatagramPacket(query, query.length));
            DatagramPacket packet = new DatagramPacket(new byte[MAX_UDP], MAX_UDP);
            for (int attempt = 0; attempt < 4; attempt++) {
                socket.receive(packet);
                byte[] response = java.util.Arrays.copyOf(packet.getData(), packet.getLength());
                if (DnsMessage.answers(response, query, question)) {
                    return response;
                }
            }
            throw new IOException("only answers to other questions");
        }
    }

    private static byte[] overTcp(InetSocketAddress server, byte[] query) throws IOException {
        try (Socket socket = new Socket()) {
            socket.connect(server, TIMEOUT_MILLIS);
            socket.setSoTimeout(TIMEOUT_MILLIS);
            DataOutputStream out = new DataOutputStream(socket.getOutputStream());
            byte[] framed = new byte[query.length + 2];
            framed[0] = (byte) (query.length >> 8);
            framed[1] = (byte) query.length;
            System.arraycopy(query, 0, framed, 2, query.length);
            out.write(framed);
            DataInputStream in = new DataInputStream(socket.getInputStream());
            byte[] response = new byte[in.readUnsignedShort()];
            in.readFully(response);
            return response;
        }
    }
}
