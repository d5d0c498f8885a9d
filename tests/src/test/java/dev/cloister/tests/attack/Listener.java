package dev.cloister.tests.attack;

import java.io.IOException;
import java.io.PrintStream;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;

/**
 * Listens by TCP and UDP on addresses and prints a line for whatever arrives: the protocol, the
 * address, and what a datagram holds. A program of its own, because it runs in a network namespace.
 */
final class Listener {
    static final String READY = "ready";
    private static final int MAX_DATAGRAM = 512;

    private Listener() {}

    /** The addresses, with a comma between them, then the ports. */
    public static void main(String[] arguments) throws IOException {
        List<String> addresses = List.of(arguments[0].split(",", -1));
        List<Integer> ports = Arrays.stream(arguments).skip(1).map(Integer::parseInt).toList();
        PrintStream out = new PrintStream(System.out, true, StandardCharsets.US_ASCII);
        for (String address : addresses) {
            for (int port : ports) {
                listen(InetAddress.ofLiteral(address), address, port, out);
            }
        }
        out.println(READY);
        // When the test has ended, its end of the pipe is closed: so does this.
        while (System.in.read() >= 0) {}
        System.exit(0);
    }

    private static void listen(InetAddress address, String name, int port, PrintStream out)
            throws IOException {
        ServerSocket server = new ServerSocket(port, 50, address);
        DatagramSocket datagrams = new DatagramSocket(port, address);
        Thread.ofPlatform().daemon().start(() -> accept(server, name, out));
        Thread.ofPlatform().daemon().start(() -> receive(datagrams, name, out));
    }

    private static void accept(ServerSocket server, String name, PrintStream out) {
        try {
            while (true) {
                try (Socket client = server.accept()) {
                    out.println("tcp " + name + " " + client.getLocalPort());
                }
            }
        } catch (IOException e) {
            out.println("failed " + e);
        }
    }

    private static void receive(DatagramSocket socket, String name, PrintStream out) {
        try {
            DatagramPacket packet = new DatagramPacket(new byte[MAX_DATAGRAM], MAX_DATAGRAM);
            while (true) {
                socket.receive(packet);
                String text =
                        new String(
                                packet.getData(), 0, packet.getLength(), StandardCharsets.US_ASCII);
                out.println("udp " + name + " " + text);
            }
        } catch (IOException e) {
            out.println("failed " + e);
        }
    }
}
