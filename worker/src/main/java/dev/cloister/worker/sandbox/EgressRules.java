package dev.cloister.worker.sandbox;

import dev.cloister.worker.linux.Reactor;
import dev.cloister.worker.linux.Tool;
import java.net.Inet4Address;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * The nftables table of one installation: what sandboxes may reach.
 *
 * <p>All decisions are in {@link #text}, one page to read. Everything about a sandbox is told from
 * the name of its device on the host, which a sandbox can't choose.
 */
final class EgressRules {
    /** What the names of all installations' devices on a host begin with. */
    static final String EVERY_DEVICE = "clv";

    /** What the names of all installations' tables on a host begin with. */
    static final String EVERY_TABLE = "cloister_";

    /** What sandboxes send to; no machine has it, the neighbor table knows the device. */
    static final Inet4Address GATEWAY = NetworkNamespace.address("198.18.0.1");

    private static final int FIRST_ADDRESS = 0xc6120002;

    /** How many addresses there are for sandboxes. */
    static final int ADDRESSES = (1 << 17) - 4;

    private static final Duration LIMIT = Duration.ofSeconds(20);
    private static final String WAS_OFF = "forwarding was off";

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

    /** One of the {@link #ADDRESSES} addresses. */
    static Inet4Address address(int index) {
        return NetworkNamespace.address(
                EgressRanges.canonical(Integer.toUnsignedLong(FIRST_ADDRESS + index)));
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
                    set confined { type ifname; }

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
                        iifname @confined reject with icmpx admin-prohibited
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
                        String.join(", ", EgressRanges.NEVER),
                        String.join(", ", PRIVATE),
                        wasNotForwarding ? WAS_OFF : "forwarding was on",
                        // The host was no router before; it becomes one for sandboxes alone, those
                        // of other installations included.
                        wasNotForwarding
                                ? "iifname != \"%1$s*\" oifname != \"%1$s*\" drop"
                                        .formatted(EVERY_DEVICE)
                                : "");
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

    /** Whether the host did not forward before this installation's rules, says their comment. */
    boolean wereNotForwarding() {
        return list().output().contains(WAS_OFF);
    }

    /** Whether another installation has rules, made when the host did not forward by itself. */
    boolean othersWereNotForwarding() {
        return tables().anyMatch(text -> text.contains(WAS_OFF));
    }

    /** Whether another installation has rules. */
    boolean others() {
        return tables().findAny().isPresent();
    }

    /** The other installations' tables, each from its name on. */
    private Stream<String> tables() {
        String all =
                Tool.run(reactor, List.of(nftPath(), "-t", "list", "ruleset", "inet"), "", LIMIT);
        return Stream.of(all.split("(?m)^table inet ", -1))
                .filter(text -> text.startsWith(EVERY_TABLE))
                .filter(text -> !text.startsWith(table + " "));
    }

    private Tool.Result list() {
        return Tool.tryRun(
                reactor, List.of(nftPath(), "-t", "list", "table", "inet", table), "", LIMIT);
    }

    void remove() {
        nft("delete table inet " + table + "\n");
    }

    /**
     * What a sandbox may reach.
     *
     * @param isPublic whether every public address is among it
     * @param ranges IPv4 ranges that are
     */
    record Reach(boolean isPublic, List<String> ranges) {
        Reach {
            ranges = List.copyOf(ranges);
        }
    }

    /** Lets a device reach what is beyond public addresses, or less than these. */
    void allow(String device, Reach reach) {
        change("add", device, reach);
    }

    /** Takes back what {@link #allow} gave. */
    void forget(String device, Reach reach) {
        change("delete", device, reach);
    }

    private void change(String verb, String device, Reach reach) {
        StringBuilder script = new StringBuilder();
        if (!reach.isPublic()) {
            script.append(
                    "%s element inet %s confined { \"%s\" }\n".formatted(verb, table, device));
        }
        if (!reach.ranges().isEmpty()) {
            script.append(
                    "%s element inet %s allowed { %s }\n"
                            .formatted(verb, table, elements(device, reach.ranges())));
        }
        if (!script.isEmpty()) {
            nft(script.toString());
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
}
