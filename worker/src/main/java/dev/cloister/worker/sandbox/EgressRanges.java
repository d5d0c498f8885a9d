package dev.cloister.worker.sandbox;

import java.net.Inet4Address;
import java.net.InetAddress;
import java.nio.ByteBuffer;
import java.util.List;

/** The IPv4 ranges that environments may be given, and those that none ever is. */
public final class EgressRanges {
    /** Sandboxes' own addresses: the range of RFC 2544, which is nobody's in any network. */
    private static final String OWN = "198.18.0.0/15";

    /** Never reachable, whatever an environment is given. */
    static final List<String> NEVER =
            List.of("0.0.0.0/8", "127.0.0.0/8", "169.254.0.0/16", OWN, "224.0.0.0/3");

    private EgressRanges() {}

    /**
     * Checks ranges and drops those that lie within others, which nftables would refuse.
     *
     * @throws SandboxException if one is no IPv4 range, or none that may be opened
     */
    public static List<String> requireOpenable(List<String> ranges) {
        List<String> all = ranges.stream().map(EgressRanges::requireOpenable).distinct().toList();
        return all.stream()
                .filter(
                        range ->
                                all.stream()
                                        .noneMatch(
                                                other ->
                                                        !other.equals(range)
                                                                && contains(other, start(range))
                                                                && length(other) <= length(range)))
                .toList();
    }

    private static long start(String range) {
        byte[] bytes = NetworkNamespace.address(range.split("/", 2)[0]).getAddress();
        return Integer.toUnsignedLong(ByteBuffer.wrap(bytes).getInt());
    }

    private static int length(String range) {
        return Integer.parseInt(range.split("/", 2)[1]);
    }

    /**
     * Checks a range that an environment is to reach and writes it as nftables wants it.
     *
     * @throws SandboxException if it is no IPv4 range, or none that may be opened
     */
    static String requireOpenable(String range) {
        String[] parts = range.strip().split("/", 2);
        try {
            InetAddress address = InetAddress.ofLiteral(parts[0]);
            int length = parts.length == 2 ? Integer.parseInt(parts[1]) : 32;
            if (!(address instanceof Inet4Address four)) {
                throw new SandboxException(
                        "Egress to IPv6 ranges is not supported (" + range + "); name IPv4 ranges");
            }
            if (length < 1 || length > 32) {
                throw new SandboxException("Not an IPv4 range: " + range);
            }
            long mask = -1L << (32 - length) & 0xffffffffL;
            long start = Integer.toUnsignedLong(ByteBuffer.wrap(four.getAddress()).getInt());
            for (String never : NEVER) {
                if (contains(never, start & mask)) {
                    throw new SandboxException("Egress to " + range + " is never possible");
                }
            }
            return canonical(start & mask) + "/" + length;
        } catch (IllegalArgumentException e) {
            throw new SandboxException("Not an IPv4 range such as 10.1.0.0/16: " + range, e);
        }
    }

    private static boolean contains(String range, long address) {
        long mask = -1L << (32 - length(range)) & 0xffffffffL;
        return (address & mask) == start(range);
    }

    static String canonical(long address) {
        return "%d.%d.%d.%d"
                .formatted(
                        address >> 24 & 0xff,
                        address >> 16 & 0xff,
                        address >> 8 & 0xff,
                        address & 0xff);
    }
}
