package dev.cloister.worker.sandbox;

import dev.cloister.worker.linux.Errno;
import dev.cloister.worker.linux.Fd;
import dev.cloister.worker.linux.LinuxException;
import dev.cloister.worker.linux.NamespaceThreads;
import dev.cloister.worker.linux.Reactor;
import dev.cloister.worker.linux.Rtnetlink;
import dev.cloister.worker.sandbox.EgressRules.Reach;
import java.io.IOException;
import java.net.Inet4Address;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.ReentrantLock;
import java.util.stream.Stream;

/**
 * The ways out of sandboxes: a pair of virtual Ethernet devices each, and one nftables table of
 * this installation's that decides what may pass. Thread-safe.
 *
 * <p>Only IPv4 goes out: forwarding IPv6 would make the host deaf to router advertisements. The
 * table and the host's forwarding are set up when the first sandbox needs them.
 */
final class EgressNetwork implements AutoCloseable {
    private static final Path FORWARDING = Path.of("/proc/sys/net/ipv4/ip_forward");
    private static final Path DEVICES = Path.of("/proc/net/dev");
    private static final int SANDBOX_DEVICE = 2;

    private static final int ATTEMPTS = 1_000;

    private final NamespaceThreads threads;
    private final SandboxSettings settings;
    private final EgressRules rules;
    private final ReentrantLock lock = new ReentrantLock();
    private final AtomicInteger nextAddress;
    private boolean ready;

    EgressNetwork(Reactor reactor, NamespaceThreads threads, SandboxSettings settings) {
        this.threads = threads;
        this.settings = settings;
        this.rules = new EgressRules(reactor, settings);
        // Installations begin at different places; what one has taken the others leave out.
        this.nextAddress = new AtomicInteger((settings.identity().hashCode() & 0xffff) * 2);
    }

    /** A sandbox's way out. */
    interface Link extends AutoCloseable {
        @Override
        void close();
    }

    /**
     * Gives a network namespace its way out.
     *
     * @throws SandboxException if a range may not be opened, or the way can't be made
     */
    Link connect(HostIds.Ids ids, Fd namespace, Reach wanted) {
        Reach reach = new Reach(wanted.isPublic(), EgressRanges.requireOpenable(wanted.ranges()));
        prepare();
        String device = settings.devicePrefix() + Integer.toString(ids.index(), 36);
        Rtnetlink.End here = new Rtnetlink.End(device, 0, hardware(2, ids.index()));
        Rtnetlink.End there = new Rtnetlink.End("eth0", SANDBOX_DEVICE, hardware(6, ids.index()));
        // Before there is a link: a rule that comes too late would have let something pass.
        rules.allow(device, reach);
        try (Rtnetlink host = new Rtnetlink()) {
            host.addVethPair(here, there, namespace);
            try {
                int number = host.index(device);
                Inet4Address address = routeIn(host, number);
                host.addNeighbor(address, number, there.hardwareAddress());
                var _ =
                        threads.inNetwork(
                                namespace, fd -> routeOut(address, here.hardwareAddress()));
            } catch (RuntimeException e) {
                host.removeLink(device);
                throw e;
            }
        } catch (RuntimeException e) {
            rules.forget(device, reach);
            throw e;
        }
        return () -> disconnect(device, reach);
    }

    /** Routes a free address to a device; the table of routes tells which are free. */
    private Inet4Address routeIn(Rtnetlink host, int device) {
        for (int attempt = 0; attempt < ATTEMPTS; attempt++) {
            int index = Math.floorMod(nextAddress.getAndIncrement(), EgressRules.ADDRESSES);
            Inet4Address address = EgressRules.address(index);
            try {
                host.addHostRoute(address, device);
                return address;
            } catch (LinuxException e) {
                if (e.errno() != Errno.EEXIST) {
                    throw e;
                }
            }
        }
        throw new SandboxException("No address is free after " + ATTEMPTS + " attempts");
    }

    private static boolean routeOut(Inet4Address address, String gatewayHardware) {
        try (Rtnetlink inside = new Rtnetlink()) {
            inside.up(SANDBOX_DEVICE);
            inside.addAddress(SANDBOX_DEVICE, address);
            inside.addNeighbor(EgressRules.GATEWAY, SANDBOX_DEVICE, gatewayHardware);
            inside.addDefaultRoute(EgressRules.GATEWAY, SANDBOX_DEVICE);
            return true;
        }
    }

    private void disconnect(String device, Reach reach) {
        removeLink(device);
        rules.forget(device, reach);
    }

    private static void removeLink(String device) {
        try (Rtnetlink host = new Rtnetlink()) {
            host.removeLink(device);
        } catch (LinuxException e) {
            // The kernel has removed it with the network namespace.
            if (e.errno() != Errno.ENODEV) {
                throw e;
            }
        }
    }

    /** A locally administered address: 02 for the host's end, 06 for the sandbox's. */
    private static String hardware(int first, int index) {
        return "%02x:c1:00:%02x:%02x:%02x"
                .formatted(first, index >> 16 & 0xff, index >> 8 & 0xff, index & 0xff);
    }

    private void prepare() {
        lock.lock();
        try {
            if (ready) {
                return;
            }
            boolean forwards = Files.readString(FORWARDING).strip().equals("1");
            // The rules come first: the host must not forward anything unruled for a moment.
            rules.install(!forwards || rules.othersWereNotForwarding());
            if (!forwards) {
                Files.writeString(FORWARDING, "1");
            }
            ready = true;
        } catch (IOException e) {
            throw new SandboxException("Turning on IPv4 forwarding failed", e);
        } finally {
            lock.unlock();
        }
    }

    @Override
    public void close() {
        lock.lock();
        try {
            if (ready) {
                ready = false;
                stopForwarding(rules);
                rules.remove();
            }
        } finally {
            lock.unlock();
        }
    }

    /** Turns forwarding off if it was off before and no other installation needs it. */
    private static void stopForwarding(EgressRules rules) {
        if (rules.wereNotForwarding() && !rules.others()) {
            try {
                Files.writeString(FORWARDING, "0");
            } catch (IOException e) {
                throw new SandboxException("Turning off IPv4 forwarding failed", e);
            }
        }
    }

    /** Removes the devices and rules of a killed predecessor. */
    static void removeLeftovers(Reactor reactor, SandboxSettings settings) {
        try (Stream<String> lines = Files.lines(DEVICES)) {
            lines.map(line -> line.strip().split(":", 2)[0])
                    .filter(name -> name.startsWith(settings.devicePrefix()))
                    .toList()
                    .forEach(EgressNetwork::removeLink);
        } catch (IOException e) {
            throw new SandboxException("Listing network devices failed", e);
        }
        EgressRules rules = new EgressRules(reactor, settings);
        if (rules.available() && rules.installed()) {
            stopForwarding(rules);
            rules.remove();
        }
    }
}
