package dev.cloister.server.command;

import dev.cloister.server.Cloister;
import dev.cloister.server.DataFolder;
import dev.cloister.server.command.Arguments.Syntax;
import dev.cloister.server.settings.ServerSettings;
import java.util.List;
import java.util.Map;

/** Removes what a killed server left on the host; {@code cloister down} starts it. */
record RemoveLeftoversCommand() implements Subcommand {

    @Override
    public Syntax syntax() {
        return new Syntax(List.of(), List.of(), 0);
    }

    @Override
    public int run(Arguments arguments) {
        ServerSettings settings =
                ServerSettings.load(arguments.data().settings(), Map.of(), Map.of());
        try (DataFolder folder = DataFolder.open(arguments.data().root())) {
            Cloister.removeLeftovers(settings, folder);
            folder.removeRunFiles();
        }
        return ExitCode.OK;
    }
}
