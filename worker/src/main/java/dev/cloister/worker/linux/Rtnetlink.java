package dev.cloister.worker.linux;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.net.Inet4Address;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.function.Consumer;
import java.util.function.Function;

/**
 * rtnetlink(7): links, addresses, routes and neighbors of one network namespace, that of the thread
 * that made this. Confined to one thread at a time.
 */
public final class Rtnetlink implements AutoCloseable {
    private static final int AF_INET = 2;
    private static final int AF_NETLINK = 16;
    private static final int SOCK_RAW_CLOEXEC = 3 | 0x80000;
    private static final short REQUEST = 1;
    private static final short REQUEST_ACK = 1 | 4;
    private static final short ERROR = 2;
    private static final short GET_LINK = 18;
    private static final short CREATE_EXCLUSIVE = 0x400 | 0x200;
    private static final short NEW_LINK = 16;
    private static final short DELETE_LINK = 17;
    private static final short NEW_ADDRESS = 20;
    private static final short NEW_ROUTE = 24;
    private static final short NEW_NEIGHBOR = 28;
    private static final int IFF_UP = 1;
    private static final int HEADER = 16;
    private static final int BUFFER = 16_384;
    private static final byte SCOPE_UNIVERSE = 0;
    private static final byte SCOPE_LINK = (byte) 253;
    private static final byte SCOPE_HOST = (byte) 254;
    private static final byte MAIN_TABLE = (byte) 254;
    private static final byte PROTOCOL_STATIC = 4;
    private static final short PERMANENT = 0x80;
    private static final int ON_LINK = 4;
    private static final int LOOPBACK_INDEX = 1;

    private final Fd socket =
            new Fd(Libc.call("Open netlink", Syscall.SOCKET, AF_NETLINK, SOCK_RAW_CLOEXEC, 0));
    private int sequence;

    /** Brings the loopback device up, which gives it 127.0.0.1 and ::1. */
    public void loopbackUp() {
        up(LOOPBACK_INDEX);
    }

    /** Brings a device up. */
    public void up(int device) {
        send(
                "Bring device " + device + " up",
                NEW_LINK,
                (short) 0,
                out -> out.putInt(0).putInt(device).putInt(IFF_UP).putInt(IFF_UP));
    }

    /** Adds an IPv4 address to the loopback device, reachable from this namespace alone. */
    public void addLoopbackAddress(Inet4Address address) {
        addAddress(LOOPBACK_INDEX, address);
    }

    /** Adds an IPv4 address, a network of its own, to a device. */
    public void addAddress(int device, Inet4Address address) {
        send(
                "Add address " + address.getHostAddress(),
                NEW_ADDRESS,
                CREATE_EXCLUSIVE,
                out -> {
                    byte scope = device == LOOPBACK_INDEX ? SCOPE_HOST : SCOPE_UNIVERSE;
                    out.put((byte) AF_INET).put((byte) 32).put((byte) 0).put(scope);
                    out.putInt(device);
                    attribute(out, 2, address.getAddress());
                    attribute(out, 1, address.getAddress());
                });
    }

    /**
     * One end of a pair of virtual Ethernet devices.
     *
     * @param index the device's number; 0 has the kernel choose
     * @param hardwareAddress six bytes, as {@code 02:00:00:00:00:01}
     */
    public record End(String name, int index, String hardwareAddress) {}

    /**
     * Makes a pair: one end here, up, and one in {@code namespace}, still down, because Linux opens
     * no end before its peer is there (veth_open in drivers/net/veth.c: ENOTCONN).
     */
    public void addVethPair(End here, End there, Fd namespace) {
        send(
                "Make the devices " + here.name() + " and " + there.name(),
                NEW_LINK,
                CREATE_EXCLUSIVE,
                out -> {
                    end(out, here, IFF_UP);
                    nested(
                            out,
                            18,
                            info -> {
                                attribute(info, 1, "veth\0".getBytes(StandardCharsets.US_ASCII));
                                nested(
                                        info,
                                        2,
                                        data ->
                                                nested(
                                                        data,
                                                        1,
                                                        peer -> peer(peer, there, namespace)));
                            });
                });
    }

    private static void peer(ByteBuffer out, End there, Fd namespace) {
        end(out, there, 0);
        ByteBuffer number = ByteBuffer.allocate(4).order(ByteOrder.nativeOrder());
        attribute(out, 28, number.putInt(namespace.number()).array());
    }

    private static void end(ByteBuffer out, End end, int flags) {
        out.putInt(0).putInt(end.index()).putInt(flags).putInt(flags);
        attribute(out, 3, (end.name() + "\0").getBytes(StandardCharsets.US_ASCII));
        attribute(out, 1, hardware(end.hardwareAddress()));
    }

