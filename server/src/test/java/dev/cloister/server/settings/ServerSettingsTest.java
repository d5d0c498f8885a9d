package dev.cloister.server.settings;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.cloister.api.AccountId;
import dev.cloister.api.Region;
import dev.cloister.server.settings.ProcessSettings.LogLevel;
import dev.cloister.worker.EnvironmentSpec.Egress;
import java.io.IOException;
import java.net.InetAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

class ServerSettingsTest {
    @TempDir Path folder;

    @Test
    void pinsEveryDefault() {
        assertThat(ServerSettings.defaults())
                .isEqualTo(
                        new ServerSettings(
                                new EndpointSettings(
                                        InetAddress.ofLiteral("127.0.0.1"), 4566, Optional.empty()),
                                new AccountSettings(
                                        new AccountId("000000000000"), new Region("us-east-1")),
                                new EnvironmentSettings(
                                        Optional.empty(),
                                        1000,
                                        2,
                                        Duration.ofMinutes(10),
                                        Duration.ofMillis(100),
                                        Duration.ofHours(4),
                                        new Egress.Public()),
                                new InvokeSettings(1000),
                                new LogSettings(4L << 30),
                                new ProcessSettings("256m", LogLevel.INFO)));
    }

    @Test
    void readsEveryKeyOfTheFile() throws IOException {
        ServerSettings settings =
                load(
                        """
                        # A comment, and an empty line:

                        endpoint.bind = 192.0.2.7
                        endpoint.port=4577
                        endpoint.tls-certificate = /etc/tls/chain.pem
                        endpoint.tls-key = /etc/tls/key.pem
                        account.id = 123456789012
                        account.region = eu-west-1
                        worker.oci-runtime = runc
                        worker.maximum-environments = 50
                        worker.prepared-per-runtime = 0
                        worker.idle-timeout = 90s
                        worker.freeze-after = 1s
                        worker.maximum-lease = 14h
                        worker.egress = public, 10.1.0.0/16, fd00::/8
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
                                                        Path.of("/etc/tls/key.pem")))),
                                new AccountSettings(
                                        new AccountId("123456789012"), new Region("eu-west-1")),
                                new EnvironmentSettings(
                                        Optional.of("runc"),
                                        50,
                                        0,
                                        Duration.ofSeconds(90),
                                        Duration.ofSeconds(1),
                                        Duration.ofHours(14),
                                        new Egress.PublicAnd(List.of("10.1.0.0/16", "fd00::/8"))),
                                new InvokeSettings(7),
                                new LogSettings(16L << 20),
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
                    endpoint.port               | 65536
                    account.region              | mars
                    worker.oci-runtime          | ../crun
                    worker.maximum-environments | 0
                    worker.maximum-environments | 100001
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
    }

    private ServerSettings load(String text) throws IOException {
        Path file = Files.writeString(folder.resolve("cloister.conf"), text);
        return ServerSettings.load(file, Map.of(), Map.of());
    }
}
