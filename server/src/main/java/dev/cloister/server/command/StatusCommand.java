package dev.cloister.server.command;

import dev.cloister.server.admin.AdminClient;
import dev.cloister.server.admin.Status;
import dev.cloister.server.command.Arguments.Syntax;
import java.io.IOException;
import java.io.PrintStream;
import java.util.List;
import java.util.Optional;
import tools.jackson.databind.json.JsonMapper;

/** {@code cloister status}: asks the running server and prints what it says. */
record StatusCommand(PrintStream out, PrintStream errors) implements Subcommand {

    @Override
    public Syntax syntax() {
        return new Syntax(List.of("--output"), List.of(), 0);
    }

    @Override
    public int run(Arguments arguments) throws IOException {
        boolean json = arguments.json();
        Optional<Status> status = new AdminClient(arguments.data().adminSocket()).status();
        if (status.isEmpty()) {
            errors.println("cloister: no server runs on " + arguments.data().root());
            return ExitCode.NOT_RUNNING;
        }
        if (json) {
            out.println(JsonMapper.shared().writeValueAsString(status.get()));
        } else {
            out.print(new StatusTable(status.get()).text());
        }
        return ExitCode.OK;
    }
}
