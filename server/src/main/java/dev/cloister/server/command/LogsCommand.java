package dev.cloister.server.command;

import dev.cloister.server.client.ApiClient;
import dev.cloister.server.client.ClientProfile;
import java.io.IOException;
import java.nio.file.Files;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code cloister logs FUNCTION}: prints a function's log from the CloudWatch Logs API. */
@Command(name = "logs")
final class LogsCommand implements Callable<Integer> {
    private static final Duration BETWEEN_LOOKS = Duration.ofMillis(500);

    @Mixin private DataOption data = new DataOption();

    @Parameters(paramLabel = "FUNCTION")
    private String function = "";

    @Option(names = "--follow")
    private boolean follow;

    @Option(names = "--since", paramLabel = "MINUTES")
    private long sinceMinutes = 60;

    @Override
    public Integer call() throws IOException, InterruptedException {
        Optional<ClientProfile> profile = ClientProfile.read(data.layout().credentials());
        if (profile.isEmpty() || !Files.exists(data.layout().ready())) {
            System.err.println("cloister: no server runs on " + data.layout().root());
            return ExitCode.NOT_RUNNING;
        }
        Instant since = Instant.now().minus(Duration.ofMinutes(sinceMinutes));
        try (ApiClient client = new ApiClient(profile.get())) {
            LogTail tail = new LogTail(client, "/aws/lambda/" + function, since);
            tail.printNew(System.out);
            while (follow) {
                Thread.sleep(BETWEEN_LOOKS);
                tail.printNew(System.out);
            }
        }
        return ExitCode.OK;
    }
}
