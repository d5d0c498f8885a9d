package dev.cloister.server.settings;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.cloister.api.AccountId;
import dev.cloister.api.Region;
import dev.cloister.api.SignatureLimits;
import dev.cloister.identity.federation.IssuerNetwork;
import dev.cloister.server.settings.ProcessSettings.LogLevel;
import dev.cloister.worker.EnvironmentSpec.Egress;
import java.io.IOException;
import java.net.InetAddress;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

class ServerSettingsTest {
    private static final AccountId ACCOUNT = new AccountId("123456789012");

    @TempDir Path folder;

    @Test
    void pinsEveryDefault() {
        assertThat(ServerSettings.defaults())
                .isEqualTo(
                        new ServerSettings(
                                new EndpointSettings(
                                        InetAddress.ofLiteral("127.0.0.1"),
                                        4566,
                                        Optional.empty(),
                                        new EndpointSettings.UrlDomain(
                                                "localhost",
                                                Optional.empty(),
                                                OptionalInt.empty())),
                                new AccountSettings(
                                        new AccountId("000000000000"), new Region("us-east-1")),
                                new IdentitySettings(
                                        IssuerNetwork.PUBLIC,
                                        Optional.empty(),
                                        SignatureLimits.defaults()),
                                new EnvironmentSettings(
                                        Optional.empty(),
                                        1000,
                                        2,
                                        Duration.ofMinutes(10),
                                        Duration.ofMillis(100),
                                        Duration.ofHours(4),
                                        new EgressSettings(
                                                new Egress.Public(), Map.of(), Map.of())),
                                new RuntimeSettings(Optional.empty()),
                                Optional.empty(),
                                new InvokeSettings(1000),
                                new LogSettings(4L << 30),
                                new KeySettings(Optional.empty()),
                                new ProcessSettings("256m", LogLevel.INFO)));
    }

    @Test
    void readsEveryKeyOfTheFile() throws IOException {
        ServerSettings settings =
                load(
                        """
                        # A comment, and an empty line:

                        endpoint.bind = 192.0.2.7
                        runtimes.update-every = 24h
                        code.store-endpoint = https://store.example:9000/
                        code.store-region = eu-west-1
                        code.store-credentials = /etc/store
                        code.store-style = virtual-host
                        code.store-buckets = code, more
                        endpoint.port=4577
                        endpoint.tls-certificate = /etc/tls/chain.pem
                        endpoint.tls-key = /etc/tls/key.pem
                        endpoint.url-domain = https://Example.com:8443
                        account.id = 123456789012
                        account.region = eu-west-1
                        identity.issuers = any
                        identity.issuer-keys = /etc/issuers.json
                        identity.bad-signatures = 50
                        identity.bad-signatures-per-key = 5
                        worker.oci-runtime = runc
                        worker.maximum-environments = 50
                        worker.prepared-per-runtime = 0
                        worker.idle-timeout = 90s
                        worker.freeze-after = 1s
                        worker.maximum-lease = 14h
                        worker.egress = public, 10.1.0.0/16, 100.64.0.0/10
                        egress.123456789012 = none
                        egress.123456789012.a = public
                        egress.123456789012.B-_9 = 10.1.0.0/16, 8.8.8.8/32
                        invoke.concurrency = 7
                        logs.maximum-size = 16MiB
                        server.heap = 2g
                        server.log-level = debug
                        """);

        assertThat(settings)
                .isEqualTo(
                        new ServerSettings(
                                new EndpointSettings(
                                        InetAddress.ofLiteral("192.0.2.7"),
                                        4577,
                                        Optional.of(
                                                new EndpointSettings.TlsFiles(
                                                        Path.of("/etc/tls/chain.pem"),
                                                        Path.of("/etc/tls/key.pem"))),
                                        new EndpointSettings.UrlDomain(
                                                "example.com",
                                                Optional.of("https"),
                                                OptionalInt.of(8443))),
                                new AccountSettings(
                                        new AccountId("123456789012"), new Region("eu-west-1")),
                                new IdentitySettings(
                                        IssuerNetwork.ANY,
                                        Optional.of(Path.of("/etc/issuers.json")),
                                        new SignatureLimits(50, 5)),
                                new EnvironmentSettings(
                                        Optional.of("runc"),
                                        50,
                                        0,
                                        Duration.ofSeconds(90),
                                        Duration.ofSeconds(1),
                                        Duration.ofHours(14),
                                        new EgressSettings(
                                                new Egress.PublicAnd(
                                                        List.of("10.1.0.0/16", "100.64.0.0/10")),
                                                Map.of(ACCOUNT, new Egress.None()),
                                                Map.of(
                                                        new EgressSettings.Function(ACCOUNT, "a"),
                                                        new Egress.Public(),
                                                        new EgressSettings.Function(
                                                                ACCOUNT, "B-_9"),
                                                        new Egress.Only(
                                                                List.of(
                                                                        "10.1.0.0/16",
                                                                        "8.8.8.8/32"))))),
                                new RuntimeSettings(Optional.of(Duration.ofHours(24))),
                                Optional.of(
                                        new CodeStoreSettings(
                                                URI.create("https://store.example:9000"),
                                                "eu-west-1",
                                                Path.of("/etc/store"),
                                                CodeStoreSettings.Style.VIRTUAL_HOST,
                                                List.of("code", "more"))),
                                new InvokeSettings(7),
                                new LogSettings(16L << 20),
                                new KeySettings(Optional.empty()),
                                new ProcessSettings("2g", LogLevel.DEBUG)));
    }

