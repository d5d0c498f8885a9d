package dev.cloister.secrets.contract;

import static java.util.Map.entry;
import static org.assertj.core.api.Assertions.assertThat;

import dev.cloister.api.Operation;
import dev.cloister.api.ServiceDefinition;
import dev.cloister.api.facts.ServiceFacts;
import dev.cloister.secrets.contract.Edge.Answer;
import dev.cloister.secrets.contract.JsonFaults.Fault;
import java.nio.charset.StandardCharsets;
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
import tools.jackson.databind.json.JsonMapper;

/** Each operation of both services with every fault that its model tells. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
final class ContractTest {
    private static final Set<String> MALFORMED =
            Set.of(
                    "ValidationException",
                    "SerializationException",
                    "InvalidParameterException",
                    "InvalidRequestException");

    private static final String TOKEN = "a".repeat(32);
    private static final Map<String, Object> SECRET = Map.of("SecretId", "there");
    private static final List<Object> TAGS = List.of(Map.of("Key", "k", "Value", "v"));
    private static final Map<String, Object> RESOURCE =
            Map.of("ResourceType", "Parameter", "ResourceId", "/there");
    private static final List<Object> FILTERS =
            List.of(Map.of("Key", "name", "Values", List.of("x")));
    private static final List<Object> STRING_FILTERS =
            List.of(Map.of("Key", "Type", "Option", "Equals", "Values", List.of("String")));

    /** Inputs that would be accepted, with as many members as go together. */
    private static final Map<String, Map<String, Object>> VALID =
            Map.ofEntries(
                    entry(
                            "CreateSecret",
                            Map.of(
                                    "Name",
                                    "fresh",
                                    "SecretString",
                                    "x",
                                    "ClientRequestToken",
                                    TOKEN,
                                    "Tags",
                                    TAGS)),
                    entry("UpdateSecret", with(SECRET, "Description", "d")),
                    entry("DescribeSecret", SECRET),
                    entry("DeleteSecret", with(SECRET, "RecoveryWindowInDays", 7)),
                    entry("RestoreSecret", SECRET),
                    entry("ListSecrets", Map.of("Filters", FILTERS)),
                    entry("ListSecretVersionIds", SECRET),
                    entry("GetSecretValue", with(SECRET, "VersionStage", "AWSCURRENT")),
                    entry("BatchGetSecretValue", Map.of("Filters", FILTERS)),
                    entry("PutSecretValue", with(SECRET, "SecretString", "y")),
                    entry(
                            "UpdateSecretVersionStage",
                            with(
                                    with(SECRET, "VersionStage", "x"),
                                    "MoveToVersionId",
                                    Edge.VERSION)),
                    entry("GetResourcePolicy", SECRET),
                    entry("PutResourcePolicy", with(SECRET, "ResourcePolicy", "{}")),
                    entry("DeleteResourcePolicy", SECRET),
                    entry("ValidateResourcePolicy", with(SECRET, "ResourcePolicy", "{}")),
                    entry("TagResource", with(SECRET, "Tags", TAGS)),
                    entry("UntagResource", with(SECRET, "TagKeys", List.of("k"))),
                    entry("GetRandomPassword", Map.of("PasswordLength", 10)),
                    entry(
                            "PutParameter",
                            Map.of("Name", "/fresh", "Value", "x", "Type", "String", "Tags", TAGS)),
                    entry("GetParameter", Map.of("Name", "/there")),
                    entry("GetParameters", Map.of("Names", List.of("/there"))),
                    entry(
                            "GetParametersByPath",
                            Map.of("Path", "/", "ParameterFilters", STRING_FILTERS)),
                    entry("GetParameterHistory", Map.of("Name", "/there")),
                    entry("DeleteParameter", Map.of("Name", "/there")),
                    entry("DeleteParameters", Map.of("Names", List.of("/there"))),
                    entry("DescribeParameters", Map.of("ParameterFilters", STRING_FILTERS)),
                    entry(
                            "LabelParameterVersion",
                            Map.of("Name", "/there", "Labels", List.of("l"))),
                    entry(
                            "UnlabelParameterVersion",
                            Map.of(
                                    "Name",
                                    "/there",
                                    "Labels",
                                    List.of("l"),
                                    "ParameterVersion",
                                    1)),
                    entry("AddTagsToResource", with(RESOURCE, "Tags", TAGS)),
                    entry("RemoveTagsFromResource", with(RESOURCE, "TagKeys", List.of("k"))),
                    entry("ListTagsForResource", RESOURCE));

    private Edge edge;

    @BeforeAll
    void start(@TempDir Path folder) {
        edge = new Edge(folder);
    }

    @AfterAll
    void stop() {
        edge.close();
    }

    private static Map<String, Object> with(Map<String, Object> base, String name, Object value) {
        Map<String, Object> copy = new LinkedHashMap<>(base);
        copy.put(name, value);
        return copy;
    }

    private static Map<String, Object> valid(String operation) {
        Map<String, Object> input = VALID.get(operation);
        assertThat(input).as("an input for %s", operation).isNotNull();
        return input;
    }

    @TestFactory
    Stream<DynamicTest> everyFaultIsRefusedAndChangesNothing() {
        return edge.services().stream()
                .flatMap(
                        service ->
                                service.operations().stream()
                                        .map(Operation::name)
                                        .sorted()
                                        .map(
                                                name ->
                                                        DynamicTest.dynamicTest(
                                                                name,
                                                                () -> faults(service, name))));
    }

    private void faults(ServiceDefinition service, String operation) {
        ServiceFacts facts = ServiceFacts.load(service.facts());
        List<Fault> faults = new JsonFaults(facts).of(operation, valid(operation));
        assertThat(faults).isNotEmpty();
        List<String> wrong = new ArrayList<>();
        String before = edge.dump();
        for (Fault fault : faults) {
            Answer answer =
                    edge.send(
                            service.signingName(),
                            facts.targetPrefix() + "." + operation,
                            JsonMapper.shared().writeValueAsBytes(fault.input()));
            if (!isRight(fault, answer)) {
                wrong.add(fault.what() + " -> " + answer);
            }
            String after = edge.dump();
            if (!after.equals(before)) {
                wrong.add(fault.what() + " changed what is stored -> " + answer);
                before = after;
            }
        }
        assertThat(wrong).isEmpty();
    }

    private static boolean isRight(Fault fault, Answer answer) {
        return answer.status() == 400
                && MALFORMED.contains(answer.code())
                && (!answer.code().equals("ValidationException")
                        || answer.body()
                                .toLowerCase(Locale.ROOT)
                                .contains(fault.member().toLowerCase(Locale.ROOT)));
    }

    @TestFactory
    Stream<DynamicTest> whatIsNotJsonIsRefused() {
        return edge.services().stream()
                .flatMap(
                        service ->
                                service.operations().stream()
                                        .map(
                                                operation ->
                                                        DynamicTest.dynamicTest(
                                                                operation.name(),
                                                                () ->
                                                                        noJson(
                                                                                service,
                                                                                operation
                                                                                        .name()))));
    }

    private void noJson(ServiceDefinition service, String operation) {
        ServiceFacts facts = ServiceFacts.load(service.facts());
        String before = edge.dump();
        for (String body :
                List.of("{", "[]", "\"text\"", "{}}", "{\"a\":".repeat(500), "\u0000", "7")) {
            Answer answer =
                    edge.send(
                            service.signingName(),
                            facts.targetPrefix() + "." + operation,
                            body.getBytes(StandardCharsets.UTF_8));
            assertThat(answer.status()).as(body + " -> " + answer).isEqualTo(400);
            assertThat(answer.code()).isIn("SerializationException", "ValidationException");
        }
        assertThat(edge.dump()).isEqualTo(before);
    }
}