    /** Removes a device, and with it the other end of its pair. */
    public void removeLink(String name) {
        send(
                "Remove the device " + name,
                DELETE_LINK,
                (short) 0,
                out -> {
                    out.putInt(0).putInt(0).putInt(0).putInt(0);
                    attribute(out, 3, (name + "\0").getBytes(StandardCharsets.US_ASCII));
                });
    }

    /** Routes one address to a device. */
    public void addHostRoute(Inet4Address destination, int device) {
        send(
                "Route " + destination.getHostAddress(),
                NEW_ROUTE,
                CREATE_EXCLUSIVE,
                out -> {
                    route(out, 32, SCOPE_LINK, 0);
                    attribute(out, 1, destination.getAddress());
                    attribute(out, 4, number(device));
                });
    }

    /** Routes everything else to a gateway on a device, whatever the gateway's network. */
    public void addDefaultRoute(Inet4Address gateway, int device) {
        send(
                "Add a default route",
                NEW_ROUTE,
                CREATE_EXCLUSIVE,
                out -> {
                    route(out, 0, SCOPE_UNIVERSE, ON_LINK);
                    attribute(out, 5, gateway.getAddress());
                    attribute(out, 4, number(device));
                });
    }

    private static void route(ByteBuffer out, int prefix, byte scope, int flags) {
        out.put((byte) AF_INET).put((byte) prefix).put((byte) 0).put((byte) 0);
        out.put(MAIN_TABLE).put(PROTOCOL_STATIC).put(scope).put((byte) 1).putInt(flags);
    }

    /** Says for good which hardware address a neighbor has, so that nobody has to ask. */
    public void addNeighbor(Inet4Address address, int device, String hardwareAddress) {
        send(
                "Add neighbor " + address.getHostAddress(),
                NEW_NEIGHBOR,
                CREATE_EXCLUSIVE,
                out -> {
                    out.putInt(AF_INET).putInt(device).putShort(PERMANENT).putShort((short) 0);
                    attribute(out, 1, address.getAddress());
                    attribute(out, 2, hardware(hardwareAddress));
                });
    }

    /** The number of a device. */
    public int index(String name) {
        return exchange(
                "Find the device " + name,
                GET_LINK,
                REQUEST,
                out -> {
                    out.putInt(0).putInt(0).putInt(0).putInt(0);
                    attribute(out, 3, (name + "\0").getBytes(StandardCharsets.US_ASCII));
                },
                answer -> answer.get(ValueLayout.JAVA_INT, HEADER + 4));
    }

    private void send(String attempt, short type, short flags, Consumer<ByteBuffer> body) {
        var _ = exchange(attempt, type, (short) (REQUEST_ACK | flags), body, answer -> true);
    }

    private <T> T exchange(
            String attempt,
            short type,
            short flags,
            Consumer<ByteBuffer> body,
            Function<MemorySegment, T> result) {
        // SAFETY: one buffer of BUFFER bytes, alive over both calls; lengths are passed with it.
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment segment = arena.allocate(BUFFER, 8);
            ByteBuffer out = segment.asByteBuffer().order(ByteOrder.nativeOrder());
            out.putInt(0).putShort(type).putShort(flags).putInt(++sequence).putInt(0);
            body.accept(out);
            out.putInt(0, out.position());
            long address = segment.address();
            int fd = socket.number();
            Libc.retrying(attempt, Syscall.SENDTO, fd, address, out.position(), 0, 0, 0);
            long length = Libc.retrying(attempt, Syscall.RECVFROM, fd, address, BUFFER, 0, 0, 0);
            if (length < HEADER + 4) {
                throw new LinuxException(attempt + ": netlink answered " + length + " bytes");
            }
            if (segment.get(ValueLayout.JAVA_SHORT, 4) == ERROR) {
                int error = segment.get(ValueLayout.JAVA_INT, HEADER);
                if (error != 0) {
                    throw new LinuxException(attempt, -error);
                }
            }
            return result.apply(segment);
        }
    }

    private static void attribute(ByteBuffer out, int type, byte[] value) {
        out.putShort((short) (4 + value.length)).putShort((short) type).put(value);
        while (out.position() % 4 != 0) {
            out.put((byte) 0);
        }
    }

    private static void nested(ByteBuffer out, int type, Consumer<ByteBuffer> body) {
        int start = out.position();
        out.putShort((short) 0).putShort((short) type);
        body.accept(out);
        out.putShort(start, (short) (out.position() - start));
    }

    private static byte[] number(int value) {
        return ByteBuffer.allocate(4).order(ByteOrder.nativeOrder()).putInt(value).array();
    }

    private static byte[] hardware(String address) {
        return java.util.HexFormat.ofDelimiter(":").parseHex(address);
    }

    @Override
    public void close() {
        socket.close();
    }
}
