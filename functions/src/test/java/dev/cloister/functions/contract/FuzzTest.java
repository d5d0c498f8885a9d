package dev.cloister.functions.contract;

import static org.assertj.core.api.Assertions.assertThat;

import dev.cloister.api.Operation;
import dev.cloister.api.facts.ServiceFacts;
import dev.cloister.api.facts.Shape;
import dev.cloister.functions.Installation;
import dev.cloister.functions.code.Zips;
import dev.cloister.functions.contract.Edge.Answer;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;

/**
 * Random inputs to every operation: whatever is sent, the answer is neither a 5xx nor a hang, and
 * one that refuses has changed nothing. A failing input is made smaller while it fails, and shown
 * with its seed.
 */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
final class FuzzTest {
    private static final long SEED = Long.getLong("cloister.fuzz.seed", 20_261_124);
    private static final int ROUNDS = Integer.getInteger("cloister.fuzz.rounds", 40);
    private static final byte[] ZIP = Zips.handler("def handler(event, context): return event");

    private static final List<String> TEXTS =
            List.of(
                    "",
                    "a",
                    "hello",
                    "hello:1",
                    "hello:live",
                    "$LATEST",
                    "live",
                    "1",
                    "0",
                    "-1",
                    "99999999999999999999",
                    "\u0000",
                    "\uffff\uffff",
                    "../../etc/passwd",
                    "%2F",
                    "'; DROP TABLE functions_function; --",
                    "ä".repeat(300),
                    "x".repeat(70_00),
                    "${jndi:ldap://x}",
                    "<a/>",
                    "\ud800",
                    "arn:aws:lambda:us-east-1:123456789012:",
                    Samples.FUNCTION_ARN,
                    Samples.FUNCTION_ARN + ":1",
                    "null",
                    "MTp6eg",
                    "MTo");

    private final ServiceFacts facts = ServiceFacts.load("/facts/lambda.json");
    private final Samples samples = new Samples(facts, ZIP);
    private Installation installation;
    private Edge edge;

    @BeforeAll
    void start(@TempDir Path folder) {
        installation = new Installation(folder);
        edge = new Edge(installation);
        Map<String, Object> input =
                new LinkedHashMap<>(samples.structure(samples.input("CreateFunction")));
        input.put("FunctionName", Samples.FUNCTION);
        Answer created = edge.send(Request.of(facts, "CreateFunction", input));
        assertThat(created.status()).as(created.body()).isEqualTo(201);
        installation.settled(Samples.FUNCTION);
    }

    @AfterAll
    void stop() {
        edge.close();
        installation.runtimes.release();
        installation.close();
    }

    @Test
    void noInputIsAFaultOfTheServerOrChangesMoreThanItSays() {
        Random random = new Random(SEED);
        for (Operation row : installation.operations()) {
            if (!(row instanceof Operation.Modeled)
                    || samples.input(row.name()).members().isEmpty()) {
                continue;
            }
            for (int round = 0; round < ROUNDS; round++) {
                Map<String, Object> input = random(random, samples.input(row.name()));
                check(row.name(), input);
            }
        }
    }

    private void check(String operation, Map<String, Object> input) {
        if (fails(operation, input)) {
            Map<String, Object> smallest =
                    Shrinking.smallest(input, smaller -> fails(operation, smaller));
            throw new AssertionError(
                    "seed "
                            + SEED
                            + ": "
                            + Request.of(facts, operation, smallest)
                            + " is answered "
                            + edge.send(Request.of(facts, operation, smallest)));
        }
    }

    private boolean fails(String operation, Map<String, Object> input) {
        settle();
        String before = edge.dump();
        Answer answer = edge.send(Request.of(facts, operation, input));
        if (answer.status() >= 500) {
            return true;
        }
        // What prepares versions may be at work after an edit before this one.
        return answer.status() >= 400 && !edge.dump().equals(before);
    }

    private void settle() {
        Installation.until(
                () ->
                        installation
                                .functions()
                                .listAfter(Installation.ACCOUNT, Installation.REGION, "", 1000)
                                .stream()
                                .flatMap(function -> function.versions().stream())
                                .noneMatch(version -> version.status().unfinished()));
    }

