package dev.cloister.server.command;

import dev.cloister.api.SecretText;
import dev.cloister.server.admin.AccountAdministration.AccountCredentials;
import dev.cloister.server.admin.AdminClient;
import dev.cloister.server.client.ClientProfile;
import dev.cloister.server.command.Arguments.Syntax;
import java.io.IOException;
import java.io.PrintStream;
import java.util.List;
import java.util.Optional;

/**
 * What a client of one account needs, as {@code NAME=value} lines: the launcher's {@code cloister
 * env --account} turns them into what was asked for.
 */
record AccountEnvCommand(PrintStream out) implements Subcommand {

    @Override
    public Syntax syntax() {
        return new Syntax(List.of("--account"), List.of(), 0);
    }

    @Override
    public int run(Arguments arguments) throws IOException {
        String id =
                arguments
                        .value("--account")
                        .orElseThrow(() -> new UsageException("--account is missing"));
        if (!id.matches("[0-9]{12}")) {
            throw new UsageException("an account's id has 12 digits: '" + id + "'");
        }
        Optional<AccountCredentials> found =
                new AdminClient(arguments.data().adminSocket()).accountCredentials(id);
        found.ifPresent(account -> out.print(profile(account).fileText()));
        return found.isPresent() ? ExitCode.OK : ExitCode.NOT_RUNNING;
    }

    private static ClientProfile profile(AccountCredentials account) {
        return new ClientProfile(
                account.endpoint(),
                account.region(),
                account.id(),
                account.accessKeyId(),
                new SecretText(account.secretAccessKey()));
    }
}
