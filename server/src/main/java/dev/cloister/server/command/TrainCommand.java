package dev.cloister.server.command;

import dev.cloister.server.Cloister;
import dev.cloister.server.DataFolder;
import dev.cloister.server.admin.AdminClient;
import dev.cloister.server.admin.AdminServer;
import dev.cloister.server.client.ApiClient;
import dev.cloister.server.client.ClientProfile;
import dev.cloister.server.settings.ServerSettings;
import dev.cloister.server.settings.Setting;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/**
 * A short life of the server for the JVM to record: which classes are loaded and what runs hot goes
 * into the AOT cache (JEP 514, JEP 515) that later starts map. The launcher starts it after a build
 * on a folder of its own.
 */
@Command(name = "train", hidden = true)
final class TrainCommand implements Callable<Integer> {
    private static final int ROUNDS = 300;
    private static final Duration CALL_TIMEOUT = Duration.ofSeconds(10);

    @Mixin private DataOption data = new DataOption();

    @Override
    public Integer call() throws IOException {
        Map<String, String> flags =
                Map.of(
                        Setting.ENDPOINT_PORT.key(), "0",
                        Setting.WORKER_PREPARED_PER_RUNTIME.key(), "0");
        ServerSettings settings = ServerSettings.load(data.layout().settings(), Map.of(), flags);
        try (DataFolder folder = DataFolder.open(data.folder())) {
            ServerLog.writeTo(data.layout().serverLog(), settings.process().logLevel());
            try (Cloister cloister = Cloister.start(settings, folder);
                    AdminServer admin = AdminServer.start(data.layout().adminSocket(), cloister)) {
                exercise(cloister, settings);
            }
        }
        return ExitCode.OK;
    }

    private void exercise(Cloister cloister, ServerSettings settings) throws IOException {
        ClientProfile profile = RunningServer.profile(cloister, settings);
        new ReadyMessage(profile, settings, data.layout()).print(System.out);
        new AdminClient(data.layout().adminSocket())
                .status()
                .ifPresent(status -> System.out.print(new StatusTable(status).text()));
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
