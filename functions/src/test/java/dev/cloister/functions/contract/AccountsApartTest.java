package dev.cloister.functions.contract;

import static org.assertj.core.api.Assertions.assertThat;

import dev.cloister.api.Operation;
import dev.cloister.api.facts.ServiceFacts;
import dev.cloister.functions.Installation;
import dev.cloister.functions.code.Zips;
import dev.cloister.functions.contract.Edge.Answer;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;

/**
 * Two accounts and two regions in one installation: by every operation, what is one's is invisible
 * to the other and untouched by it.
 */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
final class AccountsApartTest {
    private static final byte[] ZIP = Zips.handler("def handler(event, context): return event");
    private static final String HERE = Installation.REGION.value();
    private static final String ELSEWHERE = "eu-west-1";

    private final ServiceFacts facts = ServiceFacts.load("/facts/lambda.json");
    private final Samples samples = new Samples(facts, ZIP);
    private Installation installation;
    private Edge edge;

    @BeforeAll
    void start(@TempDir Path folder) {
        installation = new Installation(folder);
        edge = new Edge(installation);
        assertThat(send("CreateFunction", Map.of("FunctionName", "hello")).status()).isEqualTo(201);
        installation.settled("hello");
        assertThat(send("PublishLayerVersion", Map.of()).status()).isEqualTo(201);
        assertThat(send("PublishVersion", Map.of()).status()).isEqualTo(201);
        assertThat(send("CreateAlias", Map.of()).status()).isEqualTo(201);
        assertThat(
                        send("TagResource", Map.of("Tags", Map.of("secret-key", "secret-value")))
                                .status())
                .isEqualTo(204);
        installation.settled("hello");
    }

    @AfterAll
    void stop() {
        edge.close();
        installation.runtimes.release();
        installation.close();
    }

    private Request request(String operation, Map<String, Object> members) {
        Map<String, Object> input =
                new LinkedHashMap<>(samples.structure(samples.input(operation)));
        input.putAll(members);
        return Request.of(facts, operation, input);
    }

    private Answer send(String operation, Map<String, Object> members) {
        return edge.send(request(operation, members));
    }

    private Stream<String> served() {
        return installation.operations().stream()
                .filter(Operation.Modeled.class::isInstance)
                .map(Operation::name)
                .sorted();
    }

    /** Those that name a function by a name or an ARN. */
    private Stream<String> ofFunctions() {
        return served().filter(name -> samples.input(name).required().contains("FunctionName"))
                .filter(name -> !name.equals("CreateFunction"));
    }

    @TestFactory
    Stream<DynamicTest> aNameLeadsNowhereFromAnotherAccountOrRegion() {
        return ofFunctions()
                .map(
                        name ->
                                DynamicTest.dynamicTest(
                                        name,
                                        () -> {
                                            untouched(name, Map.of(), true, 404);
                                            untouched(name, Map.of(), false, 404);
                                        }));
    }

    @TestFactory
    Stream<DynamicTest> anArnOfAnotherAccountIsDenied() {
        return ofFunctions()
                .map(
                        name ->
                                DynamicTest.dynamicTest(
                                        name,
                                        () ->
                                                untouched(
                                                        name,
                                                        Map.of(
                                                                "FunctionName",
                                                                Samples.FUNCTION_ARN),
                                                        true,
                                                        403)));
    }

    @TestFactory
    Stream<DynamicTest> anArnOfAnotherRegionIsNotReachable() {
        return ofFunctions()
                .map(
                        name ->
                                DynamicTest.dynamicTest(
                                        name,
                                        () -> {
                                            Answer answer =
                                                    untouched(
                                                            name,
                                                            Map.of(
                                                                    "FunctionName",
                                                                    Samples.FUNCTION_ARN),
                                                            false,
                                                            404);
                                            assertThat(answer.body())
                                                    .contains(
                                                            "Functions from 'us-east-1' are not"
                                                                    + " reachable in this region"
                                                                    + " ('eu-west-1')");
                                        }));
    }