    private Map<String, Object> random(Random random, Shape.Structure shape) {
        Map<String, Object> values = new LinkedHashMap<>(samples.structure(shape));
        for (Shape.Member member : shape.members().values()) {
            if (random.nextInt(3) == 0) {
                Object value = value(random, member, 0);
                if (value == null && !member.location().isEmpty()) {
                    continue;
                }
                values.put(member.name(), value == null ? "" : value);
            }
        }
        return values;
    }

    private @Nullable Object value(Random random, Shape.Member member, int depth) {
        Shape shape = facts.shape(member.shape()).orElseThrow();
        return switch (random.nextInt(5)) {
            case 0, 1 -> samples.of(member);
            case 2 -> any(random, depth);
            default -> near(random, shape, member, depth);
        };
    }

    /** Of the right type, mostly. */
    private @Nullable Object near(Random random, Shape shape, Shape.Member member, int depth) {
        return switch (shape) {
            case Shape.Text _ -> TEXTS.get(random.nextInt(TEXTS.size()));
            case Shape.Numeric _ -> number(random);
            case Shape.Structure structure -> depth > 4 ? Map.of() : random(random, structure);
            case Shape.ListOf _, Shape.MapOf _, Shape.Blob _, Shape.Plain _ ->
                    random.nextBoolean() ? samples.of(member) : any(random, depth);
        };
    }

    private static Object number(Random random) {
        List<Object> numbers =
                List.of(0, 1, -1, 50, 10_000, Integer.MAX_VALUE, Long.MAX_VALUE, 0.5, 1e300);
        return numbers.get(random.nextInt(numbers.size()));
    }

    private static Object any(Random random, int depth) {
        return switch (random.nextInt(depth > 3 ? 3 : 6)) {
            case 0 -> TEXTS.get(random.nextInt(TEXTS.size()));
            case 1 -> number(random);
            case 2 -> random.nextBoolean();
            case 3 -> Map.of(TEXTS.get(random.nextInt(TEXTS.size())), any(random, depth + 1));
            case 4 -> List.of();
            default -> List.of(any(random, depth + 1), any(random, depth + 1));
        };
    }

    /** Makes an input smaller as long as it fails: fewer members, emptier values. */
    static final class Shrinking {
        private Shrinking() {}

        static Map<String, Object> smallest(
                Map<String, Object> input, Predicate<Map<String, Object>> fails) {
            Map<String, Object> best = input;
            boolean shrunk = true;
            while (shrunk) {
                shrunk = false;
                for (Map<String, Object> candidate : candidates(best)) {
                    if (fails.test(candidate)) {
                        best = candidate;
                        shrunk = true;
                        break;
                    }
                }
            }
            return best;
        }

        private static List<Map<String, Object>> candidates(Map<String, Object> input) {
            List<Map<String, Object>> all = new ArrayList<>();
            for (Map.Entry<String, Object> entry : input.entrySet()) {
                Map<String, Object> without = new LinkedHashMap<>(input);
                without.remove(entry.getKey());
                all.add(without);
                for (Object smaller : smaller(entry.getValue())) {
                    Map<String, Object> with = new LinkedHashMap<>(input);
                    with.put(entry.getKey(), smaller);
                    all.add(with);
                }
            }
            return all;
        }

        private static List<Object> smaller(Object value) {
            return switch (value) {
                case String text when text.length() > 1 ->
                        List.of(text.substring(0, text.length() / 2), "a");
                case Map<?, ?> map when !map.isEmpty() -> {
                    @SuppressWarnings("unchecked") // made above: names and values
                    Map<String, Object> named = (Map<String, Object>) map;
                    yield new ArrayList<>(candidates(named));
                }
                case List<?> list when !list.isEmpty() ->
                        List.of(List.of(), list.subList(0, list.size() / 2));
                default -> List.of();
            };
        }
    }

    @Test
    void shrinkingFindsTheMemberThatMatters() {
        Map<String, Object> large =
                Map.of("a", "x".repeat(100), "b", Map.of("c", List.of(1, 2), "d", 4), "e", true);
        assertThat(
                        Shrinking.smallest(
                                large,
                                input ->
                                        input.get("b") instanceof Map<?, ?> inner
                                                && inner.containsKey("d")))
                .isEqualTo(Map.of("b", Map.of("d", 4)));
    }
}
