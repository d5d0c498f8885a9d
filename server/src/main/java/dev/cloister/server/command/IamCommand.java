package dev.cloister.server.command;

import dev.cloister.server.admin.AdminClient;
import dev.cloister.server.command.Arguments.Syntax;
import java.io.IOException;
import java.io.PrintStream;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import tools.jackson.databind.JsonNode;

/** {@code cloister iam why}: explains a decision statement by statement. */
record IamCommand(PrintStream out, PrintStream errors) implements Subcommand {
    private static final int OPERANDS = 4;
    private static final String CONTEXT = "--context";

    @Override
    public Syntax syntax() {
        return new Syntax(List.of("--output", CONTEXT), List.of(), OPERANDS);
    }

    @Override
    public int run(Arguments arguments) throws IOException {
        List<String> operands = arguments.operands();
        if (operands.isEmpty() || !operands.getFirst().equals("why")) {
            throw new UsageException("iam takes one action: why PRINCIPAL ACTION RESOURCE");
        }
        if (operands.size() != OPERANDS) {
            throw new UsageException("why takes three: PRINCIPAL ACTION RESOURCE");
        }
        Map<String, String> question = new LinkedHashMap<>();
        question.put("principal", operands.get(1));
        question.put("action", operands.get(2));
        question.put("resource", operands.get(3));
        int count = 0;
        for (String pair : arguments.options().getOrDefault(CONTEXT, List.of())) {
            question.put("context:%04d".formatted(count++), pair);
        }
        Optional<JsonNode> answer =
                new AdminClient(arguments.data().adminSocket()).call("iam-why", question);
        if (answer.isEmpty()) {
            errors.println("cloister: no server runs on " + arguments.data().root());
            return ExitCode.NOT_RUNNING;
        }
        if (arguments.json()) {
            out.println(answer.get());
        } else {
            print(answer.get());
        }
        return ExitCode.OK;
    }

    private void print(JsonNode answer) {
        out.println(answer.path("message").asString());
        String policy = "";
        for (JsonNode line : answer.path("statements").values()) {
            String of = line.path("kind").asString() + " " + line.path("policy").asString();
            if (!of.equals(policy)) {
                policy = of;
                out.println();
                out.println(policy);
            }
            out.printf(
                    "%s %-5s  statement %s: %s%n",
                    line.path("matches").asBoolean() ? "*" : " ",
                    line.path("effect").asString(),
                    line.path("statement").asString(),
                    line.path("reason").asString());
            for (JsonNode condition : line.path("conditions").values()) {
                out.println("           " + condition.asString());
            }
        }
    }
}