    /** Every other operation, with whatever sample: nothing of it shows or changes. */
    @TestFactory
    Stream<DynamicTest> nothingElseShowsOrChangesWhatIsAnothers() {
        Set<String> creating = Set.of("CreateFunction", "PublishLayerVersion");
        return served().filter(name -> !samples.input(name).required().contains("FunctionName"))
                .filter(name -> !creating.contains(name))
                .filter(name -> !name.startsWith("CreateCodeSigning"))
                .map(
                        name ->
                                DynamicTest.dynamicTest(
                                        name,
                                        () -> {
                                            String before = edge.dump();
                                            for (boolean account : List.of(true, false)) {
                                                Answer answer =
                                                        from(account, request(name, Map.of()));
                                                assertThat(answer.status()).isLessThan(500);
                                                assertThat(answer.body())
                                                        .doesNotContain("secret")
                                                        .doesNotContain("CodeSha256")
                                                        .doesNotContain("\"hello\"");
                                            }
                                            assertThat(edge.dump()).isEqualTo(before);
                                        }));
    }

    @Test
    void aFunctionOfTheSameNameIsAnotherFunction() {
        Map<String, Object> other =
                Map.of(
                        "FunctionName",
                        "hello",
                        "Role",
                        "arn:aws:iam::" + Edge.OTHER_ACCOUNT + ":role/r",
                        "Description",
                        "the other one");
        Answer created = edge.send(request("CreateFunction", other), Edge.OTHER_ACCOUNT, ELSEWHERE);
        assertThat(created.status()).as(created.body()).isEqualTo(201);
        assertThat(created.body()).contains("eu-west-1:" + Edge.OTHER_ACCOUNT + ":function:hello");
        assertThat(send("GetFunctionConfiguration", Map.of()).body())
                .doesNotContain("the other one");
        Installation.until(
                () ->
                        edge.send(
                                        request("GetFunctionConfiguration", Map.of()),
                                        Edge.OTHER_ACCOUNT,
                                        ELSEWHERE)
                                .body()
                                .contains("\"State\":\"Active\""));
        assertThat(
                        edge.send(
                                        request("DeleteFunction", Map.of()),
                                        Edge.OTHER_ACCOUNT,
                                        ELSEWHERE)
                                .status())
                .isEqualTo(204);
        assertThat(send("GetFunctionConfiguration", Map.of()).status()).isEqualTo(200);
        // What it leaves is removed in the background.
        Installation.until(
                () ->
                        installation.artifactNames().stream()
                                .noneMatch(each -> each.contains(Edge.OTHER_ACCOUNT.value())));
    }

    @Test
    void regionsThatThePartitionDoesNotHaveAreRefused() {
        for (String region : List.of("xx-nowhere-1", "us-gov-west-1", "cn-north-1", "moon")) {
            Answer answer =
                    edge.send(request("ListFunctions", Map.of()), Installation.ACCOUNT, region);
            assertThat(answer.status()).as(region).isEqualTo(403);
            assertThat(answer.code()).isEqualTo("InvalidSignatureException");
            assertThat(answer.body()).contains("Credential should be scoped to a valid region.");
        }
    }

    private Answer untouched(
            String operation, Map<String, Object> members, boolean otherAccount, int status) {
        String before = edge.dump();
        Answer answer = from(otherAccount, request(operation, members));
        assertThat(answer.status()).as(answer.toString()).isEqualTo(status);
        assertThat(answer.code())
                .isIn(status == 403 ? Set.of("AccessDeniedException") : ContractTest.NOT_FOUND);
        assertThat(edge.dump()).isEqualTo(before);
        return answer;
    }

    private Answer from(boolean otherAccount, Request request) {
        return otherAccount
                ? edge.send(request, Edge.OTHER_ACCOUNT, HERE)
                : edge.send(request, Installation.ACCOUNT, ELSEWHERE);
    }
}
