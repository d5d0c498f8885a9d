package dev.cloister.server.command;

import dev.cloister.server.Cloister;
import dev.cloister.server.DataFolder;
import dev.cloister.server.DataLayout;
import dev.cloister.server.admin.AdminClient;
import dev.cloister.server.admin.AdminServer;
import dev.cloister.server.client.ApiClient;
import dev.cloister.server.client.ClientProfile;
import dev.cloister.server.command.Arguments.Syntax;
import dev.cloister.server.settings.ServerSettings;
import dev.cloister.server.settings.Setting;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Map;

/**
 * A short life of the server for the JVM to record: which classes are loaded and what runs hot goes
 * into the AOT cache (JEP 514, JEP 515) that later starts map. The launcher starts it after a build
 * on a folder of its own.
 */
record TrainCommand(PrintStream out) implements Subcommand {
    private static final int ROUNDS = 300;
    private static final Duration CALL_TIMEOUT = Duration.ofSeconds(10);

    @Override
    public Syntax syntax() {
        return new Syntax(List.of(), List.of(), 0);
    }

    @Override
    public int run(Arguments arguments) throws IOException {
        DataLayout data = arguments.data();
        Map<String, String> flags =
                Map.of(
                        Setting.ENDPOINT_PORT.key(), "0",
                        Setting.WORKER_PREPARED_PER_RUNTIME.key(), "0");
        ServerSettings settings = ServerSettings.load(data.settings(), Map.of(), flags);
        try (DataFolder folder = DataFolder.open(data.root())) {
            ServerLog.writeTo(data.serverLog(), settings.process().logLevel());
            try (Cloister cloister = Cloister.start(settings, folder);
                    AdminServer admin = AdminServer.start(data.adminSocket(), cloister)) {
                exercise(cloister, settings, data);
            }
        }
        return ExitCode.OK;
    }

    private void exercise(Cloister cloister, ServerSettings settings, DataLayout data)
            throws IOException {
        ClientProfile profile = RunningServer.profile(cloister, settings);
        new ReadyMessage(profile, settings, data).print(out);
        new AdminClient(data.adminSocket())
                .status()
                .ifPresent(status -> out.print(new StatusTable(status).text()));
        byte[] identity =
                "Action=GetCallerIdentity&Version=2011-06-15".getBytes(StandardCharsets.UTF_8);
        try (ApiClient client = new ApiClient(profile)) {
            for (int round = 0; round < ROUNDS; round++) {
                client.call(
                        "lambda",
                        "GET",
                        "/2015-03-31/functions/",
                        Map.of(),
                        new byte[0],
                        CALL_TIMEOUT);
                client.call(
                        "sts",
                        "POST",
                        "/",
                        Map.of("Content-Type", "application/x-www-form-urlencoded"),
                        identity,
                        CALL_TIMEOUT);
            }
        }
    }
}
