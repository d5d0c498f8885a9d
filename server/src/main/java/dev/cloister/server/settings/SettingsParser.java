package dev.cloister.server.settings;

import dev.cloister.api.AccountId;
import dev.cloister.api.Region;
import dev.cloister.api.SignatureLimits;
import dev.cloister.identity.federation.IssuerNetwork;
import dev.cloister.server.settings.EndpointSettings.TlsFiles;
import dev.cloister.server.settings.ProcessSettings.LogLevel;
import dev.cloister.server.settings.SettingsFile.Entry;
import dev.cloister.worker.sandbox.SandboxSettings;
import java.net.InetAddress;
import java.net.URI;
import java.net.UnknownHostException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Turns text into the typed records, collecting every problem before it refuses. */
final class SettingsParser {
    private static final Pattern DURATION = Pattern.compile("([0-9]{1,9})(ms|s|m|h)");
    private static final Pattern SIZE = Pattern.compile("([0-9]{1,9})(MiB|GiB|TiB)");
    private static final Pattern HEAP = Pattern.compile("[1-9][0-9]{0,5}[mg]");

    /** Each runtime's prepared sandboxes come on top of environments. */
    private static final int MAXIMUM_ENVIRONMENTS = SandboxSettings.MAX_SANDBOXES - 16 * 64;

    private final Map<String, Entry> entries;
    private final List<String> problems = new ArrayList<>();

    private SettingsParser(Map<String, Entry> entries) {
        this.entries = entries;
    }

    static ServerSettings parse(Map<String, Entry> entries) {
        return new SettingsParser(entries).parse();
    }

    private ServerSettings parse() {
        entries.forEach(this::refuseUnknown);
        EndpointSettings endpoint = endpoint();
        AccountSettings account =
                new AccountSettings(
                        value(Setting.ACCOUNT_ID, AccountId::new),
                        value(Setting.ACCOUNT_REGION, Region::ofPartition));
        IdentitySettings identity =
                new IdentitySettings(
                        value(Setting.IDENTITY_ISSUERS, SettingsParser::issuers),
                        value(Setting.IDENTITY_ISSUER_KEYS, SettingsParser::path),
                        new SignatureLimits(
                                value(Setting.IDENTITY_BAD_SIGNATURES, whole(1, 1_000_000)),
                                value(
                                        Setting.IDENTITY_BAD_SIGNATURES_PER_KEY,
                                        whole(1, 1_000_000))));
        EnvironmentSettings environments = environments(account.id());
        InvokeSettings invoke =
                new InvokeSettings(value(Setting.INVOKE_CONCURRENCY, whole(1, 1_000_000)));
        RuntimeSettings runtimes =
                new RuntimeSettings(
                        value(
                                Setting.RUNTIMES_UPDATE_EVERY,
                                orOff(duration(Duration.ofHours(1), Duration.ofDays(90)))));
        Optional<CodeStoreSettings> codeStore = codeStore();
        LogSettings logs = new LogSettings(value(Setting.LOGS_MAXIMUM_SIZE, SettingsParser::size));
        KeySettings keys = new KeySettings(value(Setting.KEYS_ROOT_KEY, SettingsParser::rootKey));
        ProcessSettings process =
                new ProcessSettings(
                        value(Setting.SERVER_HEAP, SettingsParser::heap),
                        value(Setting.SERVER_LOG_LEVEL, SettingsParser::logLevel));
        if (!problems.isEmpty()) {
            throw new SettingsException(problems);
        }
        return new ServerSettings(
                endpoint,
                account,
                identity,
                environments,
                runtimes,
                codeStore,
                invoke,
                logs,
                keys,
                process);
    }

    private void refuseUnknown(String key, Entry entry) {
        if (Setting.find(key).isEmpty() && !SettingFamily.knows(key)) {
            String meant = SettingFamily.nearest(key).orElseGet(() -> Setting.nearest(key).key());
            problems.add(
                    "%s: there is no setting '%s'; did you mean '%s'?"
                            .formatted(entry.origin(), key, meant));
        }
    }

