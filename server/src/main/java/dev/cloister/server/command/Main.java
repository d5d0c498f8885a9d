package dev.cloister.server.command;

import dev.cloister.server.DataFolderException;
import dev.cloister.server.client.ApiCallException;
import dev.cloister.server.settings.SettingsException;
import java.io.IOException;
import java.io.PrintStream;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.ParameterException;

/** The entry point of the Java part of the {@code cloister} command. */
@Command(
        name = "cloister",
        subcommands = {
            UpCommand.class,
            StatusCommand.class,
            LogsCommand.class,
            RemoveLeftoversCommand.class,
            TrainCommand.class
        })
public final class Main {
    private final PrintStream errors;

    Main(PrintStream errors) {
        this.errors = errors;
    }

    public static void main(String[] arguments) {
        int code = new Main(System.err).run(arguments);
        System.exit(code);
    }

    int run(String... arguments) {
        return new CommandLine(this)
                .setParameterExceptionHandler((problem, given) -> refuse(problem))
                .setExecutionExceptionHandler((problem, command, given) -> fail(problem))
                .execute(arguments);
    }

    private int refuse(ParameterException problem) {
        String name = problem.getCommandLine().getCommandName();
        errors.println("cloister: " + problem.getMessage());
        errors.println("Try 'cloister " + name + " --help'.");
        return ExitCode.USAGE;
    }

    /** Expected failures are one message; anything else is a bug and shows where it happened. */
    private int fail(Exception problem) {
        switch (problem) {
            case SettingsException settings -> {
                errors.println("cloister: the configuration can't be used:");
                errors.println(settings.getMessage());
                return ExitCode.USAGE;
            }
            case DataFolderException data -> errors.println("cloister: " + data.getMessage());
            case ApiCallException call -> errors.println("cloister: " + call.getMessage());
            case IOException io -> errors.println("cloister: " + io);
            default -> {
                errors.println("cloister: this is unexpected, please report it:");
                problem.printStackTrace(errors);
            }
        }
        return ExitCode.FAILED;
    }
}
