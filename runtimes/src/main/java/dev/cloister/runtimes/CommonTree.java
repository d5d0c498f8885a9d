package dev.cloister.runtimes;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.cert.Certificate;
import java.security.cert.CertificateFactory;
import java.time.Duration;
import java.util.List;

/** What every image has, whatever its language. Confined to the build's thread. */
final class CommonTree {
    private static final Duration LIMIT = Duration.ofMinutes(2);
    private static final String AUTHORITIES = "/usr/share/ca-certificates/mozilla";

    private final RootTree tree;
    private final BuildCommands commands;

    CommonTree(RootTree tree, BuildCommands commands) {
        this.tree = tree;
        this.commands = commands;
    }

    void make() throws IOException {
        for (String directory :
                List.of(
                        "/dev",
                        "/etc",
                        "/mnt",
                        "/opt",
                        "/proc",
                        "/run",
                        "/sys",
                        "/tmp",
                        "/var/lang/bin",
                        "/var/runtime",
                        "/var/task",
                        "/var/tmp")) {
            tree.directory(directory);
        }
        identity();
        tree.link("/usr/bin/sh", "bash");
        certificates();
        tree.link("/etc/localtime", "/usr/share/zoneinfo/UTC");
        commands.runInside(
                tree.root(),
                LIMIT,
                List.of(
                        "/usr/bin/localedef",
                        "--no-archive",
                        "-i",
                        "en_US",
                        "-f",
                        "UTF-8",
                        "/usr/lib/locale/en_US.utf8"));
        // Also resolves the libraries that live below /usr/lib/<architecture>.
        commands.runInside(tree.root(), LIMIT, List.of("/sbin/ldconfig"));
    }

    /** The user is as in AWS's environments; the addresses are those of the sandbox. */
    private void identity() throws IOException {
        tree.write(
                "/etc/passwd",
                """
                root:x:0:0:root:/root:/bin/bash
                sbx_user1051:x:993:990::/home/sbx_user1051:/sbin/nologin
                nobody:x:65534:65534:nobody:/nonexistent:/usr/sbin/nologin
                """);
        tree.write(
                "/etc/group",
                """
                root:x:0:
                sbx_user1051:x:990:
                nogroup:x:65534:
                """);
        tree.write("/etc/resolv.conf", "nameserver 169.254.100.1\n");
        tree.write("/etc/hosts", "127.0.0.1 localhost\n169.254.100.1 sandbox.localdomain\n");
        tree.write("/etc/hostname", "localhost\n");
        tree.write(
                "/etc/nsswitch.conf",
                """
                passwd: files
                group: files
                hosts: files dns
                networks: files
                protocols: files
                services: files
                """);
    }

    /** The bundle, and links by subject hash, which is how OpenSSL finds one quickly. */
    private void certificates() throws IOException {
        StringBuilder bundle = new StringBuilder();
        for (Path file : authorities()) {
            String name = String.valueOf(file.getFileName());
            bundle.append(Files.readString(file, StandardCharsets.US_ASCII).strip()).append('\n');
            tree.link(
                    "/etc/ssl/certs/" + name.replaceAll("\\.crt$", ".pem"),
                    AUTHORITIES + "/" + name);
        }
        tree.write("/etc/ssl/certs/ca-certificates.crt", bundle.toString());
        // Amazon Linux keeps its bundle here; programs built for it look there.
        tree.link("/etc/pki/tls/certs/ca-bundle.crt", "/etc/ssl/certs/ca-certificates.crt");
        commands.runInside(
                tree.root(), LIMIT, List.of("/usr/bin/openssl", "rehash", "/etc/ssl/certs"));
    }

    void javaTrustStore(String to) throws IOException {
        try {
            KeyStore store = KeyStore.getInstance("JKS");
            store.load(null, null);
            CertificateFactory factory = CertificateFactory.getInstance("X.509");
            for (Path file : authorities()) {
                Certificate certificate =
                        factory.generateCertificate(
                                new ByteArrayInputStream(Files.readAllBytes(file)));
                store.setCertificateEntry("debian:" + file.getFileName(), certificate);
            }
            ByteArrayOutputStream out = new ByteArrayOutputStream();
            // Certificates are public; this is the password that every JDK's own store has.
            store.store(out, "changeit".toCharArray());
            tree.write(to, out.toByteArray(), false);
        } catch (GeneralSecurityException e) {
            throw new RuntimeImageException("Can't make Java's trust store from " + AUTHORITIES, e);
        }
    }

    private List<Path> authorities() throws IOException {
        try (var files = Files.list(tree.at(AUTHORITIES))) {
            return files.filter(file -> file.toString().endsWith(".crt")).sorted().toList();
        }
    }
}
