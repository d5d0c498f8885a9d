package dev.cloister.functions.contract;

import static org.assertj.core.api.Assertions.assertThat;

import dev.cloister.api.Operation;
import dev.cloister.api.facts.ServiceFacts;
import dev.cloister.functions.Installation;
import dev.cloister.functions.code.Zips;
import dev.cloister.functions.contract.Edge.Answer;
import dev.cloister.functions.contract.Faults.Fault;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;

/**
 * For each operation that is served, from Amazon's model: every required member missing, every
 * constraint broken low and high, every enumeration and type wrong, unknown resources, bodies over
 * the limit. Each is refused with the right code, names the member, and changes nothing.
 */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
final class ContractTest {
    private static final byte[] ZIP = Zips.handler("def handler(event, context): return event");

    /** Answers for what is malformed. */
    private static final Set<String> MALFORMED =
            Set.of(
                    "ValidationException",
                    "SerializationException",
                    "InvalidParameterValueException",
                    "InvalidRequestContentException");

    /** AWS looks at the code signing configuration before the function. */
    static final Set<String> NOT_FOUND =
            Set.of("ResourceNotFoundException", "CodeSigningConfigNotFoundException");

    /** Answer an unknown function, or other resource, otherwise than by 404. */
    private static final Set<String> IDEMPOTENT_OR_CREATING = Set.of("CreateFunction");

    private final ServiceFacts facts = ServiceFacts.load("/facts/lambda.json");
    private final Samples samples = new Samples(facts, ZIP);
    private Installation installation;
    private Edge edge;

    @BeforeAll
    void start(@TempDir Path folder) {
        installation = new Installation(folder);
        edge = new Edge(installation);
        create(Samples.FUNCTION);
        installation.settled(Samples.FUNCTION);
        Answer published =
                edge.send(
                        Request.of(
                                facts, "PublishVersion", Map.of("FunctionName", Samples.FUNCTION)));
        assertThat(published.status()).as(published.body()).isEqualTo(201);
        Answer alias =
                edge.send(
                        Request.of(
                                facts,
                                "CreateAlias",
                                Map.of(
                                        "FunctionName",
                                        Samples.FUNCTION,
                                        "Name",
                                        "live",
                                        "FunctionVersion",
                                        "1")));
        assertThat(alias.status()).as(alias.body()).isEqualTo(201);
        installation.settled(Samples.FUNCTION);
    }

    private void create(String name) {
        Map<String, Object> input = base("CreateFunction");
        input.put("FunctionName", name);
        Answer created = edge.send(Request.of(facts, "CreateFunction", input));
        assertThat(created.status()).as(created.body()).isEqualTo(201);
    }

    @AfterAll
    void stop() {
        edge.close();
        installation.runtimes.release();
        installation.close();
    }

    private Map<String, Object> base(String operation) {
        return new LinkedHashMap<>(samples.structure(samples.input(operation)));
    }

    private Stream<String> served() {
        return installation.operations().stream()
                .filter(Operation.Modeled.class::isInstance)
                .map(Operation::name)
                .sorted();
    }

    @TestFactory
    Stream<DynamicTest> everyFaultIsRefusedAndChangesNothing() {
        return served().map(name -> DynamicTest.dynamicTest(name, () -> checkFaults(name)));
    }

    private void checkFaults(String operation) {
        List<String> wrong = new ArrayList<>();
        String before = edge.dump();
        List<Fault> faults = new Faults(facts, samples).of(operation);
        assertThat(faults.isEmpty()).isEqualTo(samples.input(operation).members().isEmpty());
        for (Fault fault : faults) {
            Request request = Request.of(facts, operation, fault.input());
            Answer answer = edge.send(request);
            if (!isRight(fault, answer)) {
                wrong.add(fault.what() + " -> " + answer + " to " + request);
            }
            String after = edge.dump();
            if (!after.equals(before)) {
                wrong.add(fault.what() + " changed what is stored; answer " + answer);
                before = after;
            }
        }
        assertThat(wrong).isEmpty();
    }

    private static boolean isRight(Fault fault, Answer answer) {
        if (fault.location().equals("uri") && answer.status() == 404) {
            return true; // a name that can't be is unknown, or leads to no operation's path
        }
        if (answer.status() != 400 || !MALFORMED.contains(answer.code())) {
            return false;
        }
        return !answer.code().equals("ValidationException")
                || answer.body()
                        .toLowerCase(Locale.ROOT)
                        .contains(fault.member().toLowerCase(Locale.ROOT));
    }

    @TestFactory
    Stream<DynamicTest> unknownFunctionsAreNotFound() {
        return served().filter(name -> !IDEMPOTENT_OR_CREATING.contains(name))
                .filter(name -> base(name).containsKey("FunctionName"))
                .map(name -> DynamicTest.dynamicTest(name, () -> checkUnknown(name)));
    }

    private void checkUnknown(String operation) {
        String before = edge.dump();
        Map<String, Object> input = base(operation);
        input.put("FunctionName", "no-such-function");
        Answer answer = edge.send(Request.of(facts, operation, input));
        assertThat(answer.status()).as(answer.toString()).isEqualTo(404);
        assertThat(answer.code()).isIn(NOT_FOUND);
        assertThat(edge.dump()).isEqualTo(before);
    }

    @TestFactory
    Stream<DynamicTest> largeBodiesAreRefused() {
        return served().filter(name -> !Samples.operation(facts, name).method().equals("GET"))
                .filter(name -> !Set.of("UpdateFunctionCode", "PublishLayerVersion").contains(name))
                .map(name -> DynamicTest.dynamicTest(name, () -> checkLarge(name)));
    }

    private void checkLarge(String operation) {
        int limit = operation.equals("CreateFunction") ? 70_167_211 : Edge.BODY_LIMIT;
        String before = edge.dump();
        Answer answer =
                edge.send(Request.of(facts, operation, base(operation)).withBody(new byte[limit]));
        assertThat(answer.status()).as(answer.toString()).isEqualTo(413);
        assertThat(answer.code()).isEqualTo("RequestEntityTooLargeException");
        assertThat(answer.body())
                .contains(
                        "Request must be smaller than "
                                + limit
                                + " bytes for the "
                                + operation
                                + " operation");
        assertThat(edge.dump()).isEqualTo(before);
    }

    @TestFactory
    Stream<DynamicTest> whatIsNotJsonIsRefused() {
        return served().filter(
                        name ->
                                Set.of("POST", "PUT")
                                        .contains(Samples.operation(facts, name).method()))
                .map(name -> DynamicTest.dynamicTest(name, () -> checkNoJson(name)));
    }

    private void checkNoJson(String operation) {
        boolean hasBody =
                samples.input(operation).members().values().stream()
                        .anyMatch(member -> member.location().isEmpty());
        if (!hasBody) {
            return;
        }
        String before = edge.dump();
        for (String body :
                List.of(
                        "{",
                        "[]",
                        "null",
                        "\"text\"",
                        "{}}",
                        "{\"a\":".repeat(500),
                        "\u0000",
                        "{\"a\":\"\\ud800")) {
            Answer answer =
                    edge.send(
                            Request.of(facts, operation, base(operation))
                                    .withBody(Edge.utf8(body)));
            assertThat(answer.status()).as(body + " -> " + answer).isEqualTo(400);
            assertThat(answer.code()).isIn("SerializationException", "ValidationException");
        }
        assertThat(edge.dump()).isEqualTo(before);
    }
}
