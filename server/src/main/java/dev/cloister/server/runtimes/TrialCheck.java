package dev.cloister.server.runtimes;

import dev.cloister.runtimes.RuntimeCatalog.Family;
import dev.cloister.worker.InvokeOutcome;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Predicate;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * One thing that a runtime must do.
 *
 * @param name as a failure names it
 * @param event what the trial's function is asked
 * @param expected what it must answer; empty where it must fail with {@code as asked}
 */
record TrialCheck(String name, JsonNode event, Optional<Predicate<JsonNode>> expected) {
    private static final JsonMapper JSON = JsonMapper.shared();

    /** As near to the limit of 6 MiB as an event and its answer may come, with room for names. */
    private static final int LARGE = 6 * 1024 * 1024 - 1024;

    private static final int SHOWN = 200;

    /** The checks of a language; {@code provided} has no language, so its function is an echo. */
    static List<TrialCheck> of(Family family) {
        return switch (family) {
            case PYTHON, NODEJS -> {
                List<TrialCheck> all = common();
                all.add(
                        answers(
                                "importing the AWS SDK",
                                ask("sdk", "").event(),
                                answer -> answer.isString() && !answer.asString().isEmpty()));
                yield all;
            }
            case JAVA, RUBY -> common();
            case PROVIDED -> echoes();
        };
    }

    private static List<TrialCheck> common() {
        List<TrialCheck> all = new ArrayList<>();
        all.add(equal("hello", "hello", "world", "Hello, world!"));
        values().forEach((name, value) -> all.add(equal(name, "echo", value, value)));
        all.add(
                answers(
                        "HTTP to the Runtime API",
                        ask("http", "").event(),
                        answer -> answer.isInt() && answer.asInt() == 404));
        all.add(
                equal(
                        "cryptography",
                        "sha256",
                        "abc",
                        // FIPS 180-4, the standard's own example
                        "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"));
        all.add(equal("writing to /tmp", "file", "kept \u00e9", "kept \u00e9"));
        all.add(new TrialCheck("an error", ask("fail", "").event(), Optional.empty()));
        all.add(equal("an answer after an error", "echo", "again", "again"));
        return all;
    }

    private static List<TrialCheck> echoes() {
        List<TrialCheck> all = new ArrayList<>();
        values().forEach(
                        (name, value) -> {
                            JsonNode event = ask("echo", value).event();
                            all.add(answers(name, event, event::equals));
                        });
        all.add(new TrialCheck("an error", ask("fail", "").event(), Optional.empty()));
        return all;
    }

    private static Map<String, Object> values() {
        return new java.util.TreeMap<>(
                Map.of(
                        "a JSON round trip",
                        JSON.readTree(
                                "{\"a\":[1,-2,2.5,true,false,null,\"\"],\"b\":{\"c\":{}},\"d\":[]}"),
                        "Unicode",
                        "\u00e9 \u4f60\u597d \u0928\u092e\u0938\u094d\u0924\u0947 \ud83d\ude80 \"\\/\n\t\u0001",
                        "a large payload",
                        "x".repeat(LARGE)));
    }

    private record Asked(JsonNode event) {}

    private static Asked ask(String operation, Object value) {
        return new Asked(JSON.valueToTree(Map.of("op", operation, "value", value)));
    }

    private static TrialCheck equal(String name, String operation, Object value, Object expected) {
        JsonNode wanted = JSON.valueToTree(expected);
        return answers(name, ask(operation, value).event(), wanted::equals);
    }

    private static TrialCheck answers(String name, JsonNode event, Predicate<JsonNode> expected) {
        return new TrialCheck(name, event, Optional.of(expected));
    }

    /** What was wrong with an outcome, in a line; empty if nothing. */
    Optional<String> complaint(InvokeOutcome outcome) {
        String payload = outcome.payload().utf8();
        boolean right =
                switch (outcome) {
                    case InvokeOutcome.Succeeded _ ->
                            expected.map(wanted -> matches(wanted, payload)).orElse(false);
                    case InvokeOutcome.Failed _ ->
                            expected.isEmpty() && payload.contains("as asked");
                };
        return right ? Optional.empty() : Optional.of(name + ": it answered " + shown(payload));
    }

    private static boolean matches(Predicate<JsonNode> wanted, String payload) {
        try {
            return wanted.test(JSON.readTree(payload));
        } catch (JacksonException notJson) {
            return false;
        }
    }

    private static String shown(String payload) {
        return payload.length() <= SHOWN
                ? payload
                : payload.substring(0, SHOWN) + "... (" + payload.length() + " characters)";
    }
}
