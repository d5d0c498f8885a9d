package dev.cloister.server.command;

import dev.cloister.server.admin.AccountAdministration.AccountCredentials;
import dev.cloister.server.admin.AccountAdministration.AccountLine;
import dev.cloister.server.admin.AdminClient;
import dev.cloister.server.command.Arguments.Syntax;
import java.io.IOException;
import java.io.PrintStream;
import java.time.temporal.ChronoUnit;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import tools.jackson.databind.json.JsonMapper;

/** {@code cloister accounts}: makes and lists the accounts of the running server. */
record AccountsCommand(PrintStream out, PrintStream errors) implements Subcommand {

    @Override
    public Syntax syntax() {
        return new Syntax(List.of("--output"), List.of(), 2);
    }

    @Override
    public int run(Arguments arguments) throws IOException {
        boolean json = arguments.json();
        AdminClient client = new AdminClient(arguments.data().adminSocket());
        List<String> operands = arguments.operands();
        String action = operands.isEmpty() ? "" : operands.getFirst();
        boolean done =
                switch (action) {
                    case "create" -> create(client, nameOf(operands), json);
                    case "list" -> list(client, operands, json);
                    case "" -> throw new UsageException("create NAME, or list?");
                    default -> throw new UsageException("'" + action + "' is not create or list");
                };
        if (!done) {
            errors.println("cloister: no server runs on " + arguments.data().root());
            return ExitCode.NOT_RUNNING;
        }
        return ExitCode.OK;
    }

    private static String nameOf(List<String> operands) {
        if (operands.size() < 2) {
            throw new UsageException("the new account's name is missing");
        }
        return operands.get(1);
    }

    private boolean create(AdminClient client, String name, boolean json) throws IOException {
        Optional<AccountCredentials> made = client.createAccount(name);
        made.ifPresent(account -> print(account, json));
        return made.isPresent();
    }

    private void print(AccountCredentials account, boolean json) {
        if (json) {
            Map<String, String> object = new LinkedHashMap<>();
            object.put("AccountId", account.id());
            object.put("AccessKeyId", account.accessKeyId());
            object.put("SecretAccessKey", account.secretAccessKey());
            out.println(JsonMapper.shared().writeValueAsString(object));
            return;
        }
        out.println("Account:           " + account.id());
        out.println("Access key id:     " + account.accessKeyId());
        out.println("Secret access key: " + account.secretAccessKey());
        out.println();
        out.println("To use it: eval \"$(cloister env --account " + account.id() + ")\"");
    }

    private boolean list(AdminClient client, List<String> operands, boolean json)
            throws IOException {
        if (operands.size() > 1) {
            throw new UsageException("'" + operands.get(1) + "' is one argument too many");
        }
        Optional<List<AccountLine>> accounts = client.accounts();
        accounts.ifPresent(lines -> print(lines, json));
        return accounts.isPresent();
    }

    private void print(List<AccountLine> accounts, boolean json) {
        if (json) {
            out.println(JsonMapper.shared().writeValueAsString(accounts));
            return;
        }
        out.printf("%-12s  %-20s  %s%n", "ACCOUNT", "CREATED", "NAME");
        for (AccountLine account : accounts) {
            out.printf(
                    "%-12s  %-20s  %s%n",
                    account.id(),
                    account.createdAt().truncatedTo(ChronoUnit.SECONDS),
                    account.name());
        }
    }
}
