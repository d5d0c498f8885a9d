package dev.cloister.server.settings;

import java.util.Arrays;
import java.util.Comparator;
import java.util.Optional;

/**
 * Every key of the configuration, with its default as it would be written in {@code cloister.conf}.
 * {@code docs/operating.md} has the same table, and a test keeps the two equal.
 */
public enum Setting {
    ENDPOINT_BIND("endpoint.bind", "127.0.0.1", "A further address, with TLS, if not loopback"),
    ENDPOINT_PORT("endpoint.port", "4566", "Port of the endpoint; 0 takes a free one"),
    ENDPOINT_TLS_CERTIFICATE(
            "endpoint.tls-certificate", "", "PEM chain to use instead of one by the own CA"),
    ENDPOINT_TLS_KEY("endpoint.tls-key", "", "PEM private key of that certificate"),
    ENDPOINT_URL_DOMAIN(
            "endpoint.url-domain",
            "localhost",
            "Domain of function URLs and buckets: example.com or https://example.com:8443"),
    ACCOUNT_ID("account.id", "000000000000", "The account made at the first start"),
    ACCOUNT_REGION("account.region", "us-east-1", "The region that clients are told to use"),
    IDENTITY_ISSUERS(
            "identity.issuers",
            "public",
            "From where the keys of OpenID Connect issuers are fetched: public, any or none"),
    IDENTITY_ISSUER_KEYS(
            "identity.issuer-keys", "", "JSON file with keys of issuers that are not fetched"),
    IDENTITY_BAD_SIGNATURES(
            "identity.bad-signatures",
            "100",
            "Bad signatures of one address in a minute that are answered with their reason"),
    IDENTITY_BAD_SIGNATURES_PER_KEY(
            "identity.bad-signatures-per-key", "20", "The same for one access key id"),
    WORKER_OCI_RUNTIME(
            "worker.oci-runtime", "auto", "OCI runtime: auto (crun, else runc), a name or a path"),
    WORKER_MAXIMUM_ENVIRONMENTS(
            "worker.maximum-environments", "1000", "Execution environments at one time"),
    WORKER_PREPARED_PER_RUNTIME(
            "worker.prepared-per-runtime", "2", "Sandboxes kept started for each runtime in use"),
    WORKER_IDLE_TIMEOUT("worker.idle-timeout", "10m", "Ends an environment idle for this long"),
    WORKER_FREEZE_AFTER(
            "worker.freeze-after", "100ms", "Freezes an environment idle for this long"),
    WORKER_MAXIMUM_LEASE(
            "worker.maximum-lease", "4h", "An older environment takes no more invocations"),
    WORKER_EGRESS(
            "worker.egress",
            "public",
            "Where functions may connect: none, public, IPv4 ranges by comma, or public and ranges"),
    RUNTIMES_UPDATE_EVERY(
            "runtimes.update-every",
            "off",
            "Looks for newer packages of runtimes this often, for example 24h, and rolls them out"),
    CODE_STORE_ENDPOINT(
            "code.store-endpoint",
            "",
            "A store that speaks S3, for code in buckets: https://store.example:9000"),
    CODE_STORE_REGION("code.store-region", "us-east-1", "Its region"),
    CODE_STORE_CREDENTIALS(
            "code.store-credentials",
            "",
            "File with lines AWS_ACCESS_KEY_ID=… and AWS_SECRET_ACCESS_KEY=…"),
    CODE_STORE_STYLE("code.store-style", "path", "Where a bucket's name goes: path, virtual-host"),
    CODE_STORE_BUCKETS(
            "code.store-buckets",
            "others",
            "Buckets to look for there, by comma, or others: all that aren't here"),
    INVOKE_CONCURRENCY("invoke.concurrency", "1000", "Concurrent executions of an account"),
    LOGS_MAXIMUM_SIZE("logs.maximum-size", "4GiB", "Disk for functions' logs; the oldest go first"),
    KEYS_ROOT_KEY(
            "keys.root-key",
            "file",
            "Where the root key is: file, or the description of an outside key that seals it"),
    SERVER_HEAP("server.heap", "256m", "Java heap of the server (-Xmx)"),
    SERVER_LOG_LEVEL("server.log-level", "info", "Level of the server's log: error to trace");

    private final String key;
    private final String defaultText;
    private final String meaning;

    Setting(String key, String defaultText, String meaning) {
        this.key = key;
        this.defaultText = defaultText;
        this.meaning = meaning;
    }

    /** As written in the file, for example {@code worker.idle-timeout}. */
    public String key() {
        return key;
    }

    /** As it would be written in the file; empty where there is none. */
    public String defaultText() {
        return defaultText;
    }

    /** One line for people. */
    public String meaning() {
        return meaning;
    }

    static Optional<Setting> find(String key) {
        return Arrays.stream(values()).filter(setting -> setting.key.equals(key)).findFirst();
    }

    /** The known key that is fewest edits away from {@code key}. */
    static Setting nearest(String key) {
        return Arrays.stream(values())
                .min(Comparator.comparingInt(setting -> EditDistance.between(key, setting.key)))
                .orElseThrow();
    }
}
