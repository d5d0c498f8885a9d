package dev.cloister.server.command;

import dev.cloister.api.Region;
import dev.cloister.runtimes.DebianRuntimeImages;
import dev.cloister.runtimes.HostTools;
import dev.cloister.runtimes.RuntimeCatalog;
import dev.cloister.runtimes.RuntimeLifecycles;
import dev.cloister.runtimes.StandardRuntimeCatalog;
import dev.cloister.server.DataLayout;
import dev.cloister.server.ModuleSettings;
import dev.cloister.server.admin.AdminClient;
import dev.cloister.server.client.ClientProfile;
import dev.cloister.server.command.Arguments.Syntax;
import dev.cloister.server.runtimes.RuntimeReports;
import java.io.IOException;
import java.io.PrintStream;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * {@code cloister runtimes list|update|notices}: asks the running server. Without one, {@code list}
 * tells what is on disk.
 */
record RuntimesCommand(PrintStream out, PrintStream errors) implements Subcommand {
    private static final Duration BETWEEN_LOOKS = Duration.ofMillis(250);
    private static final String DEFAULT_REGION = "us-east-1";
    private static final int MAX_RUNTIMES = 64;

    @Override
    public Syntax syntax() {
        return new Syntax(List.of("--output"), List.of("--packages", "--force"), 1 + MAX_RUNTIMES);
    }

    @Override
    public int run(Arguments arguments) throws IOException, InterruptedException {
        boolean json = arguments.json();
        List<String> operands = arguments.operands();
        String action = operands.isEmpty() ? "" : operands.getFirst();
        List<String> runtimes =
                operands.isEmpty() ? List.of() : operands.subList(1, operands.size());
        check(arguments, action, runtimes);
        return switch (action) {
            case "list" -> list(arguments, json);
            case "update" -> update(arguments, runtimes, json);
            default -> notices(arguments, json);
        };
    }

    private static void check(Arguments arguments, String action, List<String> runtimes) {
        if (!List.of("list", "update", "notices").contains(action)) {
            throw new UsageException(
                    action.isEmpty()
                            ? "say what to do: list, update or notices"
                            : "there is no 'runtimes " + action + "': list, update or notices");
        }
        if (!action.equals("update") && !runtimes.isEmpty()) {
            throw new UsageException("'" + runtimes.getFirst() + "' is one argument too many");
        }
        refuse(arguments, "--packages", action, "list");
        refuse(arguments, "--force", action, "update");
    }

    private static void refuse(Arguments arguments, String flag, String action, String only) {
        if (arguments.has(flag) && !action.equals(only)) {
            throw new UsageException(flag + " belongs to 'runtimes " + only + "'");
        }
    }

    private int list(Arguments arguments, boolean json) throws IOException {
        boolean packages = arguments.has("--packages");
        DataLayout data = arguments.data();
        Optional<JsonNode> told =
                new AdminClient(data.adminSocket())
                        .call("runtimes-list", packages ? Map.of("packages", "yes") : Map.of());
        if (told.isEmpty()) {
            errors.println(
                    "cloister: no server runs on "
                            + data.root()
                            + "; this is what is on disk, without the functions that use it");
        }
        JsonNode report =
                told.isPresent()
                        ? told.get()
                        : onDisk(
                                data,
                                packages
                                        ? RuntimeReports.Detail.PACKAGES
                                        : RuntimeReports.Detail.VERSIONS);
        out.print(json ? report + "\n" : RuntimesText.list(report));
        return ExitCode.OK;
    }

    private static JsonNode onDisk(DataLayout data, RuntimeReports.Detail detail)
            throws IOException {
        RuntimeCatalog catalog = new StandardRuntimeCatalog();
        DebianRuntimeImages images =
                new DebianRuntimeImages(ModuleSettings.runtimes(data), catalog, HostTools.onPath());
        Region region =
                new Region(
                        ClientProfile.read(data.credentials())
                                .map(ClientProfile::region)
                                .orElse(DEFAULT_REGION));
        RuntimeReports reports =
                new RuntimeReports(
                        catalog, images, images, RuntimeLifecycles.ofAws(), region, List::of);
        return JsonMapper.shared().valueToTree(reports.list(detail, Instant.now()));
    }

    private int notices(Arguments arguments, boolean json) throws IOException {
        Optional<JsonNode> told =
                new AdminClient(arguments.data().adminSocket()).call("runtimes-notices", Map.of());
        if (told.isEmpty()) {
            return notRunning(arguments);
        }
        out.print(json ? told.get() + "\n" : RuntimesText.notices(told.get()));
        return ExitCode.OK;
    }

    private int update(Arguments arguments, List<String> runtimes, boolean json)
            throws IOException, InterruptedException {
        AdminClient server = new AdminClient(arguments.data().adminSocket());
        Map<String, String> asked = new HashMap<>();
        asked.put("runtimes", String.join(",", runtimes));
        if (arguments.has("--force")) {
            asked.put("force", "yes");
        }
        // Progress is for people; with JSON the standard output has nothing but the result.
        PrintStream progress = json ? errors : out;
        Optional<JsonNode> view = server.call("runtimes-update", asked);
        while (view.isPresent()) {
            view.get().path("lines").forEach(line -> progress.println(line.asString()));
            progress.flush();
            if (view.get().path("done").asBoolean()) {
                return result(view.get().path("results"), json);
            }
            Thread.sleep(BETWEEN_LOOKS);
            String next = Integer.toString(view.get().path("next").asInt());
            view = server.call("runtimes-progress", Map.of("from", next));
            if (view.isEmpty()) {
                errors.println("cloister: the server has ended; nothing of the update was used");
                return ExitCode.FAILED;
            }
        }
        return notRunning(arguments);
    }

    private int result(JsonNode results, boolean json) {
        out.print(json ? results + "\n" : RuntimesText.results(results));
        for (JsonNode each : results) {
            String outcome = each.path("outcome").asString();
            if (outcome.equals("rejected") || outcome.equals("failed")) {
                return ExitCode.FAILED;
            }
        }
        return ExitCode.OK;
    }

    private int notRunning(Arguments arguments) {
        errors.println("cloister: no server runs on " + arguments.data().root());
        return ExitCode.NOT_RUNNING;
    }
}
