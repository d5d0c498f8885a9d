package dev.cloister.functions.permissions;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * The policy of a function, version or alias. Immutable; statements keep the order in which they
 * were added.
 */
public record ResourcePolicy(List<Statement> statements) {
    /** Largest document in bytes (Lambda quotas, "Function resource-based policy"). */
    public static final int MAX_BYTES = 20_480;

    private static final JsonMapper JSON = JsonMapper.builder().build();

    public ResourcePolicy {
        statements = List.copyOf(statements);
    }

    /**
     * One permission.
     *
     * @param sid unique in its policy; empty if a user's policy gave it none
     * @param json the statement as AWS writes it
     */
    public record Statement(String sid, String json) {}

    /** Whether every statement is about one resource and no other. */
    public boolean isAbout(String arn) {
        return statements.stream()
                .map(statement -> JSON.readTree(statement.json()).path("Resource"))
                .allMatch(resource -> isAbout(resource, arn));
    }

    private static boolean isAbout(JsonNode resource, String arn) {
        return resource.isArray()
                ? !resource.isEmpty() && resource.valueStream().allMatch(each -> isAbout(each, arn))
                : resource.isString() && resource.asString().equals(arn);
    }

    /** The document as GetPolicy returns it. */
    public String document() {
        return statements.stream()
                .map(Statement::json)
                .collect(
                        Collectors.joining(
                                ",",
                                "{\"Version\":\"2012-10-17\",\"Id\":\"default\",\"Statement\":[",
                                "]}"));
    }

    /** The document's size in bytes of UTF-8. */
    public int size() {
        return document().getBytes(StandardCharsets.UTF_8).length;
    }

    public boolean contains(String sid) {
        return find(sid).isPresent();
    }

    public Optional<Statement> find(String sid) {
        return statements.stream().filter(statement -> statement.sid.equals(sid)).findFirst();
    }

    public ResourcePolicy with(Statement added) {
        List<Statement> all = new ArrayList<>(statements);
        all.add(added);
        return new ResourcePolicy(all);
    }

    public ResourcePolicy without(String sid) {
        return new ResourcePolicy(
                statements.stream().filter(statement -> !statement.sid.equals(sid)).toList());
    }

    /** Reads what {@link #document} wrote, or a policy of a user's: one statement needs no list. */
    public static ResourcePolicy parse(String document) {
        List<Statement> statements = new ArrayList<>();
        JsonNode given = JSON.readTree(document).path("Statement");
        for (JsonNode statement : given.isArray() ? given : List.of(given)) {
            statements.add(
                    new Statement(
                            statement.path("Sid").asString(), JSON.writeValueAsString(statement)));
        }
        return new ResourcePolicy(statements);
    }
}
