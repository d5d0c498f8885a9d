package dev.cloister.server;

import java.nio.file.Path;

/**
 * Where everything stands in a data folder. The launcher script knows the same names; {@code
 * docs/operating.md} explains each.
 *
 * @param root absolute
 */
public record DataLayout(Path root) {

    public DataLayout {
        root = root.toAbsolutePath().normalize();
    }

    /** The operator's configuration; optional. */
    public Path settings() {
        return root.resolve("cloister.conf");
    }

    /** Names this installation: {@link DataFolder#instance}. */
    public Path instance() {
        return root.resolve("instance");
    }

    /** Held by the running server. */
    public Path lock() {
        return root.resolve("lock");
    }

    /** Endpoint, region and the administrator's keys, mode 0600; {@code cloister env} reads it. */
    public Path credentials() {
        return root.resolve("credentials");
    }

    /** The SQLite file. */
    public Path database() {
        return root.resolve("state").resolve("cloister.db");
    }

    /** Root keys, mode 0600. */
    public Path keys() {
        return root.resolve("keys");
    }

    /** The key that wraps every other. */
    public Path rootKey() {
        return keys().resolve("root.key");
    }

    /** The installation's certificate authority and the endpoint's certificate. */
    public Path certificates() {
        return root.resolve("tls");
    }

    /** The certificate authority's own certificate, for clients to trust. */
    public Path authorityCertificate() {
        return certificates().resolve("ca.pem");
    }

    /** Encrypted code archives and images. */
    public Path artifacts() {
        return root.resolve("artifacts");
    }

    /** Encrypted contents of S3's objects. */
    public Path objects() {
        return root.resolve("objects");
    }

    /** Encrypted logs of functions. */
    public Path functionLogs() {
        return root.resolve("function-logs");
    }

    /** Built runtime images. */
    public Path runtimes() {
        return root.resolve("runtimes");
    }

    /** Volumes and files that live only as long as the server. */
    public Path scratch() {
        return root.resolve("scratch");
    }

    /** The server's own log, rolled by size. */
    public Path serverLog() {
        return root.resolve("log").resolve("server.log");
    }

    /** What exists only while a server runs. */
    public Path run() {
        return root.resolve("run");
    }

    /** Status, mode 0600. */
    public Path adminSocket() {
        return run().resolve("admin.sock");
    }

    /** The running server's process id. */
    public Path processId() {
        return run().resolve("pid");
    }

    /** Exists once the running server answers requests. */
    public Path ready() {
        return run().resolve("ready");
    }
}
