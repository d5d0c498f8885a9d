package dev.cloister.server.command;

import dev.cloister.server.DataLayout;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * The arguments of one subcommand, checked against its {@link Syntax}. {@code --name value} and
 * {@code --name=value} mean the same.
 *
 * @param options values by option, in order; a flag has none
 * @param operands what is not an option
 */
record Arguments(Map<String, List<String>> options, List<String> operands) {

    Arguments {
        options = Map.copyOf(options);
        operands = List.copyOf(operands);
    }

    /**
     * What a subcommand takes, besides {@code --data}.
     *
     * @param valued options with a value, for example {@code --port}
     * @param flags options without one
     * @param maximumOperands how many other arguments it takes at most
     */
    record Syntax(List<String> valued, List<String> flags, int maximumOperands) {
        Syntax {
            valued = List.copyOf(valued);
            flags = List.copyOf(flags);
        }
    }

    static Arguments parse(Syntax syntax, List<String> given) {
        Map<String, List<String>> options = new LinkedHashMap<>();
        List<String> operands = new ArrayList<>();
        for (int index = 0; index < given.size(); index++) {
            String argument = given.get(index);
            if (!argument.startsWith("-")) {
                operands.add(argument);
                continue;
            }
            int equals = argument.indexOf('=');
            String name = equals < 0 ? argument : argument.substring(0, equals);
            List<String> values = options.computeIfAbsent(name, _ -> new ArrayList<>());
            if (takesValue(syntax, name)) {
                values.add(
                        equals < 0
                                ? following(given, ++index, name)
                                : argument.substring(equals + 1));
            } else if (!syntax.flags().contains(argument)) {
                throw new UsageException("'" + argument + "' is not an option here");
            }
        }
        if (operands.size() > syntax.maximumOperands()) {
            throw new UsageException("'" + operands.getLast() + "' is one argument too many");
        }
        return new Arguments(options, operands);
    }

    boolean has(String flag) {
        return options.containsKey(flag);
    }

    /** The value of an option that is given at most once. */
    Optional<String> value(String option) {
        List<String> values = values(option);
        if (values.size() > 1) {
            throw new UsageException(option + " is given " + values.size() + " times");
        }
        return values.stream().findFirst();
    }

    List<String> values(String option) {
        return options.getOrDefault(option, List.of());
    }

    /** The installation's folder, which the launcher always gives. */
    DataLayout data() {
        return new DataLayout(
                Path.of(
                        value("--data")
                                .orElseThrow(() -> new UsageException("--data is missing"))));
    }

    /** Whether {@code --output json} is given. */
    boolean json() {
        return switch (value("--output").orElse("text")) {
            case "text" -> false;
            case "json" -> true;
            default -> throw new UsageException("--output is text or json");
        };
    }

    private static boolean takesValue(Syntax syntax, String name) {
        return name.equals("--data") || syntax.valued().contains(name);
    }

    private static String following(List<String> given, int index, String name) {
        if (index >= given.size()) {
            throw new UsageException(name + " needs a value");
        }
        return given.get(index);
    }
}
