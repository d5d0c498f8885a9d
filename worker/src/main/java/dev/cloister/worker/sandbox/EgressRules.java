package dev.cloister.worker.sandbox;

import dev.cloister.worker.linux.Reactor;
import dev.cloister.worker.linux.Tool;
import java.net.Inet4Address;
import java.net.InetAddress;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;

/**
 * The nftables table of one installation: what sandboxes may reach.
 *
 * <p>All decisions are in {@link #text}, one page to read. Everything about a sandbox is told from
 * the name of its device on the host, which a sandbox can't choose.
 */
final class EgressRules {
    /** Sandboxes' own addresses: the range of RFC 2544, which is nobody's in any network. */
    private static final String RANGE = "198.18.0.0/15";

    /** What sandboxes send to; no machine has it, the neighbor table knows the device. */
    static final Inet4Address GATEWAY = NetworkNamespace.address("198.18.0.1");

    private static final int FIRST_ADDRESS = 0xc6120002;
    private static final Duration LIMIT = Duration.ofSeconds(20);
    private static final String WAS_OFF = "forwarding was off";

    /** Never reachable, whatever an environment is given. */
    private static final List<String> NEVER =
            List.of("0.0.0.0/8", "127.0.0.0/8", "169.254.0.0/16", RANGE, "224.0.0.0/3");

    /** Not public (IANA's special-purpose registry); reachable when named. */
    private static final List<String> PRIVATE =
            List.of(
                    "10.0.0.0/8",
                    "100.64.0.0/10",
                    "172.16.0.0/12",
                    "192.0.0.0/24",
                    "192.0.2.0/24",
                    "192.88.99.0/24",
                    "192.168.0.0/16",
                    "198.51.100.0/24",
                    "203.0.113.0/24");

    private final Reactor reactor;
    private final String table;
    private final String prefix;

    EgressRules(Reactor reactor, SandboxSettings settings) {
        this.reactor = reactor;
        this.table = settings.rulesTable();
        this.prefix = settings.devicePrefix();
    }

    /** The address of the sandbox of an index. */
    static Inet4Address address(int index) {
        return NetworkNamespace.address(canonical(Integer.toUnsignedLong(FIRST_ADDRESS + index)));
    }

    /** The rules; a page that a security engineer can check. */
    String text(boolean wasNotForwarding) {
        return """
                table inet %1$s
                delete table inet %1$s
                table inet %1$s {
                    comment "%5$s"
                    set never { type ipv4_addr; flags interval; elements = { %3$s } }
                    set private { type ipv4_addr; flags interval; elements = { %4$s } }
                    set allowed { type ifname . ipv4_addr; flags interval; }

                    # From sandboxes to this host: nothing.
                    chain input {
                        type filter hook input priority -150; policy accept;
                        iifname "%2$s*" reject with icmpx admin-prohibited
                    }
                    # From this host into sandboxes: nothing but word of what was refused.
                    chain output {
                        type filter hook output priority -150; policy accept;
                        oifname "%2$s*" ct state related accept
                        oifname "%2$s*" drop
                    }
                    chain forward {
                        type filter hook forward priority -150; policy accept;
                        iifname "%2$s*" goto from_sandbox
                        oifname "%2$s*" goto to_sandbox
                        %6$s
                    }
                    # Answers, and nothing that begins outside.
                    chain to_sandbox {
                        ct state established,related accept
                        drop
                    }
                    chain from_sandbox {
                        meta nfproto != ipv4 reject with icmpx admin-prohibited
                        fib saddr . iif oif missing drop comment "not its own address"
                        oifname "%2$s*" reject with icmpx admin-prohibited
                        ip daddr @never reject with icmpx admin-prohibited
                        tcp dport 25 reject with icmpx admin-prohibited
                        ct state invalid drop
                        ct state established,related accept
                        iifname . ip daddr @allowed accept
                        ip daddr @private reject with icmpx admin-prohibited
                        accept
                    }
                    chain postrouting {
                        type nat hook postrouting priority srcnat; policy accept;
                        iifname "%2$s*" masquerade
                    }
                }
                """
                .formatted(
                        table,
                        prefix,
                        String.join(", ", NEVER),
                        String.join(", ", PRIVATE),
                        wasNotForwarding ? WAS_OFF : "forwarding was on",
                        // The host was no router before; it becomes one for sandboxes alone.
                        wasNotForwarding ? "drop" : "");
    }

    boolean available() {
        return program().isPresent();
    }

    private static Optional<Path> program() {
        return Tool.find("nft");
    }

    void install(boolean wasNotForwarding) {
        nft(text(wasNotForwarding));
    }

    boolean installed() {
        return list().succeeded();
    }

    boolean wereNotForwarding() {
        return list().output().contains(WAS_OFF);
    }

    private Tool.Result list() {
        return Tool.tryRun(reactor, List.of(nftPath(), "list", "table", "inet", table), "", LIMIT);
    }

    void remove() {
        nft("delete table inet " + table + "\n");
    }

    /** Lets a device reach private ranges. */
    void allow(String device, List<String> ranges) {
        nft("add element inet %s allowed { %s }\n".formatted(table, elements(device, ranges)));
    }

    /** Takes back what {@link #allow} gave; nothing if it was nothing. */
    void forget(String device, List<String> ranges) {
        if (!ranges.isEmpty()) {
            nft(
                    "delete element inet %s allowed { %s }\n"
                            .formatted(table, elements(device, ranges)));
        }
    }

    private static String elements(String device, List<String> ranges) {
        return ranges.stream()
                .distinct()
                .map(range -> "\"" + device + "\" . " + range)
                .collect(Collectors.joining(", "));
    }

    private void nft(String script) {
        var _ = Tool.run(reactor, List.of(nftPath(), "-f", "-"), script, LIMIT);
    }

    private static String nftPath() {
        return program()
                .orElseThrow(
                        () ->
                                new SandboxException(
                                        "nft is missing, so environments can have no egress;"
                                                + " install nftables"))
                .toString();
    }

    /**
     * Checks ranges and drops those that lie within others, which nftables would refuse.
     *
     * @throws SandboxException as {@link #requireOpenable(String)}
     */
    static List<String> requireOpenable(List<String> ranges) {
        List<String> all = ranges.stream().map(EgressRules::requireOpenable).distinct().toList();
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

    private static String canonical(long address) {
        return "%d.%d.%d.%d"
                .formatted(
                        address >> 24 & 0xff,
                        address >> 16 & 0xff,
                        address >> 8 & 0xff,
                        address & 0xff);
    }
}
