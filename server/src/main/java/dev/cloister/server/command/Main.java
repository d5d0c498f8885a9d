package dev.cloister.server.command;

import dev.cloister.server.DataFolderException;
import dev.cloister.server.StartException;
import dev.cloister.server.client.ApiCallException;
import dev.cloister.server.settings.SettingsException;
import java.io.IOException;
import java.io.PrintStream;
import java.util.List;

/** The entry point of the Java part of the {@code cloister} command. */
public final class Main {
    private final PrintStream out;
    private final PrintStream errors;

    Main(PrintStream out, PrintStream errors) {
        this.out = out;
        this.errors = errors;
    }

    public static void main(String[] arguments) {
        System.exit(new Main(System.out, System.err).run(List.of(arguments)));
    }

    int run(List<String> given) {
        String name = given.isEmpty() ? "" : given.getFirst();
        try {
            Subcommand subcommand = subcommand(name);
            Arguments arguments =
                    Arguments.parse(subcommand.syntax(), given.subList(1, given.size()));
            return subcommand.run(arguments);
        } catch (UsageException | SettingsException e) {
            errors.println("cloister: " + e.getMessage());
            errors.println("cloister: try '" + calledAs() + " " + name + " --help'");
            return ExitCode.USAGE;
        } catch (DataFolderException | StartException | ApiCallException e) {
            errors.println("cloister: " + e.getMessage());
            return ExitCode.FAILED;
        } catch (IOException | RuntimeException e) {
            errors.println("cloister: " + inWords(e));
            return ExitCode.FAILED;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return ExitCode.FAILED;
        }
    }

    /** The product's own exceptions explain themselves; of others, the type says most. */
    private static String inWords(Exception problem) {
        String message = problem.getMessage();
        boolean own = problem.getClass().getName().startsWith("dev.cloister.");
        return own && message != null ? message : problem.toString();
    }

    /** The launcher says how it was called. */
    static String calledAs() {
        return System.getProperty("cloister.command", "cloister");
    }

    Subcommand subcommand(String name) {
        return switch (name) {
            case "up" -> new UpCommand(out);
            case "status" -> new StatusCommand(out, errors);
            case "logs" -> new LogsCommand(out, errors);
            case "accounts" -> new AccountsCommand(out, errors);
            case "sign" -> new SignCommand(out, errors);
            case "account-env" -> new AccountEnvCommand(out);
            case "runtimes" -> new RuntimesCommand(out, errors);
            case "keys" -> new KeysCommand(out, errors);
            case "iam" -> new IamCommand(out, errors);
            case "doctor" -> new DoctorCommand(out);
            case "remove-leftovers" -> new RemoveLeftoversCommand();
            case "train" -> new TrainCommand(out);
            default -> throw new UsageException("there is no subcommand '" + name + "'");
        };
    }
}
