package dev.cloister.server.command;

import dev.cloister.server.command.Arguments.Syntax;
import java.io.IOException;

/** One subcommand of {@code cloister}. */
interface Subcommand {

    Syntax syntax();

    /**
     * @return one of {@link ExitCode}'s
     */
    int run(Arguments arguments) throws IOException, InterruptedException;
}
