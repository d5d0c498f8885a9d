package dev.cloister.worker.sandbox;

import java.io.DataInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.net.StandardProtocolFamily;
import java.nio.ByteBuffer;
import java.nio.channels.ClosedChannelException;
import java.nio.channels.DatagramChannel;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.Semaphore;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Name resolution inside one sandbox: a small DNS forwarder in the worker, listening in the
 * sandbox's network namespace. Only well-formed questions for ordinary record types reach the
 * host's resolvers, and none do unless the sandbox has egress.
 */
final class NameServer implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(NameServer.class);
    private static final int PORT = 53;
    private static final int MAX_QUERY = 1_024;
    private static final int MAX_UNDER_WAY = 64;
    private static final int MAX_CONNECTIONS = 8;
    private static final int MAX_QUERIES_PER_CONNECTION = 100;
    private static final int IDLE_MILLIS = 10_000;

    /** A, NS, CNAME, SOA, PTR, MX, TXT, AAAA, SRV, NAPTR, DS, DNSKEY, SVCB, HTTPS, CAA. */
    private static final Set<Integer> TYPES =
            Set.of(1, 2, 5, 6, 12, 15, 16, 28, 33, 35, 43, 48, 64, 65, 257);

    private final InetSocketAddress address;
    private final HostResolvers resolvers;
    private final DatagramChannel datagrams;
    private final ServerSocketChannel connections;
    private final Semaphore underWay = new Semaphore(MAX_UNDER_WAY);
    private final Semaphore open = new Semaphore(MAX_CONNECTIONS);
    private volatile boolean forwarding;

    /** Opens its sockets in the calling thread's network namespace; answers when started. */
    NameServer(java.net.InetAddress address, HostResolvers resolvers) throws IOException {
        this.address = new InetSocketAddress(address, PORT);
        this.resolvers = resolvers;
        this.datagrams = DatagramChannel.open(StandardProtocolFamily.INET);
        try {
            datagrams.bind(this.address);
            this.connections = ServerSocketChannel.open(StandardProtocolFamily.INET);
        } catch (IOException e) {
            datagrams.close();
            throw e;
        }
        try {
            connections.bind(this.address);
        } catch (IOException e) {
            close();
            throw e;
        }
    }

    void start() {
        Thread.ofVirtual().name("dns-udp").start(this::receive);
        Thread.ofVirtual().name("dns-tcp").start(this::accept);
    }

    /** From now on questions go to the host's resolvers. */
    void forward() {
        forwarding = true;
    }

    private void receive() {
        ByteBuffer buffer = ByteBuffer.allocate(MAX_QUERY + 1);
        try {
            while (datagrams.isOpen()) {
                buffer.clear();
                SocketAddress client = datagrams.receive(buffer);
                byte[] query = java.util.Arrays.copyOf(buffer.array(), buffer.position());
                // When there is too much to do, a datagram is dropped; the client asks again.
                if (query.length >= DnsMessage.HEADER
                        && query.length <= MAX_QUERY
                        && underWay.tryAcquire()) {
                    Thread.ofVirtual().name("dns-query").start(() -> reply(query, client));
                }
            }
        } catch (ClosedChannelException e) {
            LOG.trace("The sandbox was closed");
        } catch (IOException e) {
            LOG.warn("Name resolution of a sandbox has ended", e);
        }
    }

    private void reply(byte[] query, SocketAddress client) {
        try {
            datagrams.send(ByteBuffer.wrap(answer(query, false)), client);
        } catch (IOException e) {
            // The sandbox has gone or does not listen; UDP promises it nothing.
            LOG.trace("No answer sent", e);
        } finally {
            underWay.release();
        }
    }

    private void accept() {
        try {
            while (connections.isOpen()) {
                SocketChannel client = connections.accept();
                if (open.tryAcquire()) {
                    Thread.ofVirtual().name("dns-connection").start(() -> serve(client));
                } else {
                    client.close();
                }
            }
        } catch (ClosedChannelException e) {
            LOG.trace("The sandbox was closed");
        } catch (IOException e) {
            LOG.warn("Name resolution of a sandbox over TCP has ended", e);
        }
    }

    private void serve(SocketChannel client) {
        try (client) {
            client.socket().setSoTimeout(IDLE_MILLIS);
            DataInputStream in = new DataInputStream(client.socket().getInputStream());
            for (int i = 0; i < MAX_QUERIES_PER_CONNECTION; i++) {
                int length = in.readUnsignedShort();
                if (length < DnsMessage.HEADER || length > MAX_QUERY) {
                    return;
                }
                byte[] query = new byte[length];
                in.readFully(query);
                byte[] answer = answer(query, true);
                ByteBuffer out = ByteBuffer.allocate(answer.length + 2);
                out.putShort((short) answer.length).put(answer).flip();
                while (out.hasRemaining()) {
                    client.write(out);
                }
            }
        } catch (EOFException e) {
            LOG.trace("A client has asked all it wanted");
        } catch (IOException e) {
            LOG.trace("A connection of a sandbox's resolver broke", e);
        } finally {
            open.release();
        }
    }

    private byte[] answer(byte[] query, boolean stream) {
        Optional<DnsMessage.Question> parsed = DnsMessage.question(query);
        if (parsed.isEmpty()) {
            return DnsMessage.answer(query, DnsMessage.FORMAT_ERROR);
        }
        DnsMessage.Question question = parsed.get();
        String name = question.name();
        if (name.equals("sandbox.localdomain")) {
            return own(query, question, address.getAddress().getAddress(), new byte[0]);
        }
        if (name.equals("localhost") || name.endsWith(".localhost")) {
            byte[] six = new byte[16];
            six[15] = 1;
            return own(query, question, new byte[] {127, 0, 0, 1}, six);
        }
        if (!forwarding) {
            return DnsMessage.answer(query, DnsMessage.NO_SUCH_NAME);
        }
        if (!TYPES.contains(question.type())) {
            return DnsMessage.answer(query, DnsMessage.REFUSED);
        }
        return resolvers
                .ask(query, question, stream)
                .orElseGet(() -> DnsMessage.answer(query, DnsMessage.SERVER_FAILURE));
    }

    private static byte[] own(byte[] query, DnsMessage.Question question, byte[] four, byte[] six) {
        if (question.type() == DnsMessage.TYPE_A) {
            return DnsMessage.answer(query, question, four);
        }
        if (question.type() == DnsMessage.TYPE_AAAA && six.length > 0) {
            return DnsMessage.answer(query, question, six);
        }
        return DnsMessage.answer(query, DnsMessage.OK);
    }

    @Override
    public void close() throws IOException {
        try {
            datagrams.close();
        } finally {
            connections.close();
        }
    }
}