    private EndpointSettings endpoint() {
        InetAddress bind = value(Setting.ENDPOINT_BIND, SettingsParser::address);
        int port = value(Setting.ENDPOINT_PORT, whole(0, 65_535));
        Optional<Path> certificate = value(Setting.ENDPOINT_TLS_CERTIFICATE, SettingsParser::path);
        Optional<Path> key = value(Setting.ENDPOINT_TLS_KEY, SettingsParser::path);
        if (certificate.isPresent() != key.isPresent()) {
            problems.add(
                    "%s and %s go together: set both or neither"
                            .formatted(
                                    Setting.ENDPOINT_TLS_CERTIFICATE.key(),
                                    Setting.ENDPOINT_TLS_KEY.key()));
        }
        if (certificate.isPresent() && bind.isLoopbackAddress()) {
            problems.add(
                    "%s: loopback is plain HTTP; set %s to the address that gets TLS"
                            .formatted(
                                    Setting.ENDPOINT_TLS_CERTIFICATE.key(),
                                    Setting.ENDPOINT_BIND.key()));
        }
        if (bind.isAnyLocalAddress()) {
            problems.add(
                    "%s: name one address of this host: its certificate is for that one"
                            .formatted(Setting.ENDPOINT_BIND.key()));
        }
        if (port == 0 && !bind.isLoopbackAddress()) {
            problems.add(
                    "%s: 0 goes with loopback only; give a port for %s"
                            .formatted(Setting.ENDPOINT_PORT.key(), bind.getHostAddress()));
        }
        return new EndpointSettings(
                bind,
                port,
                certificate.flatMap(chain -> key.map(file -> new TlsFiles(chain, file))),
                value(Setting.ENDPOINT_URL_DOMAIN, UrlDomainParser::parse));
    }

    private Optional<CodeStoreSettings> codeStore() {
        Optional<URI> endpoint = value(Setting.CODE_STORE_ENDPOINT, CodeStoreParser::endpoint);
        Optional<Path> credentials =
                value(Setting.CODE_STORE_CREDENTIALS, CodeStoreParser::credentials);
        String region = value(Setting.CODE_STORE_REGION, CodeStoreParser::region);
        CodeStoreSettings.Style style = value(Setting.CODE_STORE_STYLE, CodeStoreParser::style);
        List<String> buckets = value(Setting.CODE_STORE_BUCKETS, CodeStoreParser::buckets);
        if (endpoint.isPresent() != credentials.isPresent()) {
            problems.add(
                    "%s and %s go together: set both or neither"
                            .formatted(
                                    Setting.CODE_STORE_ENDPOINT.key(),
                                    Setting.CODE_STORE_CREDENTIALS.key()));
        }
        return endpoint.flatMap(
                at ->
                        credentials.map(
                                file -> new CodeStoreSettings(at, region, file, style, buckets)));
    }

    private EnvironmentSettings environments(AccountId account) {
        return new EnvironmentSettings(
                value(Setting.WORKER_OCI_RUNTIME, SettingsParser::ociRuntime),
                value(Setting.WORKER_MAXIMUM_ENVIRONMENTS, whole(1, MAXIMUM_ENVIRONMENTS)),
                value(Setting.WORKER_PREPARED_PER_RUNTIME, whole(0, 64)),
                value(
                        Setting.WORKER_IDLE_TIMEOUT,
                        duration(Duration.ofSeconds(1), Duration.ofHours(14))),
                value(
                        Setting.WORKER_FREEZE_AFTER,
                        duration(Duration.ofMillis(1), Duration.ofMinutes(1))),
                value(
                        Setting.WORKER_MAXIMUM_LEASE,
                        duration(Duration.ofMinutes(1), Duration.ofHours(14))),
                new EgressParser(account, problems)
                        .parse(value(Setting.WORKER_EGRESS, EgressParser::value), entries));
    }

    /**
     * The parsed value; where the text can't be used, notes the problem and goes on with the
     * default.
     */
    private <T> T value(Setting setting, Function<String, T> parse) {
        Entry entry = entries.get(setting.key());
        if (entry == null) {
            return parse.apply(setting.defaultText());
        }
        try {
            return parse.apply(entry.value());
        } catch (IllegalArgumentException e) {
            problems.add("%s: %s: %s".formatted(entry.origin(), setting.key(), e.getMessage()));
            return parse.apply(setting.defaultText());
        }
    }

