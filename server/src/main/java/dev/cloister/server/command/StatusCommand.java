package dev.cloister.server.command;

import dev.cloister.server.admin.AdminClient;
import dev.cloister.server.admin.Status;
import java.io.IOException;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import tools.jackson.databind.json.JsonMapper;

/** {@code cloister status}: asks the running server and prints what it says. */
@Command(name = "status")
final class StatusCommand implements Callable<Integer> {
    @Mixin private DataOption data = new DataOption();

    @Option(names = "--output", paramLabel = "FORMAT")
    private OutputFormat output = OutputFormat.text;

    @Override
    public Integer call() throws IOException {
        Optional<Status> status = new AdminClient(data.layout().adminSocket()).status();
        if (status.isEmpty()) {
            System.err.println("cloister: no server runs on " + data.layout().root());
            return ExitCode.NOT_RUNNING;
        }
        switch (output) {
            case text -> System.out.print(new StatusTable(status.get()).text());
            case json -> System.out.println(JsonMapper.shared().writeValueAsString(status.get()));
        }
        return ExitCode.OK;
    }
}
