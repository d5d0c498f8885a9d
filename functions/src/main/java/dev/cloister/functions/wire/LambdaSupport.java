package dev.cloister.functions.wire;

import dev.cloister.api.Operation;
import dev.cloister.api.facts.OperationFacts;
import dev.cloister.api.facts.ServiceFacts;
import dev.cloister.api.facts.Shape;
import dev.cloister.functions.LambdaErrors;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.core.SdkField;
import software.amazon.awssdk.core.SdkPojo;

/**
 * What becomes of every operation and every member of Lambda's API, from the table {@code
 * /support/lambda.txt}, and the guard that holds requests to it: a member that the table doesn't
 * name is refused, never ignored, and so is one that only a newer SDK knows. Immutable.
 */
public final class LambdaSupport {
    private static final String TABLE = "/support/lambda.txt";

    private final ServiceFacts facts;
    private final Map<String, OperationUse> operations;
    private final Map<String, Map<String, MemberUse>> shapes;

    private LambdaSupport(
            ServiceFacts facts,
            Map<String, OperationUse> operations,
            Map<String, Map<String, MemberUse>> shapes) {
        this.facts = facts;
        this.operations = operations;
        this.shapes = shapes;
    }

    /** Whether an operation is served. */
    public sealed interface OperationUse {
        /** It is. */
        record Served() implements OperationUse {}

        /**
         * It answers that it is not available in this version.
         *
         * @param with what it comes with
         */
        record Later(String with) implements OperationUse {}
    }

    /**
     * What becomes of a member.
     *
     * @param note what to know besides; may be empty
     */
    public record MemberUse(Kind kind, String note) {
        /** How far a member is carried out. */
        public enum Kind {
            /** It does what Amazon's documentation says. */
            ACTS,
            /** Checked, stored and returned; its machinery comes later. */
            KEPT,
            /** Refused, after AWS's own checks. */
            CHECKED,
            /** Refused as not available in this version. */
            REFUSED
        }
    }

    /**
     * Reads the table.
     *
     * @throws IllegalArgumentException if it names what Amazon's model doesn't have, or leaves out
     *     an operation
     */
    public static LambdaSupport load() {
        try (InputStream in = LambdaSupport.class.getResourceAsStream(TABLE)) {
            if (in == null) {
                throw new IllegalArgumentException("no resource " + TABLE);
            }
            return parse(
                    ServiceFacts.load("/facts/lambda.json"),
                    new String(in.readAllBytes(), StandardCharsets.UTF_8));
        } catch (IOException e) {
            throw new UncheckedIOException(TABLE, e);
        }
    }

    /** By name. */
    public Map<String, OperationUse> operations() {
        return operations;
    }

    /** The use of a structure's member; {@code REFUSED} if the table doesn't have it. */
    public MemberUse member(String shape, String member) {
        return shapes.getOrDefault(shape, Map.of())
                .getOrDefault(member, new MemberUse(MemberUse.Kind.REFUSED, ""));
    }

    /**
     * All rows of the service, {@link #guarded}.
     *
     * @throws IllegalArgumentException if the table and the rows don't name the same operations
     */
    public List<Operation> complete(List<Operation> rows) {
        Set<String> served =
                operations.entrySet().stream()
                        .filter(each -> each.getValue() instanceof OperationUse.Served)
                        .map(Map.Entry::getKey)
                        .collect(Collectors.toSet());
        Set<String> named = rows.stream().map(Operation::name).collect(Collectors.toSet());
        require(
                named.containsAll(served),
                "the table says that these are served: " + difference(served, named));
        return guarded(rows);
    }

    /**
     * Rows that look at every member of a request before their handlers see it.
     *
     * @throws IllegalArgumentException if the table doesn't say that an operation is served
     */
    public List<Operation> guarded(List<Operation> rows) {
        return rows.stream().map(this::guard).toList();
    }

    private Operation guard(Operation row) {
        require(
                operations.get(row.name()) instanceof OperationUse.Served,
                "it does not say that " + row.name() + " is served");
        return switch (row) {
            case Operation.Modeled<?, ?> modeled -> guard(modeled);
            case Operation.Raw raw -> raw;
            case Operation.Unsigned<?, ?> unsigned -> unsigned;
            case Operation.Streamed<?, ?> streamed -> streamed;
        };
    }

    private <I extends SdkPojo, O extends SdkPojo> Operation guard(
            Operation.Modeled<I, O> operation) {
        String input = input(operation.name());
        return Operation.<I, O>modeled(
                operation.name(),
                operation.newInput(),
                (request, context) -> {
                    check(input, "", request);
                    return operation.handler().handle(request, context);
                });
    }

