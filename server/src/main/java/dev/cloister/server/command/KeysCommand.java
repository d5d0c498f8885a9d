package dev.cloister.server.command;

import dev.cloister.keys.RootKeyPlace;
import dev.cloister.keys.RootKeyRotation;
import dev.cloister.keys.RootKeyRotation.Rotated;
import dev.cloister.server.Cloister;
import dev.cloister.server.DataFolder;
import dev.cloister.server.admin.AdminClient;
import dev.cloister.server.command.Arguments.Syntax;
import dev.cloister.server.settings.ServerSettings;
import java.io.IOException;
import java.io.PrintStream;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import tools.jackson.databind.JsonNode;

/**
 * {@code cloister keys rotate-root}: gives an installation whose server is down a new root key;
 * {@code cloister keys uses KEY}: what a KMS key was used for, asked of the running server.
 */
record KeysCommand(PrintStream out, PrintStream errors) implements Subcommand {

    @Override
    public Syntax syntax() {
        return new Syntax(List.of("--output", "--limit"), List.of(), 2);
    }

    @Override
    public int run(Arguments arguments) throws IOException {
        List<String> operands = arguments.operands();
        String action = operands.isEmpty() ? "" : operands.getFirst();
        return switch (action) {
            case "rotate-root" -> rotateRoot(arguments);
            case "reseal-root" -> resealRoot(arguments);
            case "uses" -> uses(arguments);
            default ->
                    throw new UsageException(
                            "keys takes one action: rotate-root, reseal-root or uses KEY, not '"
                                    + action
                                    + "'");
        };
    }

    private int rotateRoot(Arguments arguments) {
        if (arguments.operands().size() > 1) {
            throw new UsageException("rotate-root takes nothing more");
        }
        try (DataFolder folder = DataFolder.open(arguments.data().root())) {
            ServerSettings settings =
                    ServerSettings.load(folder.layout().settings(), Map.of(), Map.of());
            Rotated rotated = Cloister.rotateRootKey(settings, folder);
            out.println("The root key is now " + rotated.newId() + ":");
            out.println("  " + folder.layout().rootKey());
            out.println("Keep a copy of it apart. The old one, for backups made under it:");
            out.println("  " + rotated.retired());
            out.println("Keys wrapped again: " + rotated.keys());
        }
        return ExitCode.OK;
    }

    private int resealRoot(Arguments arguments) {
        if (arguments.operands().size() > 1) {
            throw new UsageException("reseal-root takes nothing more");
        }
        try (DataFolder folder = DataFolder.open(arguments.data().root())) {
            RootKeyRotation.reseal(RootKeyPlace.of(folder.layout().rootKey()));
            out.println("The root key is sealed anew: " + folder.layout().rootKey());
        }
        return ExitCode.OK;
    }

    private int uses(Arguments arguments) throws IOException {
        List<String> operands = arguments.operands();
        if (operands.size() != 2) {
            throw new UsageException("uses takes one key: its ARN, its id or alias/NAME");
        }
        Map<String, String> asked = new HashMap<>(Map.of("key", operands.get(1)));
        arguments.value("--limit").ifPresent(limit -> asked.put("limit", limit));
        Optional<JsonNode> told =
                new AdminClient(arguments.data().adminSocket()).call("keys-uses", asked);
        if (told.isEmpty()) {
            errors.println("cloister: no server runs on " + arguments.data().root());
            return ExitCode.NOT_RUNNING;
        }
        if (arguments.json()) {
            out.println(told.get());
            return ExitCode.OK;
        }
        out.println(told.get().path("key").asString());
        for (JsonNode event : told.get().path("events")) {
            out.println(line(event));
        }
        return ExitCode.OK;
    }

    private static String line(JsonNode event) {
        JsonNode identity = event.path("userIdentity");
        String who = identity.path("arn").asString(identity.path("invokedBy").asString("-"));
        String via = identity.has("arn") ? identity.path("invokedBy").asString("") : "";
        return "%s  %-34s %-24s %s%s  %s"
                .formatted(
                        event.path("eventTime").asString(),
                        event.path("eventName").asString(),
                        event.path("errorCode").asString("ok"),
                        who,
                        via.isEmpty() ? "" : " via " + via,
                        event.path("requestParameters").path("encryptionContext"))
                .stripTrailing();
    }
}
