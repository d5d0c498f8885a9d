package dev.cloister.server.command;

import java.util.Locale;
import tools.jackson.databind.JsonNode;

/** What {@code cloister runtimes} prints for people. */
final class RuntimesText {
    private static final double MEGABYTE = 1_000_000;

    private RuntimesText() {}

    static String list(JsonNode runtimes) {
        StringBuilder text = new StringBuilder();
        for (JsonNode runtime : runtimes) {
            text.append(
                    "%-16s %s%s%n"
                            .formatted(
                                    runtime.path("runtime").asString(),
                                    words(runtime.path("phase")),
                                    date(", deprecation ", runtime.path("deprecation"))));
            if (runtime.path("versions").isEmpty()) {
                text.append("  not built yet: its first function does that%n".formatted());
            }
            runtime.path("versions").forEach(version -> version(text, version));
        }
        return text.toString();
    }

    private static void version(StringBuilder text, JsonNode version) {
        text.append(
                "  %-22s %s, built %s, %.0f MB, %s%n      %s%n"
                        .formatted(
                                version.path("version").asString(),
                                version.path("newest").asBoolean() ? "newest" : "older",
                                version.path("built").asString(),
                                version.path("bytes").asLong() / MEGABYTE,
                                count(version.path("functions").size(), "function version"),
                                version.path("arn").asString()));
        version.path("functions")
                .forEach(function -> text.append("      %s%n".formatted(function.asString())));
        version.path("packages")
                .properties()
                .forEach(
                        each ->
                                text.append(
                                        "      %s %s%n"
                                                .formatted(
                                                        each.getKey(),
                                                        each.getValue().asString())));
    }

    static String results(JsonNode results) {
        StringBuilder text = new StringBuilder();
        if (results.isEmpty()) {
            text.append("No runtime has been built yet: there is nothing to update.%n".formatted());
        }
        for (JsonNode result : results) {
            text.append(
                    "%-16s %s, functions run %s%n"
                            .formatted(
                                    result.path("runtime").asString(),
                                    result.path("outcome").asString(),
                                    result.path("version").asString()));
            lines(text, "", result.path("reasons"));
            lines(text, "", result.path("changes"));
            lines(text, "removed ", result.path("removed"));
        }
        return text.toString();
    }

    static String notices(JsonNode notices) {
        StringBuilder text = new StringBuilder();
        for (JsonNode each : notices.path("withdrawals")) {
            text.append(
                    "%-16s %s%s%s%s, %s%n"
                            .formatted(
                                    each.path("runtime").asString(),
                                    words(each.path("phase")),
                                    date(", deprecation ", each.path("deprecation")),
                                    date(", no creation from ", each.path("blockCreate")),
                                    date(", no update from ", each.path("blockUpdate")),
                                    count(each.path("functions").size(), "function version")));
            lines(text, "", each.path("functions"));
        }
        for (JsonNode each : notices.path("held")) {
            text.append(
                    "%s%n  %s: runs %s, newest is %s, %s and %s behind%n"
                            .formatted(
                                    each.path("function").asString(),
                                    each.path("updateRuntimeOn").asString(),
                                    each.path("runs").asString(),
                                    each.path("newest").asString(),
                                    count(each.path("versionsBehind").asInt(), "version"),
                                    count(each.path("daysBehind").asInt(), "day")));
        }
        return text.isEmpty()
                ? "No function is on a runtime that is being withdrawn, and none holds its runtime version.%n"
                        .formatted()
                : text.toString();
    }

    private static void lines(StringBuilder text, String before, JsonNode lines) {
        lines.forEach(line -> text.append("  %s%s%n".formatted(before, line.asString())));
    }

    private static String words(JsonNode phase) {
        return phase.asString().toLowerCase(Locale.ROOT).replace('_', ' ');
    }

    private static String date(String before, JsonNode date) {
        return date.isString() ? before + date.asString() : "";
    }

    private static String count(int number, String what) {
        return number + " " + what + (number == 1 ? "" : "s");
    }
}