    @ParameterizedTest
    @EnumSource
    void theOperatorsManualHasEveryKeyWithItsDefault(Setting setting) throws IOException {
        String defaultText =
                setting.defaultText().isEmpty() ? "" : "`" + setting.defaultText() + "`";
        assertThat(Files.readAllLines(Path.of("../docs/operating.md")))
                .contains(
                        "| `%s` | %s | %s |"
                                .formatted(setting.key(), defaultText, setting.meaning()));
    }

    @ParameterizedTest
    @EnumSource
    void theOperatorsManualHasEveryFamilyOfKeys(SettingFamily family) throws IOException {
        assertThat(Files.readAllLines(Path.of("../docs/operating.md")))
                .contains("| `%s` |  | %s |".formatted(family.form(), family.meaning()));
    }

    @Test
    void theMostSpecificWordOnEgressCounts() throws IOException {
        EgressSettings egress =
                load("""
                                account.id = 123456789012
                                worker.egress = public
                                egress.123456789012 = 10.0.0.0/8
                                egress.123456789012.alone = none
                                """)
                        .environments()
                        .egress();

        assertThat(egress.of(ACCOUNT, "alone")).isEqualTo(new Egress.None());
        assertThat(egress.of(ACCOUNT, "other")).isEqualTo(new Egress.Only(List.of("10.0.0.0/8")));
        assertThat(egress.of(new AccountId("000000000001"), "alone"))
                .isEqualTo(new Egress.Public());
    }

    @ParameterizedTest
    @CsvSource({
        "egres.000000000000,            egress.000000000000",
        "egress.0000,                   egress.ACCOUNT",
        "egress.000000000000.a b,       egress.ACCOUNT.FUNCTION",
        "egress.000000000000.a.1,       egress.ACCOUNT.FUNCTION",
        "egress,                        worker.egress",
    })
    void aSlipInAnEgressKeyIsAnErrorThatNamesWhatWasMeant(String key, String meant) {
        assertThatThrownBy(() -> load(key + " = none"))
                .hasMessageContaining("there is no setting '" + key + "'")
                .hasMessageEndingWith("did you mean '" + meant + "'?");
    }

    @Test
    void egressOfAnotherAccountIsAnError() {
        assertThatThrownBy(() -> load("egress.123456789012 = none"))
                .hasMessage(
                        "cloister.conf line 1: egress.123456789012: the account of this"
                                + " installation is 000000000000");
    }

    @Test
    void theCommandLineWinsOverTheFileAndTheFileOverWhatIsRemembered() throws IOException {
        Path file = Files.writeString(folder.resolve("cloister.conf"), "endpoint.port = 1\n");
        Map<Setting, String> remembered =
                Map.of(Setting.ENDPOINT_PORT, "2", Setting.ACCOUNT_REGION, "eu-west-1");

        ServerSettings fromFile = ServerSettings.load(file, remembered, Map.of());
        ServerSettings fromFlags =
                ServerSettings.load(file, remembered, Map.of("endpoint.port", "3"));

        assertThat(fromFile.endpoint().port()).isEqualTo(1);
        assertThat(fromFile.account().region()).isEqualTo(new Region("eu-west-1"));
        assertThat(fromFlags.endpoint().port()).isEqualTo(3);
    }

