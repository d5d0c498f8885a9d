package dev.cloister.api;

import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * One thing that a request needs to be allowed.
 *
 * @param action such as {@code lambda:GetFunction}
 * @param resource the resource's ARN, or {@code *} where the action knows no resources
 * @param owner the account whose resource it is, if its policies are to be asked too; empty where
 *     the service itself asks them, or where it is the caller's
 * @param keys the condition keys of this request, such as {@code lambda:Principal}
 */
public record AccessCheck(
        String action, String resource, Optional<String> owner, Map<String, List<String>> keys) {
    private static final int ACCOUNT_PART = 4;
    private static final int ARN_PARTS = 6;

    public AccessCheck {
        keys = Map.copyOf(keys);
    }

    /** A check whose owner is the account in the ARN. */
    public static AccessCheck of(String action, String resource) {
        return of(action, resource, Map.of());
    }

    /** A check whose owner is the account in the ARN. */
    public static AccessCheck of(String action, String resource, Map<String, List<String>> keys) {
        String[] parts = resource.split(":", ARN_PARTS);
        Optional<String> owner =
                parts.length == ARN_PARTS && !parts[ACCOUNT_PART].isEmpty()
                        ? Optional.of(parts[ACCOUNT_PART])
                        : Optional.empty();
        return new AccessCheck(action, resource, owner, keys);
    }

    /** The same, with the resource's own policies left to the service. */
    public AccessCheck ofCallerOnly() {
        return new AccessCheck(action, resource, Optional.empty(), keys);
    }
}
