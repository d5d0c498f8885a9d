package dev.cloister.tests.attack;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.TimeUnit;

/**
 * A machine that a test makes for itself: a network namespace that has the addresses which must, or
 * must not, be reached. The routes to them lead here, so that nothing leaves this host even when a
 * rule fails.
 */
final class TestHost implements AutoCloseable {
    /**
     * Public to the rules: of the range that IANA keeps for AS112 (RFC 7535), where nobody's
     * machines are.
     */
    static final String PUBLIC = "192.31.196.10";

    /** This host's own address on the link to the test's host; public to the rules as well. */
    static final String OWN = "192.31.196.1";

    static final String OWN_SIX = "2001:db8:a77::1";
    static final int PORT = 7007;
    static final int MAIL = 25;

    /** What may never be reached by default: the metadata address and each private range. */
    static final List<String> FORBIDDEN =
            List.of(
                    "169.254.169.254",
                    "169.254.170.2",
                    "10.77.177.10",
                    "100.64.177.10",
                    "172.20.177.10",
                    "192.168.177.10",
                    "192.0.0.177",
                    "198.51.100.177",
                    "203.0.113.177",
                    "198.19.177.10");

    /** By IPv6 nothing is reached: one address as in the open, one as in a private network. */
    static final List<String> FORBIDDEN_SIX = List.of("2001:db8:a77::10", "fd77:a77::10");

    private static final String NAME = "cloister-attack";
    private static final String DEVICE = "attack0";

    private final Queue<String> arrivals = new ConcurrentLinkedQueue<>();
    private final Process listener;

    TestHost() throws IOException {
        removeOld();
        ip("netns add " + NAME);
        ip("link add " + DEVICE + " type veth peer name eth0 netns " + NAME);
        ip("address add " + OWN + "/24 dev " + DEVICE);
        ip("address add " + OWN_SIX + "/64 dev " + DEVICE + " nodad");
        ip("link set " + DEVICE + " up");
        inside("link set lo up");
        inside("link set eth0 up");
        inside("address add " + PUBLIC + "/24 dev eth0");
        inside("route add default via " + OWN);
        for (String address : FORBIDDEN) {
            inside("address add " + address + "/32 dev eth0");
            ip("route add " + address + "/32 dev " + DEVICE + " metric 50");
        }
        for (String address : FORBIDDEN_SIX) {
            inside("address add " + address + "/64 dev eth0 nodad");
            ip("-6 route add " + address + "/128 dev " + DEVICE);
        }
        inside("-6 route add default via " + OWN_SIX);
        listener = listen();
    }

    private Process listen() throws IOException {
        String all =
                String.join(",", FORBIDDEN) + "," + String.join(",", FORBIDDEN_SIX) + "," + PUBLIC;
        Process process =
                new ProcessBuilder(
                                "ip",
                                "netns",
                                "exec",
                                NAME,
                                Path.of(System.getProperty("java.home"), "bin/java").toString(),
                                "-cp",
                                classes().toString(),
                                Listener.class.getName(),
                                all,
                                Integer.toString(PORT),
                                Integer.toString(MAIL))
                        .redirectError(ProcessBuilder.Redirect.INHERIT)
                        .start();
        BufferedReader lines = process.inputReader(StandardCharsets.US_ASCII);
        String first = lines.readLine();
        if (!Listener.READY.equals(first)) {
            throw new IllegalStateException("the test's host does not listen: " + first);
        }
        Thread.ofVirtual().start(() -> lines.lines().forEach(arrivals::add));
        return process;
    }

    private static Path classes() {
        try {
            return Path.of(
                    Listener.class.getProtectionDomain().getCodeSource().getLocation().toURI());
        } catch (java.net.URISyntaxException e) {
            throw new IllegalStateException(e);
        }
    }

    /** What has arrived, as {@link Listener} prints it. */
    List<String> arrivals() {
        return List.copyOf(arrivals);
    }

    void forget() {
        arrivals.clear();
    }

    /** Whether a program there can connect. */
    boolean connects(String address, int port) {
        String shell = "echo > /dev/tcp/" + address + "/" + port;
        return status(List.of("ip", "netns", "exec", NAME, "timeout", "2", "bash", "-c", shell))
                == 0;
    }

    @Override
    public void close() {
        listener.destroy();
        removeOld();
    }

    private static void removeOld() {
        var _ = status(List.of("ip", "link", "delete", DEVICE));
        var _ = status(List.of("ip", "netns", "delete", NAME));
    }

    private static void inside(String arguments) {
        ip("-n " + NAME + " " + arguments);
    }

    private static void ip(String arguments) {
        List<String> command = List.of(("ip " + arguments).split(" ", -1));
        int status = status(command);
        if (status != 0) {
            throw new IllegalStateException(command + " ended with " + status);
        }
    }

    private static int status(List<String> command) {
        try {
            Process process =
                    new ProcessBuilder(command)
                            .redirectErrorStream(true)
                            .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                            .start();
            if (!process.waitFor(20, TimeUnit.SECONDS)) {
                process.destroyForcibly();
                throw new IllegalStateException("does not end: " + command);
            }
            return process.exitValue();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(e);
        }
    }
}
