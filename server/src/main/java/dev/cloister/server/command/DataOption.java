package dev.cloister.server.command;

import dev.cloister.server.DataLayout;
import java.nio.file.Path;
import picocli.CommandLine.Option;

/** {@code --data}, on each subcommand; the launcher always gives it. */
final class DataOption {
    @Option(names = "--data", required = true, paramLabel = "DIR")
    private Path folder = Path.of("");

    Path folder() {
        return folder;
    }

    DataLayout layout() {
        return new DataLayout(folder);
    }
}
