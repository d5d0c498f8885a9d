package dev.cloister.server;

import dev.cloister.identity.access.AccessQuestions;
import dev.cloister.identity.access.AccessQuestions.Question;
import dev.cloister.server.admin.AdminCommand;
import dev.cloister.server.admin.AdminRefusedException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** The admin socket's questions about access. Thread-safe. */
final class AccessCommands {
    /** Arguments that begin so are condition keys; a number follows where a key has many values. */
    private static final String CONTEXT = "context:";

    private final AccessQuestions questions;

    AccessCommands(AccessQuestions questions) {
        this.questions = questions;
    }

    /** The commands by name. */
    Map<String, AdminCommand> commands() {
        return Map.of("iam-why", this::why);
    }

    private Object why(Map<String, String> arguments) {
        Map<String, List<String>> context = new LinkedHashMap<>();
        arguments.entrySet().stream()
                .filter(argument -> argument.getKey().startsWith(CONTEXT))
                .sorted(Map.Entry.comparingByKey())
                .map(Map.Entry::getValue)
                .forEach(
                        pair -> {
                            int equals = pair.indexOf('=');
                            if (equals < 1) {
                                throw new AdminRefusedException("not KEY=VALUE: " + pair);
                            }
                            context.computeIfAbsent(
                                            pair.substring(0, equals), key -> new ArrayList<>())
                                    .add(pair.substring(equals + 1));
                        });
        String principal = required(arguments, "principal");
        return questions
                .why(
                        new Question(
                                principal,
                                required(arguments, "action"),
                                required(arguments, "resource"),
                                context))
                .orElseThrow(
                        () ->
                                new AdminRefusedException(
                                        "there is no user, role, root user or access key in use "
                                                + principal));
    }

    private static String required(Map<String, String> arguments, String name) {
        String value = arguments.getOrDefault(name, "");
        if (value.isEmpty()) {
            throw new AdminRefusedException("the " + name + " is missing");
        }
        return value;
    }
}
