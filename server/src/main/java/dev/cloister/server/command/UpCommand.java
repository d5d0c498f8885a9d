package dev.cloister.server.command;

import dev.cloister.server.DataFolder;
import dev.cloister.server.DataFolderException;
import dev.cloister.server.DataLayout;
import dev.cloister.server.client.ClientProfile;
import dev.cloister.server.command.Arguments.Syntax;
import dev.cloister.server.settings.ServerSettings;
import dev.cloister.server.settings.Setting;
import java.io.IOException;
import java.io.PrintStream;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** {@code cloister up}: runs the server until it is told to end. */
record UpCommand(PrintStream out) implements Subcommand {
    private static final Map<String, Setting> SETTING_OF_OPTION =
            Map.of(
                    "--port", Setting.ENDPOINT_PORT,
                    "--bind", Setting.ENDPOINT_BIND,
                    "--tls-cert", Setting.ENDPOINT_TLS_CERTIFICATE,
                    "--tls-key", Setting.ENDPOINT_TLS_KEY,
                    "--region", Setting.ACCOUNT_REGION,
                    "--account", Setting.ACCOUNT_ID);

    @Override
    public Syntax syntax() {
        List<String> valued = new ArrayList<>(SETTING_OF_OPTION.keySet());
        valued.add("--set");
        return new Syntax(valued, List.of("--no-sample"), 0);
    }

    @Override
    public int run(Arguments arguments) throws IOException {
        DataLayout data = arguments.data();
        Optional<ClientProfile> earlier = ClientProfile.read(data.credentials());
        ServerSettings settings =
                ServerSettings.load(data.settings(), remembered(earlier), flags(arguments));
        if (earlier.isPresent()) {
            refuseOtherAccount(earlier.get(), settings, data);
        }
        try (DataFolder folder = DataFolder.open(data.root())) {
            ServerLog.writeTo(data.serverLog(), settings.process().logLevel());
            boolean showSample = earlier.isEmpty() && !arguments.has("--no-sample");
            new RunningServer(settings, folder, out).run(showSample);
        } finally {
            ServerLog.close();
        }
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

    private static Map<String, String> flags(Arguments arguments) {
        Map<String, String> flags = new LinkedHashMap<>();
        for (String assignment : arguments.values("--set")) {
            int equals = assignment.indexOf('=');
            if (equals < 1) {
                throw new UsageException("--set takes KEY=VALUE, not '" + assignment + "'");
            }
            flags.put(assignment.substring(0, equals), assignment.substring(equals + 1));
        }
        SETTING_OF_OPTION.forEach(
                (option, setting) ->
                        arguments
                                .value(option)
                                .ifPresent(value -> flags.put(setting.key(), value)));
        return flags;
    }

    private static void refuseOtherAccount(
            ClientProfile earlier, ServerSettings settings, DataLayout data) {
        String wanted = settings.account().id().value();
        if (!wanted.equals(earlier.account())) {
            throw new DataFolderException(
                    "%s belongs to account %s, not %s. Choose another folder with --data."
                            .formatted(data.root(), earlier.account(), wanted));
        }
    }
}