    @Test
    void withoutAFileTheDefaultsHold() {
        assertThat(ServerSettings.load(folder.resolve("none"), Map.of(), Map.of()))
                .isEqualTo(ServerSettings.defaults());
    }

    @Test
    void anUnknownKeyIsAnErrorThatNamesTheNearest() {
        assertThatThrownBy(() -> load("worker.idle-timout = 1m"))
                .isInstanceOf(SettingsException.class)
                .hasMessage(
                        "cloister.conf line 1: there is no setting 'worker.idle-timout';"
                                + " did you mean 'worker.idle-timeout'?");
    }

    @Test
    void everyProblemIsToldAtOnceWithItsPlace() {
        assertThatThrownBy(() -> load("endpoint.port = 65536\naccount.id = 12\n"))
                .hasMessageContaining("cloister.conf line 1: endpoint.port: ")
                .hasMessageContaining("cloister.conf line 2: account.id: ");
    }

    @Test
    void aLineWithoutAnEqualsSignAndARepeatedKeyAreErrors() {
        assertThatThrownBy(() -> load("nonsense\nendpoint.port = 1\nendpoint.port = 2"))
                .hasMessageContaining("cloister.conf line 1: expected 'key = value'")
                .hasMessageContaining(
                        "line 3: 'endpoint.port' is set already in cloister.conf line 2");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            textBlock =
                    """
                    endpoint.bind               | localhost
                    endpoint.bind               | 300.1.1.1
                    endpoint.port               | -1
                    endpoint.url-domain         | a..b
                    endpoint.url-domain         | ftp://a.example
                    endpoint.url-domain         | a.example:0
                    endpoint.url-domain         | a.example/path
                    endpoint.port               | 65536
                    account.region              | mars
                    worker.oci-runtime          | ../crun
                    worker.maximum-environments | 0
                    worker.maximum-environments | 28977
                    worker.prepared-per-runtime | 65
                    worker.idle-timeout         | 10
                    worker.idle-timeout         | 999ms
                    worker.idle-timeout         | 15h
                    worker.freeze-after         | 0ms
                    worker.freeze-after         | 61s
                    worker.maximum-lease        | 59s
                    worker.egress               | private
                    worker.egress               | public, 10.1.0.0
                    worker.egress               | none, 10.1.0.0/16
                    worker.egress               | 10.1.0.0/33
                    worker.egress               | 300.1.0.0/16
                    worker.egress               | public, fd00::/8
                    worker.egress               | 169.254.169.254/32
                    worker.egress               | 127.0.0.0/8
                    egress.000000000000         | private
                    egress.000000000000.f       | 10.1.0.0/x
                    invoke.concurrency          | 0
                    logs.maximum-size           | 15MiB
                    logs.maximum-size           | 4GB
                    server.heap                 | 256
                    server.log-level            | loud
                    """)
    void aValueOutOfItsRangeIsRefused(String key, String value) {
        assertThatThrownBy(() -> load(key + " = " + value))
                .isInstanceOf(SettingsException.class)
                .hasMessageStartingWith("cloister.conf line 1: " + key + ": ");
    }

    @Test
    void tlsFilesGoTogetherAndWithAnAddressBeyondLoopback() {
        assertThatThrownBy(() -> load("endpoint.bind = 192.0.2.7\nendpoint.tls-key = /k"))
                .hasMessageContaining("go together");
        assertThatThrownBy(() -> load("endpoint.tls-certificate = /c\nendpoint.tls-key = /k"))
                .hasMessageContaining("loopback is plain HTTP");
        assertThatThrownBy(() -> load("endpoint.bind = 192.0.2.7\nendpoint.port = 0"))
                .hasMessageContaining("0 goes with loopback only");
        assertThatThrownBy(() -> load("endpoint.bind = 0.0.0.0"))
                .hasMessageContaining("name one address of this host");
    }

    private ServerSettings load(String text) throws IOException {
        Path file = Files.writeString(folder.resolve("cloister.conf"), text);
        return ServerSettings.load(file, Map.of(), Map.of());
    }
}