    private static Function<String, Integer> whole(int minimum, int maximum) {
        return text -> {
            String expected =
                    "expected a whole number from %d to %d, found '%s'"
                            .formatted(minimum, maximum, text);
            if (!text.matches("[0-9]{1,9}")) {
                throw new IllegalArgumentException(expected);
            }
            int number = Integer.parseInt(text);
            if (number < minimum || number > maximum) {
                throw new IllegalArgumentException(expected);
            }
            return number;
        };
    }

    private static <T> Function<String, Optional<T>> orOff(Function<String, T> parser) {
        return text -> text.equals("off") ? Optional.empty() : Optional.of(parser.apply(text));
    }

    private static Function<String, Duration> duration(Duration minimum, Duration maximum) {
        return text -> {
            Matcher matcher = DURATION.matcher(text);
            if (!matcher.matches()) {
                throw new IllegalArgumentException(
                        "expected a duration such as 500ms, 30s, 10m or 2h, found '" + text + "'");
            }
            long amount = Long.parseLong(matcher.group(1));
            Duration duration =
                    switch (matcher.group(2)) {
                        case "ms" -> Duration.ofMillis(amount);
                        case "s" -> Duration.ofSeconds(amount);
                        case "m" -> Duration.ofMinutes(amount);
                        default -> Duration.ofHours(amount);
                    };
            if (duration.compareTo(minimum) < 0 || duration.compareTo(maximum) > 0) {
                throw new IllegalArgumentException(
                        "expected " + minimum + " to " + maximum + ", found '" + text + "'");
            }
            return duration;
        };
    }

    private static long size(String text) {
        Matcher matcher = SIZE.matcher(text);
        if (!matcher.matches()) {
            throw new IllegalArgumentException(
                    "expected a size such as 512MiB or 4GiB, found '" + text + "'");
        }
        int shift =
                switch (matcher.group(2)) {
                    case "MiB" -> 20;
                    case "GiB" -> 30;
                    default -> 40;
                };
        long bytes = Math.multiplyExact(Long.parseLong(matcher.group(1)), 1L << shift);
        if (bytes < 16L << 20) {
            throw new IllegalArgumentException("expected at least 16MiB, found '" + text + "'");
        }
        return bytes;
    }

    private static String heap(String text) {
        if (!HEAP.matcher(text).matches()) {
            throw new IllegalArgumentException(
                    "expected a heap such as 256m or 2g, found '" + text + "'");
        }
        return text;
    }

    private static IssuerNetwork issuers(String text) {
        return switch (text) {
            case "public" -> IssuerNetwork.PUBLIC;
            case "any" -> IssuerNetwork.ANY;
            case "none" -> IssuerNetwork.NONE;
            default ->
                    throw new IllegalArgumentException(
                            "expected public, any or none, found '" + text + "'");
        };
    }

    private static LogLevel logLevel(String text) {
        return Arrays.stream(LogLevel.values())
                .filter(level -> level.name().toLowerCase(Locale.ROOT).equals(text))
                .findFirst()
                .orElseThrow(
                        () ->
                                new IllegalArgumentException(
                                        "expected error, warn, info, debug or trace, found '"
                                                + text
                                                + "'"));
    }

    /** Literal addresses only: a name could resolve to another address at every start. */
    private static InetAddress address(String text) {
        if (!text.matches("[0-9.]+|[0-9a-fA-F:.]*:[0-9a-fA-F:.]*")) {
            throw new IllegalArgumentException("expected an IP address, found '" + text + "'");
        }
        try {
            return InetAddress.getByName(text);
        } catch (UnknownHostException e) {
            throw new IllegalArgumentException("expected an IP address, found '" + text + "'", e);
        }
    }

    private static Optional<Path> path(String text) {
        return text.isEmpty() ? Optional.empty() : Optional.of(Path.of(text).toAbsolutePath());
    }

    private static Optional<Path> rootKey(String text) {
        if (text.equals("file")) {
            return Optional.empty();
        }
        if (!text.startsWith("/")) {
            throw new IllegalArgumentException(
                    "expected file or the absolute path of a key's description, found '"
                            + text
                            + "'");
        }
        return Optional.of(Path.of(text));
    }

    private static Optional<String> ociRuntime(String text) {
        if (text.equals("auto")) {
            return Optional.empty();
        }
        if (!text.matches("[A-Za-z0-9._-]+|/.+")) {
            throw new IllegalArgumentException(
                    "expected auto, a program's name or an absolute path, found '" + text + "'");
        }
        return Optional.of(text);
    }
}
