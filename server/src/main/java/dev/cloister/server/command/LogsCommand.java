package dev.cloister.server.command;

import dev.cloister.server.client.ApiCallException;
import dev.cloister.server.client.ApiClient;
import dev.cloister.server.client.ClientProfile;
import dev.cloister.server.command.Arguments.Syntax;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Files;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/** {@code cloister logs FUNCTION}: prints a function's log from the CloudWatch Logs API. */
record LogsCommand(PrintStream out, PrintStream errors) implements Subcommand {
    private static final Duration BETWEEN_LOOKS = Duration.ofMillis(500);
    private static final String DEFAULT_MINUTES = "60";

    @Override
    public Syntax syntax() {
        return new Syntax(List.of("--since"), List.of("--follow"), 1);
    }

    @Override
    public int run(Arguments arguments) throws IOException, InterruptedException {
        if (arguments.operands().isEmpty()) {
            throw new UsageException("a function's name is missing");
        }
        Instant since = Instant.now().minus(sinceOf(arguments));
        Optional<ClientProfile> profile = ClientProfile.read(arguments.data().credentials());
        if (profile.isEmpty() || !Files.exists(arguments.data().ready())) {
            errors.println("cloister: no server runs on " + arguments.data().root());
            return ExitCode.NOT_RUNNING;
        }
        String function = arguments.operands().getFirst();
        try (ApiClient client = new ApiClient(profile.get())) {
            LogTail tail = new LogTail(client, "/aws/lambda/" + function, since);
            tail.printNew(out);
            while (arguments.has("--follow")) {
                Thread.sleep(BETWEEN_LOOKS);
                tail.printNew(out);
            }
        } catch (ApiCallException e) {
            if (!String.valueOf(e.getMessage()).contains("ResourceNotFoundException")) {
                throw e;
            }
            errors.println(
                    "cloister: there is no log of a function '%s'; it begins with its first invocation"
                            .formatted(function));
            return ExitCode.FAILED;
        }
        return ExitCode.OK;
    }

    private static Duration sinceOf(Arguments arguments) {
        String minutes = arguments.value("--since").orElse(DEFAULT_MINUTES);
        if (!minutes.matches("[0-9]{1,7}")) {
            throw new UsageException("--since takes a number of minutes, not '" + minutes + "'");
        }
        return Duration.ofMinutes(Long.parseLong(minutes));
    }
}