    private String input(String operation) {
        OperationFacts found = Optional.ofNullable(facts.operations().get(operation)).orElseThrow();
        return found.input().orElse("");
    }

    /**
     * @param path names the structure in an error; empty for the request itself
     * @throws dev.cloister.api.AwsError if a member that isn't in the table says something
     */
    void check(String shape, String path, SdkPojo structure) {
        Map<String, Shape.Member> members =
                facts.structure(shape).map(Shape.Structure::members).orElse(Map.of());
        for (SdkField<?> field : structure.sdkFields()) {
            Object value = field.getValueOrDefault(structure);
            if (!says(value)) {
                continue;
            }
            String name = path + field.memberName();
            Shape.Member member = members.get(field.memberName());
            if (member == null
                    || member(shape, field.memberName()).kind() == MemberUse.Kind.REFUSED) {
                throw LambdaErrors.notAvailable(name);
            }
            checkValue(member.shape(), name, value);
        }
    }

    private void checkValue(String shape, String path, @Nullable Object value) {
        switch (value) {
            case SdkPojo structure -> check(shape, path + ".", structure);
            case Collection<?> list -> {
                if (facts.shape(shape).orElse(null) instanceof Shape.ListOf type) {
                    list.forEach(each -> checkValue(type.member(), path, each));
                }
            }
            case null, default -> {
                // Text, numbers, bytes and maps of text have no members.
            }
        }
    }

    /** Whether a value asks for something: empty text, false and empty structures do not. */
    private static boolean says(@Nullable Object value) {
        return switch (value) {
            case null -> false;
            case Boolean flag -> flag;
            case String text -> !text.isEmpty();
            case Collection<?> list -> !list.isEmpty();
            case Map<?, ?> map -> !map.isEmpty();
            case SdkPojo structure ->
                    structure.sdkFields().stream()
                            .anyMatch(field -> says(field.getValueOrDefault(structure)));
            default -> true;
        };
    }

    static LambdaSupport parse(ServiceFacts facts, String table) {
        Map<String, OperationUse> operations = new TreeMap<>();
        Map<String, Map<String, MemberUse>> shapes = new TreeMap<>();
        Map<String, MemberUse> current = Map.of();
        String shape = "";
        for (String line : table.lines().map(String::stripTrailing).toList()) {
            if (line.isEmpty() || line.startsWith("#")) {
                continue;
            }
            String[] words = line.strip().split(" ", 3);
            if (line.startsWith("operation ")) {
                operations.put(words[1], new OperationUse.Served());
            } else if (line.startsWith("later ")) {
                operations.put(words[1], new OperationUse.Later(words[2]));
            } else if (line.startsWith("shape ")) {
                shape = words[1];
                current = new TreeMap<>();
                require(shapes.put(shape, current) == null, shape + " is there twice");
                require(facts.structure(shape).isPresent(), shape + " is no structure");
            } else {
                String[] parts = line.strip().split(": ", 2);
                String name = parts[0];
                require(
                        facts.structure(shape).orElseThrow().members().containsKey(name),
                        shape + " has no member " + name);
                current.put(name, use(parts.length == 1 ? "acts" : parts[1]));
            }
        }
        require(
                operations.keySet().equals(facts.operations().keySet()),
                "the operations are not those of the model: "
                        + difference(facts.operations().keySet(), operations.keySet())
                        + difference(operations.keySet(), facts.operations().keySet()));
        return new LambdaSupport(facts, Map.copyOf(operations), Map.copyOf(shapes));
    }

    private static MemberUse use(String text) {
        String[] parts = text.split("; ", 2);
        String note = parts.length == 1 ? "" : parts[1];
        return switch (parts[0]) {
            case "acts" -> new MemberUse(MemberUse.Kind.ACTS, note);
            case "kept" -> new MemberUse(MemberUse.Kind.KEPT, note);
            case "checked" -> new MemberUse(MemberUse.Kind.CHECKED, note);
            default -> throw new IllegalArgumentException(TABLE + ": no use \"" + text + "\"");
        };
    }

    private static Set<String> difference(Set<String> all, Set<String> without) {
        return all.stream().filter(each -> !without.contains(each)).collect(Collectors.toSet());
    }

    private static void require(boolean holds, String otherwise) {
        if (!holds) {
            throw new IllegalArgumentException(TABLE + ": " + otherwise);
        }
    }
}
