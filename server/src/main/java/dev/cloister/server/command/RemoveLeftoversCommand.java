package dev.cloister.server.command;

import dev.cloister.server.Cloister;
import dev.cloister.server.DataFolder;
import dev.cloister.server.settings.ServerSettings;
import java.util.Map;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/** Removes what a killed server left on the host; {@code cloister down} starts it. */
@Command(name = "remove-leftovers", hidden = true)
final class RemoveLeftoversCommand implements Callable<Integer> {
    @Mixin private DataOption data = new DataOption();

    @Override
    public Integer call() {
        ServerSettings settings = ServerSettings.load(data.layout().settings(), Map.of(), Map.of());
        try (DataFolder folder = DataFolder.open(data.folder())) {
            Cloister.removeLeftovers(settings, folder);
        }
        return ExitCode.OK;
    }
}
