package dev.cloister.server.command;

import dev.cloister.server.DataFolder;
import dev.cloister.server.DataFolderException;
import dev.cloister.server.DataLayout;
import dev.cloister.server.client.ClientProfile;
import dev.cloister.server.settings.ServerSettings;
import dev.cloister.server.settings.Setting;
import java.io.IOException;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code cloister up}: runs the server until it is told to end. */
@Command(name = "up")
final class UpCommand implements Callable<Integer> {
    @Mixin private DataOption data = new DataOption();

    @Option(names = "--port", paramLabel = "PORT")
    private Optional<String> port = Optional.empty();

    @Option(names = "--bind", paramLabel = "ADDRESS")
    private Optional<String> bind = Optional.empty();

    @Option(names = "--tls-cert", paramLabel = "FILE")
    private Optional<Path> tlsCertificate = Optional.empty();

    @Option(names = "--tls-key", paramLabel = "FILE")
    private Optional<Path> tlsKey = Optional.empty();

    @Option(names = "--region", paramLabel = "REGION")
    private Optional<String> region = Optional.empty();

    @Option(names = "--account", paramLabel = "ID")
    private Optional<String> account = Optional.empty();

    @Option(names = "--set", paramLabel = "KEY=VALUE")
    private Map<String, String> others = new LinkedHashMap<>();

    @Option(names = "--no-sample")
    private boolean withoutSample;

    @Override
    public Integer call() throws IOException {
        DataLayout layout = data.layout();
        Optional<ClientProfile> earlier = ClientProfile.read(layout.credentials());
        ServerSettings settings =
                ServerSettings.load(layout.settings(), remembered(earlier), flags());
        earlier.ifPresent(profile -> refuseOtherAccount(profile, settings));
        try (DataFolder folder = DataFolder.open(data.folder())) {
            ServerLog.writeTo(layout.serverLog(), settings.process().logLevel());
            boolean showSample = earlier.isEmpty() && !withoutSample;
            new RunningServer(settings, folder, System.out).run(showSample);
        }
        ServerLog.close();
        return ExitCode.OK;
    }

    private static Map<Setting, String> remembered(Optional<ClientProfile> earlier) {
        return earlier.map(
                        profile ->
                                Map.of(
                                        Setting.ACCOUNT_ID, profile.account(),
                                        Setting.ACCOUNT_REGION, profile.region()))
                .orElse(Map.of());
    }

    private Map<String, String> flags() {
        Map<String, String> flags = new LinkedHashMap<>(others);
        port.ifPresent(value -> flags.put(Setting.ENDPOINT_PORT.key(), value));
        bind.ifPresent(value -> flags.put(Setting.ENDPOINT_BIND.key(), value));
        tlsCertificate.ifPresent(
                file -> flags.put(Setting.ENDPOINT_TLS_CERTIFICATE.key(), file.toString()));
        tlsKey.ifPresent(file -> flags.put(Setting.ENDPOINT_TLS_KEY.key(), file.toString()));
        region.ifPresent(value -> flags.put(Setting.ACCOUNT_REGION.key(), value));
        account.ifPresent(value -> flags.put(Setting.ACCOUNT_ID.key(), value));
        return flags;
    }

    private void refuseOtherAccount(ClientProfile earlier, ServerSettings settings) {
        String wanted = settings.account().id().value();
        if (!wanted.equals(earlier.account())) {
            throw new DataFolderException(
                    "%s belongs to account %s, not %s. Choose another folder with --data."
                            .formatted(data.folder(), earlier.account(), wanted));
        }
    }
}
