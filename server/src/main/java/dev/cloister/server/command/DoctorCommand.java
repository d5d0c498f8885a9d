package dev.cloister.server.command;

import dev.cloister.server.command.Arguments.Syntax;
import dev.cloister.worker.sandbox.HostCapabilities;
import java.io.PrintStream;
import java.util.List;
import tools.jackson.databind.json.JsonMapper;

/** {@code cloister doctor}: what this host can do, and how to get more. */
record DoctorCommand(PrintStream out) implements Subcommand {

    @Override
    public Syntax syntax() {
        return new Syntax(List.of("--output"), List.of(), 0);
    }

    @Override
    public int run(Arguments arguments) {
        boolean json = arguments.json();
        HostCapabilities capabilities = HostCapabilities.detect();
        HostReport report = new HostReport(capabilities);
        if (json) {
            out.println(JsonMapper.shared().writeValueAsString(capabilities));
        } else {
            out.print(report.text());
        }
        return report.exitCode();
    }
}
