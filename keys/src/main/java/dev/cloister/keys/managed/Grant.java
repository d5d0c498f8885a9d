package dev.cloister.keys.managed;

import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * A permission to use a key that is not in a policy.
 *
 * @param id 64 hexadecimal digits
 * @param operations by KMS's names, such as {@code Decrypt}
 */
public record Grant(
        String id,
        String keyId,
        String keyArn,
        Optional<String> name,
        String grantee,
        Optional<String> retiree,
        String issuingAccount,
        List<String> operations,
        Constraint constraint,
        Instant createdAt) {
    public Grant {
        operations = List.copyOf(operations);
    }

    /** What the encryption context of a use must have. */
    public sealed interface Constraint {
        /** Any context will do. */
        record None() implements Constraint {}

        /** The context is exactly this one. */
        record Exactly(Map<String, String> context) implements Constraint {}

        /** The context has these entries, and perhaps others. */
        record Including(Map<String, String> context) implements Constraint {}
    }

    /** Whether the grant allows a principal an operation. */
    boolean allows(String principalArn, String operation, Map<String, String> context) {
        return operations.contains(operation)
                && Principals.isNamed(grantee, principalArn)
                && holds(operation, context);
    }

    private boolean holds(String operation, Map<String, String> context) {
        // CreateGrant: constraints don't apply to operations without an encryption context.
        if (List.of("DescribeKey", "RetireGrant", "CreateGrant").contains(operation)) {
            return true;
        }
        return switch (constraint) {
            case Constraint.None() -> true;
            case Constraint.Exactly(Map<String, String> exactly) -> context.equals(exactly);
            case Constraint.Including(Map<String, String> some) ->
                    context.entrySet().containsAll(some.entrySet());
        };
    }
}
