package dev.cloister.api.facts;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.Set;

/** A type of a service's model. References to other shapes are by name. */
public sealed interface Shape {
    String name();

    /** Whether values must not be shown in errors and logs. */
    boolean sensitive();

    record Structure(
            String name,
            boolean sensitive,
            Map<String, Member> members,
            Set<String> required,
            Optional<ErrorFacts> error)
            implements Shape {
        public Structure {
            // Keeps the model's order, in which constraints are reported.
            members = Collections.unmodifiableMap(new LinkedHashMap<>(members));
            required = Set.copyOf(required);
        }
    }

    record ListOf(String name, boolean sensitive, Bounds size, String member) implements Shape {}

    record MapOf(String name, boolean sensitive, Bounds size, String key, String value)
            implements Shape {}

    record Text(
            String name,
            boolean sensitive,
            Bounds length,
            Optional<TextPattern> pattern,
            Optional<EnumValues> values)
            implements Shape {}

    record Numeric(String name, boolean sensitive, Bounds range) implements Shape {}

    /** Bytes; the bounds are of their count. */
    record Blob(String name, boolean sensitive, Bounds length) implements Shape {}

    /** A boolean or a timestamp, which have no constraints. */
    record Plain(String name, boolean sensitive) implements Shape {}

    /** An inclusive range; both ends may be open. */
    record Bounds(OptionalDouble min, OptionalDouble max) {}

    /**
     * A member of a structure.
     *
     * @param location {@code header}, {@code headers}, {@code uri}, {@code querystring}, {@code
     *     statusCode}, or empty for the body
     * @param wireName its name in that location
     */
    record Member(String name, String shape, String location, String wireName) {}

    /**
     * @param status the HTTP status
     * @param senderFault whether the caller is at fault
     * @param code the code on the wire where it differs from the shape's name, as in query services
     */
    record ErrorFacts(int status, boolean senderFault, Optional<String> code) {}
}
