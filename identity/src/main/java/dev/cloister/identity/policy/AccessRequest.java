package dev.cloister.identity.policy;

import java.util.Optional;

/**
 * What somebody wants to do.
 *
 * @param action such as {@code lambda:InvokeFunction}
 * @param resource the resource's ARN, or {@code *} where the action knows no resources
 * @param resourceAccount the account that owns the resource; empty: the caller's own
 * @param context the condition keys of the request, without those of the caller
 */
public record AccessRequest(
        String action, String resource, Optional<String> resourceAccount, ContextKeys context) {}
