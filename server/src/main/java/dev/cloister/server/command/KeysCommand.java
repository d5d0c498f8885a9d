package dev.cloister.server.command;

import dev.cloister.keys.RootKeyRotation.Rotated;
import dev.cloister.server.Cloister;
import dev.cloister.server.DataFolder;
import dev.cloister.server.command.Arguments.Syntax;
import java.io.PrintStream;
import java.util.List;

/** {@code cloister keys rotate-root}: gives an installation whose server is down a new root key. */
record KeysCommand(PrintStream out) implements Subcommand {

    @Override
    public Syntax syntax() {
        return new Syntax(List.of(), List.of(), 1);
    }

    @Override
    public int run(Arguments arguments) {
        if (!arguments.operands().equals(List.of("rotate-root"))) {
            throw new UsageException("keys takes one action: rotate-root");
        }
        try (DataFolder folder = DataFolder.open(arguments.data().root())) {
            Rotated rotated = Cloister.rotateRootKey(folder);
            out.println("The root key is now " + rotated.newId() + ":");
            out.println("  " + folder.layout().rootKey());
            out.println("Keep a copy of it apart. The old one, for backups made under it:");
            out.println("  " + rotated.retired());
            out.println("Keys wrapped again: " + rotated.keys());
        }
        return ExitCode.OK;
    }
}
